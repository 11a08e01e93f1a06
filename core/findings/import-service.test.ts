import { describe, expect, it } from 'vitest'
import { scanImport } from '../../adapters/scan-import/index.js'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import type { Finding } from './finding.js'
import { ImportService } from './import-service.js'
import { moveFinding } from './move-finding.js'

const zap = (alerts: Readonly<Record<string, number>>): string =>
  `<OWASPZAPReport><site name="https://a.example" host="a.example" port="443"><alerts>${Object.entries(alerts)
    .map(
      ([name, risk]) =>
        `<alertitem><pluginid>${name}</pluginid><alert>${name}</alert><riskcode>${risk}</riskcode><instances><instance><uri>https://a.example/${name}</uri></instance></instances></alertitem>`,
    )
    .join('')}</alerts></site></OWASPZAPReport>`
const oscap = (results: Readonly<Record<string, string>>): string =>
  `<TestResult><target>web1</target>${Object.entries(results)
    .map(([rule, result]) => `<rule-result idref="${rule}" severity="medium"><result>${result}</result></rule-result>`)
    .join('')}</TestResult>`

interface Story {
  readonly world: World
  take(content: string, options?: { complete?: boolean; tenantId?: string }): ReturnType<ImportService['import']>
  states(tenantId?: string): Promise<Record<string, string>>
  one(checkKey: string): Promise<Finding>
}

async function story(): Promise<Story> {
  const world = await openWorld()
  const service = new ImportService({ transactions: world.transactions, scans: scanImport })
  const rows = (tenantId: string) => world.transactions.read(t => t.findings.find(tenantId, {}, { order: { checkKey: 'asc' } }))
  return {
    world,
    take(content, { complete = false, tenantId = world.uni.id } = {}) {
      world.clock.turn(60)
      return service.import(
        {
          name: 'run.xml',
          size: undefined,
          async *open() {
            yield Buffer.from(content)
          },
        },
        { tenantId, by: 'zhang', complete },
      )
    },
    states: async (tenantId = world.uni.id) => Object.fromEntries((await rows(tenantId)).map(row => [row.checkKey, row.state])),
    one: async checkKey => (await rows(world.uni.id)).find(row => row.checkKey === checkKey)!,
  }
}

describe('taking runs in', () => {
  it('the same file again changes nothing', async () => {
    const { take, one } = await story()
    expect((await take(zap({ a: 2, b: 1 }))).recorded).toMatchObject({ created: 2, same: false })
    const before = await one('a')

    expect((await take(zap({ a: 2, b: 1 }))).recorded).toMatchObject({ created: 0, updated: 0, same: true })
    expect(await one('a')).toEqual(before)
  })

  it('what is missing stays open and is marked, unless a person vouches for the run', async () => {
    const { take, states, one } = await story()
    await take(zap({ a: 1, b: 1, c: 1, e: 1 }))

    expect((await take(zap({ b: 1, c: 1, d: 1, e: 1 }))).recorded).toMatchObject({ created: 1, unchanged: 3, closed: 0, uncovered: 1 })
    expect((await one('a')).uncoveredSince).not.toBeNull()
    expect((await take(zap({ b: 1, c: 1, d: 1, e: 1 }), { complete: true })).recorded).toMatchObject({ closed: 1 })
    expect(await states()).toEqual({ a: 'fixed', b: 'discovered', c: 'discovered', d: 'discovered', e: 'discovered' })
  })

  it('what comes back is reopened with a counter and keeps its first day and its due day', async () => {
    const { take, one } = await story()
    await take(zap({ a: 1, b: 1 }))
    const first = await one('a')
    await take(zap({ b: 1 }), { complete: true })

    expect((await take(zap({ a: 1, b: 1 }))).recorded).toMatchObject({ reopened: 1, unchanged: 1 })
    expect(await one('a')).toMatchObject({
      state: 'discovered',
      reopened: 1,
      fixedAt: null,
      firstSeenAt: first.firstSeenAt,
      dueAt: first.dueAt,
    })
  })

  it('a changed severity updates the finding and opens no other', async () => {
    const { take, states, one } = await story()
    await take(zap({ a: 1 }))

    expect((await take(zap({ a: 3 }))).recorded).toMatchObject({ created: 0, updated: 1 })
    expect(Object.keys(await states())).toHaveLength(1)
    expect((await one('a')).severity).toBe('high')
  })

  it('a check that ran and passed closes; one that was not applicable does not', async () => {
    const { take, states } = await story()
    await take(oscap({ r1: 'fail', r2: 'fail', r3: 'fail' }))

    expect((await take(oscap({ r1: 'pass', r2: 'notapplicable' }))).recorded).toMatchObject({ closed: 1, uncovered: 2 })
    expect(await states()).toEqual({ r1: 'fixed', r2: 'discovered', r3: 'discovered' })
  })

  it('what a person decided is never overwritten', async () => {
    const { world, take, states, one } = await story()
    await take(zap({ a: 1, b: 1 }))
    const a = await one('a')
    await world.transactions.run(tx =>
      moveFinding(tx, a, { userId: 'zhang', role: 'analyst' }, { to: 'false_positive', reason: '误报：测试页' }),
    )

    await take(zap({ a: 3, b: 1 }))
    await take(zap({ b: 1 }), { complete: true })

    expect(await states()).toEqual({ a: 'false_positive', b: 'discovered' })
  })

  it('a damaged file changes nothing and says what and where', async () => {
    const { take, states } = await story()
    await take(zap({ a: 1 }))

    expect(await take(zap({ a: 1, b: 1 }).slice(0, -30))).toMatchObject({
      ok: false,
      findings: 0,
      error: expect.stringContaining('run.xml 第 1 行') as string,
    })
    expect(await states()).toEqual({ a: 'discovered' })
  })

  it("tenants do not see or close each other's findings", async () => {
    const { world, take, states } = await story()
    await take(zap({ a: 1 }))
    await take(zap({ b: 1 }), { tenantId: world.hos.id, complete: true })

    expect(await states()).toEqual({ a: 'discovered' })
    expect(await states(world.hos.id)).toEqual({ b: 'discovered' })
    expect(await world.audited()).toEqual(['findings.imported'])
  })
})

describe('moving a finding', () => {
  it('needs the role, the reason and the end', async () => {
    const { world, take, one } = await story()
    await take(zap({ a: 1 }))
    const a = await one('a')
    const move = (role: 'analyst' | 'owner', to: Finding['state'], reason: string, until?: string) =>
      world.transactions.run(tx => moveFinding(tx, a, { userId: 'x', role }, { to, reason, ...(until === undefined ? {} : { until }) }))

    await expect(move('owner', 'false_positive', 'x')).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await expect(move('analyst', 'false_positive', ' ')).rejects.toMatchObject({ code: 'EVIDENCE_MISSING' })
    await expect(move('owner', 'accepted_risk', '业务需要')).rejects.toMatchObject({ code: 'EVIDENCE_MISSING' })
    await expect(move('analyst', 'retest_failed', 'x')).rejects.toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' })
    expect(await move('owner', 'accepted_risk', '业务需要', '2027-01-01T00:00:00.000Z')).toMatchObject({
      state: 'accepted_risk',
      holdsUntil: '2027-01-01T00:00:00.000Z',
    })
    await expect(move('analyst', 'validated', 'x')).rejects.toMatchObject({ code: 'ALREADY_DONE' })
  })
})
