// The intake over a real server: what is taken, what is refused with which status, and that nobody can fill memory or keep it waiting.
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { gzipSync } from 'node:zlib'
import Koa from 'koa'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { linesText } from '../../adapters/shared/message-text.js'
import { AppError, isAppError } from '../../core/errors.js'
import { Intake } from '../../core/events/intake.js'
import { SourceMap } from '../../core/events/source-map.js'
import type { Archive, RawRecord } from '../../core/ports/archive.js'
import { silentLogger } from '../../core/ports/logger.js'
import type { Queue } from '../../core/ports/queue.js'
import type { Transactions } from '../../core/ports/transaction.js'
import { hashToken } from '../../core/tenants/declaration/hash-token.js'
import type { Source } from '../../core/tenants/tenant.js'
import { errorAnswer } from './error-answer.js'
import { ingestRouter, ingestTypes, MAX_INGEST_BYTES } from './ingest.js'
import { readBody } from './read-body.js'

const TOKEN = 'uni-json-token-0001'
const NOW = Date.parse('2026-11-24T08:30:00Z')
const clock = { now: () => NOW }
const source: Source = { id: 's1', tenantId: 't-uni', name: 'app', type: 'json', tokenHash: hashToken(TOKEN), networks: [] }

let server: Server
let url: string
let stored: { tenantId: string; record: RawRecord }[] = []
let archiveFails: Error | undefined
let full = false
const refused: string[] = []

beforeAll(async () => {
  const archive = {
    append: (tenantId: string, records: readonly RawRecord[]) => {
      if (archiveFails) return Promise.reject(archiveFails)
      stored.push(...records.map(record => ({ tenantId, record })))
      return Promise.resolve()
    },
  } as unknown as Archive
  const queue = { add: () => Promise.resolve() } as unknown as Queue
  const transactions = {
    read: (work: (tables: unknown) => unknown) => work({ sources: { acrossTenantsFind: () => Promise.resolve([source]) } }),
  } as unknown as Transactions
  const real = new Intake({ archive, queue, clock, logger: silentLogger, counted: () => undefined })
  const intake = {
    accept: (...given: Parameters<Intake['accept']>) =>
      full ? Promise.reject(new AppError('INTAKE_FULL', { retryAfterSeconds: 7 })) : real.accept(...given),
  } as unknown as Intake
  const app = new Koa()
  app.silent = true
  app.use(errorAnswer(silentLogger, { next: () => '00000000-0000-7000-8000-000000000001' }))
  app.use(
    ingestRouter({
      intake,
      sources: new SourceMap({ transactions, clock }),
      clock,
      decode: linesText,
      rejected: reason => refused.push(reason),
    }).routes(),
  )
  server = createServer(app.callback() as Parameters<typeof createServer>[1])
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/ingest`
})
afterAll(() => new Promise(resolve => (server.close(resolve), server.closeAllConnections())))
beforeEach(() => {
  stored = []
  refused.length = 0
  archiveFails = undefined
  full = false
})

interface Answered {
  readonly status: number
  readonly body: { accepted?: number; rejected?: object[]; rejectedTotal?: number; error?: { code: string; message: string } }
  readonly headers: Headers
}

async function send(type: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Answered> {
  const response = await fetch(`${url}/${type}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    body: body as NonNullable<RequestInit['body']>,
  })
  return { status: response.status, body: (await response.json()) as Answered['body'], headers: response.headers }
}

const lines = (n: number): string => Array.from({ length: n }, (_, i) => JSON.stringify({ n: i })).join('\n')

describe('what is taken', () => {
  it('is the source’s customer’s, with the time and the sender', async () => {
    const { status, body } = await send('json', '{"a":1}\n{"a":2}\n')

    expect([status, body]).toEqual([202, { accepted: 2, rejected: [] }])
    expect(stored).toEqual([
      {
        tenantId: 't-uni',
        record: { sourceId: 's1', type: 'json', receivedAt: '2026-11-24T08:30:00.000Z', raw: '{"a":1}', peer: '127.0.0.1' },
      },
      {
        tenantId: 't-uni',
        record: { sourceId: 's1', type: 'json', receivedAt: '2026-11-24T08:30:00.000Z', raw: '{"a":2}', peer: '127.0.0.1' },
      },
    ])
  })

  it.each(ingestTypes.filter(type => type !== 'alertmanager'))('may be of the type %s', async type => {
    expect((await send(type, '{"event_type":"alert","rule":{"level":3}}')).body.accepted).toBe(1)
  })

  it('may be an array, or raw lines', async () => {
    expect((await send('json', '[{"a":1},{"a":2}]', { 'content-type': 'application/json' })).body.accepted).toBe(2)
    expect((await send('raw', 'one\r\n\ntwo\n')).body.accepted).toBe(2)
    expect(stored.slice(2).map(({ record }) => record.raw)).toEqual(['one', 'two'])
  })

  it('may be GB 18030, some lines of it or all', async () => {
    const chinese = Buffer.from([0xb5, 0xc7, 0xc2, 0xbc, 0xca, 0xa7, 0xb0, 0xdc])
    const { body } = await send('raw', Buffer.concat([chinese, Buffer.from('\n登录成功\nplain\n')]))

    expect(body.accepted).toBe(3)
    expect(stored.map(({ record }) => record.raw)).toEqual(['登录失败', '登录成功', 'plain'])
  })

  it('may be gzip', async () => {
    const { status, body } = await send('json', gzipSync(lines(1000)), { 'content-encoding': 'GZIP' })

    expect([status, body.accepted]).toEqual([202, 1000])
  })

  it('may be nothing', async () => {
    expect((await send('raw', '')).body).toEqual({ accepted: 0, rejected: [] })
  })

  it('is named line by line where it is not taken', async () => {
    const { status, body } = await send('json', ['{"a":1}', 'no json', '[1]', `{"a":"${'x'.repeat(70_000)}"}`, '{"a":2}'].join('\n'))

    expect(status).toBe(202)
    expect(body).toEqual({
      accepted: 2,
      rejected: [
        { line: 2, error: 'NOT_JSON' },
        { line: 3, error: 'NOT_JSON' },
        { line: 4, error: 'TOO_LONG' },
      ],
    })
    expect(refused).toEqual(['NOT_JSON', 'NOT_JSON', 'TOO_LONG'])
  })

  it('lists a thousand refusals, and counts the rest', async () => {
    const { body } = await send('json', 'x\n'.repeat(1500))

    expect([body.rejected?.length, body.rejectedTotal]).toEqual([1000, 1500])
  })
})

describe('what is refused', () => {
  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer wrong-token-0001' }],
    ['the token in another scheme', { authorization: `Basic ${TOKEN}` }],
    ['an endless token', { authorization: `Bearer ${'x'.repeat(4000)}` }],
    ['two tokens', { authorization: `Bearer ${TOKEN} ${TOKEN}` }],
  ])('%s is 401', async (_, headers) => {
    const response = await fetch(`${url}/json`, { method: 'POST', headers, body: '{}' })
    const { error } = (await response.json()) as { error: { code: string } }

    expect([response.status, error.code, response.headers.get('www-authenticate')]).toEqual([401, 'SOURCE_UNKNOWN', 'Bearer'])
    expect(stored).toEqual([])
  })

  it.each(['nothing', '__proto__', 'JSON', 'x'.repeat(300), '%2e%2e'])('the type %s is 404', async type => {
    const { status } = await send(type, '{}')

    expect(status).toBe(404)
    expect(stored).toEqual([])
  })

  it('a body that announces too much is 413 before it is read', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const outgoing = request(`${url}/raw`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-length': String(MAX_INGEST_BYTES + 1) },
      })
      outgoing.on('response', response => (resolve(response.statusCode ?? 0), outgoing.destroy()))
      outgoing.on('error', reject)
      outgoing.write('x')
    })

    expect(status).toBe(413)
  })

  it('a body that turns out to be too much is 413, and the sender hears it', async () => {
    const chunk = 'x'.repeat(1024 * 1024)
    const stream = new ReadableStream<string>({
      start(controller) {
        for (let n = 0; n < 17; n++) controller.enqueue(chunk)
        controller.close()
      },
    })

    const response = await fetch(`${url}/raw`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: stream.pipeThrough(new TextEncoderStream()),
      duplex: 'half',
    })

    expect(response.status).toBe(413)
    expect(((await response.json()) as { error: { code: string } }).error.code).toBe('BODY_TOO_LARGE')
    expect(stored).toEqual([])
  })

  it('a small body that unfolds into too much is 413', async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_INGEST_BYTES * 4, 'a'))

    const { status, body } = await send('raw', bomb, { 'content-encoding': 'gzip' })

    expect(bomb.length).toBeLessThan(100_000)
    expect([status, body.error?.code]).toEqual([413, 'BODY_TOO_LARGE'])
    expect(stored).toEqual([])
  })

  it.each([
    ['an encoding that is not spoken', 'br', Buffer.from('x')],
    ['gzip that is none', 'gzip', Buffer.from('no gzip at all')],
    ['gzip that breaks off', 'gzip', gzipSync(lines(1000)).subarray(0, 500)],
  ])('%s is 400', async (_, encoding, body) => {
    const { status, body: answer } = await send('raw', body, { 'content-encoding': encoding })

    expect([status, answer.error?.code]).toEqual([400, 'REQUEST_INVALID'])
    expect(stored).toEqual([])
  })

  it('when full is 429, and says when to come again', async () => {
    full = true

    const { status, body, headers } = await send('json', '{}')

    expect([status, body.error?.code, headers.get('retry-after')]).toEqual([429, 'INTAKE_FULL', '7'])
  })

  it('when the archive does not write is 503, and nothing was accepted', async () => {
    archiveFails = new AppError('ARCHIVE_UNAVAILABLE')
    expect((await send('json', '{}')).status).toBe(503)

    archiveFails = new Error('EIO: /data/archive/t-uni/secret-path')
    const { status, body } = await send('json', '{}')

    expect([status, body.error?.code]).toEqual([500, 'INTERNAL'])
    expect(body.error?.message).not.toContain('secret-path')
  })

  it('goes on serving after every refusal', async () => {
    expect((await send('json', '{"a":1}')).status).toBe(202)
  })
})

describe('a sender that stalls', () => {
  it('is given up after half a minute', async () => {
    vi.useFakeTimers()
    try {
      const stalled = Object.assign(new PassThrough(), { headers: {} })
      stalled.write('{"a":')
      const outcome = readBody(stalled as unknown as Parameters<typeof readBody>[0], 1000).catch((error: unknown) => error)
      await vi.advanceTimersByTimeAsync(29_999)
      expect(stalled.destroyed).toBe(false)

      await vi.advanceTimersByTimeAsync(1)

      expect(isAppError(await outcome, 'REQUEST_INVALID')).toBe(true)
      expect(stalled.destroyed).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  it('in the middle of gzip as well', async () => {
    vi.useFakeTimers()
    try {
      const stalled = Object.assign(new PassThrough(), { headers: { 'content-encoding': 'gzip' } })
      stalled.write(gzipSync(lines(1000)).subarray(0, 300))
      const outcome = readBody(stalled as unknown as Parameters<typeof readBody>[0], 100_000).catch((error: unknown) => error)

      await vi.advanceTimersByTimeAsync(30_000)

      expect(isAppError(await outcome, 'REQUEST_INVALID')).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  it('that goes away leaves nothing behind', async () => {
    await new Promise<void>(resolve => {
      const outgoing = request(`${url}/raw`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` } })
      outgoing.on('error', () => undefined)
      outgoing.on('close', resolve)
      outgoing.write('half a line')
      setImmediate(() => outgoing.destroy())
    })

    expect((await send('raw', 'whole')).status).toBe(202)
    expect(stored.map(({ record }) => record.raw)).toEqual(['whole'])
  })
})
