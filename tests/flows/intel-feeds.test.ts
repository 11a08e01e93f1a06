import { createServer, type Server } from 'node:http'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { indexFiles } from '../../adapters/intel-feed/index-files.js'
import { makeIntelFeed } from '../../adapters/intel-feed/index.js'
import { makeKnowledge } from '../../app/knowledge.js'
import { openWorld, type World } from '../support/memory-world.js'
import { silentLogger } from '../../core/ports/logger.js'
import type { JobContext } from '../../core/scheduling/job.js'
import { auditFeeds } from '../../core/scheduling/jobs/audit-feeds.js'
import { applyDeclaration } from '../../core/tenants/declaration/apply-declaration.js'
import { readDeclaration } from '../../core/tenants/declaration/read-declaration.js'
import { PLATFORM } from '../../core/tenants/tenant.js'
import { FeedService } from '../../core/intel/feed-service.js'

let world: World
let folder: string
let service: FeedService
let server: Server
let base: string
let asked: { headers: Record<string, unknown> }[]
let reply: () => { status: number; headers?: Record<string, string>; body?: Buffer | string }

beforeEach(async () => {
  world = await openWorld()
  folder = mkdtempSync(join(tmpdir(), 'feeds-'))
  asked = []
  reply = () => ({ status: 200, body: '203.0.113.7\n' })
  server = createServer((request, response) => {
    asked.push({ headers: request.headers })
    const { status, headers, body } = reply()
    response.writeHead(status, headers).end(body)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { transactions, clock, secrets } = world
  service = new FeedService({
    transactions,
    clock,
    secrets,
    logger: silentLogger,
    feed: makeIntelFeed(),
    store: indexFiles(join(folder, 'intel')),
  })
})
afterEach(async () => {
  await new Promise(done => server.close(done))
  rmSync(folder, { recursive: true, force: true })
})

const declare = (feeds: string) => applyDeclaration(world, readDeclaration(feeds, 'x.yaml'), { dryRun: false, actor: 'cli' })
const states = () => world.transactions.read(t => t.intelFeedStates.find(PLATFORM, {}))
async function found(ip: string) {
  const knowledge = makeKnowledge(folder, silentLogger)
  await knowledge.refresh()
  return knowledge.book().lookup.address(ip)
}

describe('feeds', () => {
  it('are read when declared, and every entry says which list and when it came', async () => {
    await declare(`feeds: [{ name: 甲, url: "${base}/list", every: 1h, kind: c2, confidence: 0.9, credential: key-1 }]`)

    expect(await service.refreshDue()).toBe(1)
    expect(await service.refreshDue()).toBe(0)

    expect(await found('203.0.113.7')).toEqual([
      {
        type: 'ipv4',
        value: '203.0.113.7',
        kind: 'c2',
        confidence: 0.9,
        source: '甲',
        lastSeen: '2026-11-24T02:00:00.000Z',
        addedAt: '2026-11-24T02:00:00.000Z',
      },
    ])
    expect(asked[0]?.headers['authorization']).toBe('key-1')
    const [feed] = await world.transactions.read(t => t.intelFeeds.find(PLATFORM, {}))
    expect(feed?.credential).not.toContain('key-1')
  })

  it('that did not change are not sent again; what stays in a list keeps the day it came', async () => {
    reply = () => ({ status: 200, headers: { etag: '"v1"' }, body: gzipSync('203.0.113.7\n') })
    await declare(`feeds: [{ name: 甲, url: "${base}/list.gz", every: 1h }]`)
    await service.refreshDue()
    world.clock.turn(3600)
    reply = () => ({ status: 304 })
    await service.refreshDue()
    expect(asked[1]?.headers['if-none-match']).toBe('"v1"')
    expect(await states()).toMatchObject([{ entries: 1, fetchedAt: '2026-11-24T03:00:00.000Z', importedAt: '2026-11-24T02:00:00.000Z' }])

    world.clock.turn(3600)
    reply = () => ({ status: 200, body: '203.0.113.7\n203.0.113.8\n!!!! x\nnonsense\n' })
    await service.refreshDue()

    expect((await found('203.0.113.7'))[0]).toMatchObject({ addedAt: '2026-11-24T02:00:00.000Z', lastSeen: '2026-11-24T04:00:00.000Z' })
    expect((await found('203.0.113.8'))[0]?.addedAt).toBe('2026-11-24T04:00:00.000Z')
    expect(await states()).toMatchObject([{ entries: 2, refused: 1 }])
  })

  it.each([
    ['refuses', { status: 403 }],
    ['is empty', { status: 200, body: '# nothing\n' }],
    ['is a login page', { status: 200, body: '<html><body>login</body></html>' }],
    ['is a torn gzip', { status: 200, body: gzipSync('203.0.113.9\n'.repeat(10_000)).subarray(0, 40) }],
  ])('that %s keep their last list, are tried again, and are news after two rhythms', async (_, bad) => {
    await declare(`feeds: [{ name: 甲, url: "${base}/list", every: 1h }]`)
    await service.refreshDue()
    world.clock.turn(3600)
    reply = () => bad
    await service.refreshDue()
    const audit = async () =>
      auditFeeds.run({
        tenant: (await world.transactions.read(t => t.tenants.get(PLATFORM, PLATFORM)))!,
        now: world.clock.now(),
        transactions: world.transactions,
      } as unknown as JobContext)
    await audit()
    expect(await world.announced()).toEqual([])
    expect(await found('203.0.113.7')).toHaveLength(1)
    expect(await states()).toMatchObject([{ failures: 1, nextAt: '2026-11-24T03:02:00.000Z' }])

    world.clock.turn(3601)
    await audit()
    await audit()

    expect((await world.announcements('feed-silent')).map(row => row.refs['feed'])).toEqual(['甲'])
    reply = () => ({ status: 200, body: '203.0.113.10\n' })
    await service.refreshDue()
    expect(await states()).toMatchObject([{ failures: 0, error: null, entries: 1 }])
  })

  it('come from files too, are read anew when declared otherwise, and go when retired', async () => {
    const path = join(folder, 'list.csv')
    writeFileSync(path, 'ip,confidence\n203.0.113.7,50\n203.0.113.8,90\n')
    const url = pathToFileURL(path).href
    await declare(`feeds: [{ name: 乙, url: "${url}" }]`)
    await service.refreshDue()
    expect((await found('203.0.113.8'))[0]).toMatchObject({ confidence: 0.9, kind: 'malware' })

    await declare(`feeds: [{ name: 乙, url: "${url}", kind: mining, tlp: red, validDays: 7 }]`)
    await service.refreshDue()
    expect((await found('203.0.113.8'))[0]).toMatchObject({ kind: 'mining', tlp: 'red', expires: '2026-12-01T02:00:00.000Z' })

    await declare('retired: { feeds: [乙] }')
    await service.refreshDue()
    expect(await found('203.0.113.8')).toEqual([])
  })

  it('with a damaged index are passed over and read again', async () => {
    await declare(`feeds: [{ name: 甲, url: "${base}/list", every: 1h }]`)
    await service.refreshDue()
    const [{ id } = { id: '' }] = await states()
    const path = join(folder, 'intel', `${id}.idx`)
    writeFileSync(path, readFileSync(path).subarray(0, 100))
    expect(await found('203.0.113.7')).toEqual([])
    world.clock.turn(3600)

    await service.refreshDue()

    expect(await found('203.0.113.7')).toHaveLength(1)
  })

  it.each([
    ['feeds: [{ name: 甲, url: "ftp://x/y" }]', 'url'],
    ['feeds: [{ name: 甲, url: "https://x.example/y", every: 1m }]', 'every'],
    ['feeds: [{ name: 甲, url: "https://x.example/y", columns: { what: 1 } }]', 'columns'],
    ['feeds: [{ name: 甲, url: "https://x.example/y" }, { name: 甲, url: "https://x.example/z" }]', '重复'],
  ])('are refused with the key: %s', async (text, key) => {
    await expect(async () => declare(text)).rejects.toThrow(key)
  })
})
