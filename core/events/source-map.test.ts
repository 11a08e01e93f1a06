import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { readEnvelope } from '../normalise/envelope.js'
import type { Transactions } from '../ports/transaction.js'
import { hashToken } from '../tenants/declaration/hash-token.js'
import { AppError } from '../errors.js'
import type { Source } from '../tenants/tenant.js'
import { SourceMap } from './source-map.js'

const TOKEN = 'edge-token-0001'
let world: World
let map: SourceMap
let away: boolean
beforeEach(async () => {
  world = await openWorld()
  away = false
  const transactions: Transactions = {
    ...world.transactions,
    read: work => (away ? Promise.reject(new AppError('DATABASE_UNREACHABLE')) : world.transactions.read(work)),
  }
  map = new SourceMap({ transactions, clock: world.clock })
  await source('wide', { networks: ['10.0.0.0/8'] })
  await source('narrow', { networks: ['10.20.0.0/16', '2001:db8::/32'] })
  await source('host', { networks: ['10.20.1.5'] })
  await source('edge', { tokenHash: hashToken(TOKEN), tenantId: world.hos.id })
  await source('app', { type: 'json', tokenHash: hashToken('app-token-0001'), networks: ['10.20.1.0/24'] })
})

async function source(name: string, set: Partial<Source> = {}): Promise<void> {
  const row: Source = {
    id: `source-${name}`,
    tenantId: world.uni.id,
    name,
    type: 'syslog',
    tokenHash: hashToken(`none-${name}`),
    networks: [],
    ...set,
  }
  await world.transactions.run(tx => tx.sources.insert(row))
}
const nameOf = async (peer: string, raw = 'a line') => (await map.ofSyslog(peer, raw)).source?.name
const rfc5424 = (data: string, message = 'Failed password') => `<38>1 2026-11-24T08:00:00+08:00 web1 sshd 1000 - ${data} ${message}`

describe('a sender', () => {
  it.each([
    ['10.99.0.1', 'wide'],
    ['10.20.0.1', 'narrow'],
    ['10.20.1.4', 'narrow'],
    ['10.20.1.5', 'host'],
    ['::ffff:10.20.1.5', 'host'],
    ['2001:db8:1::7', 'narrow'],
    ['192.168.0.1', undefined],
    ['2001:db9::1', undefined],
    ['not an address', undefined],
    ['', undefined],
  ])('%s belongs to the narrowest network of a syslog source: %s', async (peer, name) => {
    expect(await nameOf(peer)).toBe(name)
  })

  it('is known three seconds after its source was declared, and forgotten as fast', async () => {
    expect(await nameOf('172.16.0.1')).toBeUndefined()
    await source('new', { networks: ['172.16.0.0/12'] })
    world.clock.turn(2.9)
    expect(await nameOf('172.16.0.1')).toBeUndefined()

    world.clock.turn(0.1)
    expect(await nameOf('172.16.0.1')).toBe('new')
    await world.transactions.run(tx => tx.sources.remove(world.uni.id, { id: 'source-new' }))
    world.clock.turn(3)

    expect(await nameOf('172.16.0.1')).toBeUndefined()
  })

  it('stays known while the database is away', async () => {
    await nameOf('10.20.0.1')
    away = true
    world.clock.turn(60)

    expect(await nameOf('10.20.0.1')).toBe('narrow')
    expect((await map.byToken(TOKEN))?.name).toBe('edge')
  })

  it('is not guessed before the database was ever read', async () => {
    away = true

    await expect(nameOf('10.20.0.1')).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  })
})

describe('a token in the structured data', () => {
  it.each([`[guanjia token="${TOKEN}"]`, `[guanjia@1 token="${TOKEN}"]`, `[guanjia@32473 token="${TOKEN}"]`])(
    '%s names the source, whatever the address, and is taken out',
    async data => {
      const { source: found, raw } = await map.ofSyslog('10.20.1.5', rfc5424(data))

      expect(found).toMatchObject({ name: 'edge', tenantId: world.hos.id })
      expect(raw).toBe(rfc5424('-'))
    },
  )

  it.each([
    `[origin ip="192.0.2.1"][guanjia token="${TOKEN}"]`,
    `[guanjia token="${TOKEN}"][origin ip="192.0.2.1"]`,
    `[guanjia token="${TOKEN}"][origin ip="192.0.2.1"][guanjia token="${TOKEN}"]`,
  ])('between others leaves them readable: %s', async data => {
    const { source: found, raw } = await map.ofSyslog('10.20.1.5', rfc5424(data))

    expect(found?.name).toBe('edge')
    expect(raw).not.toContain(TOKEN)
    const read = readEnvelope(raw, 'syslog', { receivedAt: '2026-11-24T02:00:00.000Z' } as never)
    expect(read).toMatchObject({ form: 'rfc5424', message: 'Failed password', structuredData: { origin: { ip: '192.0.2.1' } } })
  })

  it('that nobody knows gives no source, not the sender’s, and is taken out as well', async () => {
    const { source: found, raw } = await map.ofSyslog('10.20.1.5', rfc5424('[guanjia token="some-other-token"]'))

    expect(found).toBeUndefined()
    expect(raw).not.toContain('some-other-token')
  })

  it('of a source of another type is none', async () => {
    expect(await nameOf('10.20.1.5', rfc5424('[guanjia token="app-token-0001"]'))).toBeUndefined()
    expect((await map.byToken('app-token-0001'))?.name).toBe('app')
    expect(await map.byToken('app-token-0002')).toBeUndefined()
  })

  it.each([
    ['in the text of an RFC 5424 message', rfc5424('-', 'Invalid user [guanjia token="aaaaaaaa"] from 203.0.113.7')],
    ['in the text after other data', rfc5424('[origin ip="192.0.2.1"]', 'Invalid user [guanjia token="aaaaaaaa"] from 203.0.113.7')],
    ['in the text of an old line', '<38>Nov 24 08:00:00 web1 sshd[1000]: Invalid user [guanjia token="aaaaaaaa"] from 203.0.113.7'],
    ['in a value of other data', rfc5424('[exampleSDID@32473 user="[guanjia token=\\"aaaaaaaa\\"\\]"]')],
    ['of somebody else in the text', rfc5424('-', `Invalid user [guanjia token="${TOKEN}"] from 203.0.113.7`)],
  ])('is believed only there: one %s is text, and the line keeps its sender’s source', async (_, line) => {
    expect(await map.ofSyslog('10.20.1.5', line)).toMatchObject({ source: { name: 'host' }, raw: line })
  })

  it('costs no time in a hostile line', async () => {
    const lines = [
      '['.repeat(65_000),
      `<38>1 ${'- '.repeat(30_000)}`,
      rfc5424('[guanjia token="'.repeat(4000)),
      rfc5424(`[a b="${'\\"'.repeat(30_000)}`),
    ]

    for (const line of lines) expect(await nameOf('10.20.1.5', line)).toBe('host')
  })
})
