// The journal over a real server and real transactions: by token, one customer’s and nobody else’s.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DeliveryJournal, type JournalEntry } from '../../core/delivery/journal.js'
import { newDelivery } from '../../core/delivery/new-delivery.js'
import { SourceMap } from '../../core/events/source-map.js'
import { silentLogger } from '../../core/ports/logger.js'
import { hashToken } from '../../core/tenants/declaration/hash-token.js'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { deliveriesRouter, deliveryStates } from './deliveries.js'
import { errorAnswer } from './error-answer.js'

const TOKEN = 'uni-json-token-0001'
const HOS_TOKEN = 'hos-json-token-0001'
let world: World
let server: Server
let url: string

beforeAll(async () => {
  world = await openWorld()
  const { transactions, clock, ids } = world
  await transactions.run(async tx => {
    const source = { name: 'app', type: 'json', networks: [] }
    await tx.sources.insert({ ...source, id: 's1', tenantId: world.uni.id, tokenHash: hashToken(TOKEN) })
    await tx.sources.insert({ ...source, id: 's2', tenantId: world.hos.id, tokenHash: hashToken(HOS_TOKEN) })
    const base = { robot: 'main', chatType: 'group', kind: 'alert-raised', message: { kind: 'markdown', text: '**一** 条' } } as const
    for (const [n, state] of deliveryStates.entries())
      await tx.deliveries.insert({
        ...newDelivery(tx, { ...base, tenantId: world.uni.id, chatId: 'g-uni', subject: `IN-uni-261124-00${n}`, key: `u${n}` }),
        state,
      })
    await tx.deliveries.insert(
      newDelivery(tx, { ...base, tenantId: world.hos.id, chatId: 'g-hos', subject: 'IN-hos-261124-001', key: 'h' }),
    )
  })
  const app = new Koa()
  app.silent = true
  app.use(errorAnswer(silentLogger, ids))
  app.use(deliveriesRouter({ journal: new DeliveryJournal(transactions), sources: new SourceMap({ transactions, clock }) }).routes())
  server = createServer(app.callback() as Parameters<typeof createServer>[1])
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/deliveries`
})
afterAll(() => new Promise(resolve => (server.close(resolve), server.closeAllConnections())))

const get = (query = '', token: string | undefined = TOKEN) =>
  fetch(`${url}${query}`, { headers: token === '' ? {} : { authorization: `Bearer ${token}` } })
const entries = async (query = '', token = TOKEN) => (await (await get(query, token)).json()) as JournalEntry[]

it('tells a customer what became of its messages, newest first, and keeps no copy on the way', async () => {
  const response = await get()
  const all = (await response.json()) as JournalEntry[]

  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect(all).toHaveLength(deliveryStates.length)
  expect(all[0]).toMatchObject({ state: 'dropped', road: 'robot', chatId: 'g-uni', summary: '一 条　IN-uni-261124-007', attempts: [] })
})

it('tells nothing of another customer, whatever is asked for', async () => {
  expect(JSON.stringify(await entries())).not.toContain('hos')
  expect(await entries('?subject=IN-hos-261124-001')).toEqual([])
  expect((await entries('', HOS_TOKEN)).map(entry => entry.subject)).toEqual(['IN-hos-261124-001'])
  expect(await entries('?subject=IN-uni-261124-001', HOS_TOKEN)).toEqual([])
})

it.each(deliveryStates)('finds what is %s', async state => {
  expect((await entries(`?state=${state}`)).map(entry => entry.state)).toEqual([state])
})

it('finds by number, and no more than asked for', async () => {
  expect((await entries('?subject=IN-uni-261124-003')).map(entry => entry.subject)).toEqual(['IN-uni-261124-003'])
  expect(await entries('?limit=2')).toHaveLength(2)
  expect(await entries('?subject=%27%20OR%201%3D1')).toEqual([])
})

describe('refuses', () => {
  it.each([
    '?state=gone',
    '?state=',
    '?limit=0',
    '?limit=501',
    '?limit=-1',
    '?limit=1.5',
    '?limit=many',
    '?limit=',
    '?limit=1&limit=2',
    `?subject=${'x'.repeat(65)}`,
    '?subject=a&subject=b',
    '?state=sent&state=held',
  ])('the query %s, and names the field', async query => {
    const response = await get(query)
    const { error } = (await response.json()) as { error: { code: string; message: string } }

    expect([response.status, error.code]).toEqual([400, 'REQUEST_INVALID'])
    expect(error.message).toContain(/\?(\w+)/.exec(query)?.[1])
  })

  it.each([['none', ''] as const, ['a wrong one', 'uni-json-token-0002'] as const, ['its hash', hashToken(TOKEN)] as const])(
    'a request whose token is %s, before it looks at the query',
    async (_, token) => {
      const response = await get('?limit=0', token)

      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
      expect(((await response.json()) as { error: { code: string } }).error.code).toBe('SOURCE_UNKNOWN')
    },
  )

  it('the token in the address', async () => {
    expect((await get(`?token=${TOKEN}&access_token=${TOKEN}`, '')).status).toBe(401)
  })
})
