// The rota, phones and leave in a declaration: what is stored, what is refused and where.
import { expect, it } from 'vitest'
import { openWorld } from '../../../tests/support/memory-world.js'
import { isAppError } from '../../errors.js'
import { PLATFORM } from '../tenant.js'
import { applyDeclaration } from './apply-declaration.js'
import { readDeclaration } from './read-declaration.js'

const STAFF =
  'staff: [{ userid: zhang, name: 张工, role: analyst, phone: "138 0000 0000" }, { userid: wang, name: 王专家, role: senior_expert }]'
const duty = (shifts: string, more = ''): string =>
  `${STAFF}\nduty:\n  anchor: 2026-11-01\n  shifts: [${shifts}]\n  experts: { rotation: [wang] }\n${more}`
const whole = '{ name: 全天, at: "08:00-08:00", rotation: [zhang] }'

async function apply(text: string, world?: Awaited<ReturnType<typeof openWorld>>): Promise<string> {
  const { transactions, secrets } = world ?? (await openWorld())
  try {
    const changes = await applyDeclaration({ transactions, secrets }, readDeclaration(text, 'd.yaml'), { dryRun: false, actor: 'cli' })
    return changes.map(({ kind, what }) => `${kind} ${what}`).join(', ')
  } catch (error) {
    if (isAppError(error)) return error.reply
    throw error
  }
}

it('keeps the rota and the phones, and a second time changes nothing', async () => {
  const world = await openWorld()

  const first = await apply(duty(whole), world)
  const second = await apply(duty(whole), world)

  expect(first).toContain('create duty')
  expect(second).toBe('')
  expect((await world.transactions.read(t => t.dutyRotas.first(PLATFORM, {})))?.plan.shifts[0]).toMatchObject({
    people: ['zhang'],
    from: '08:00',
  })
  expect((await world.transactions.read(t => t.people.first(PLATFORM, { userId: 'zhang' })))?.phone).toBe('138 0000 0000')
})

it.each([
  ['a gap', duty('{ name: 白班, at: "08:00-20:00", rotation: [zhang] }'), '没有人值班'],
  ['a stranger', duty('{ name: 全天, at: "08:00-08:00", rotation: [nobody] }'), '“nobody”不是分析师'],
  ['an analyst as expert', duty(whole).replace('rotation: [wang]', 'rotation: [zhang]'), '“zhang”不是高级专家'],
  ['an unknown key', duty(whole, '  colour: red'), 'anchor、shifts、experts'],
])('refuses %s and names the line', async (_, text, words) => {
  const reply = await apply(text)

  expect(reply).toContain(words)
  expect(reply).toMatch(/第 \d+ 行/)
})

it('lets nobody go who is still on the rota', async () => {
  const world = await openWorld()
  await apply(duty(whole), world)

  expect(await apply('retired: { staff: [zhang] }', world)).toContain('还在值班表里')
})

it('keeps clauses, worth of networks and the kind of reporter of a tenant', async () => {
  const world = await openWorld()
  const settings =
    'settings: { reporterKind: critical_infrastructure, valuedNetworks: [{ network: 10.20.1.0/24, value: 5 }], clauses: [{ id: PA-1, actions: [block_ip], networks: [10.20.0.0/16], hours: "22:00-06:00", maxSeconds: 43200 }] }'
  await apply(`tenants: [{ code: uni, name: 示例大学, ${settings} }]`, world)

  const stored = (await world.transactions.read(t => t.tenants.get(world.uni.id, world.uni.id)))?.settings
  expect(stored).toMatchObject({ reporterKind: 'critical_infrastructure', clauses: [{ id: 'PA-1', hours: '22:00-06:00' }] })
  expect(await apply(`tenants: [{ code: uni, name: 示例大学, ${settings.replace('block_ip', 'isolate_host')} }]`, world)).toMatch(/第 1 行/)
})
