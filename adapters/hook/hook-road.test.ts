import { timingSafeEqual } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import type { OutgoingMessage } from '../../core/ports/chat.js'
import { type Logger, silentLogger } from '../../core/ports/logger.js'
import type { RoadTarget } from '../../core/ports/road.js'
import { localhostCertificate } from '../mail/mail-rig.js'
import { hookRoad, type HookRoadConfig } from './index.js'
import { signHook } from '../shared/sign-hook.js'

const secret = 'sixteen characters or more'
const now = Date.parse('2026-11-24T08:30:00.900Z')
const message: OutgoingMessage = { kind: 'markdown', text: '**高危** IN-uni-261124-3\n\n- 来源 [203.0.113.7](https://guanjia.example/i/3)' }

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function listening(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () =>
      new Promise(resolve => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  )
  return (server.address() as AddressInfo).port
}

interface Received {
  readonly url: string
  readonly host: string
  readonly timestamp: string
  readonly signature: string
  readonly body: string
}

/** A gateway that takes everything, or answers as told. */
async function gateway(answer: (response: http.ServerResponse) => void = response => response.end('ok')) {
  const received: Received[] = []
  const port = await listening(
    http.createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        received.push({
          url: request.url ?? '',
          host: request.headers.host ?? '',
          timestamp: String(request.headers['x-guanjia-timestamp']),
          signature: String(request.headers['x-guanjia-signature']),
          body: Buffer.concat(chunks).toString('utf8'),
        })
        answer(response)
      })
    }),
  )
  return { port, received, address: `http://127.0.0.1:${port}/sms?key=geheim` }
}

const to = (address: string): RoadTarget => ({ address, sender: '', chatType: 'single' })

function road(more: Partial<HookRoadConfig> = {}) {
  return hookRoad({ logger: silentLogger, clock: { now: () => now }, secretOf: () => secret, allowPrivate: true, ...more })
}

/** What README.md asks of the other end: signature in constant time, a window of five minutes, each id once. */
function receiver(atSeconds: number) {
  const seen = new Set<string>()
  return ({ timestamp, signature, body }: Received): string => {
    const expected = Buffer.from(signHook(secret, Number(timestamp), body))
    const given = Buffer.from(signature)
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'forged'
    if (Math.abs(atSeconds - Number(timestamp)) > 300) return 'stale'
    const { id } = JSON.parse(body) as { id: string }
    if (seen.has(id)) return 'repeated'
    seen.add(id)
    return 'taken'
  }
}

it('a message arrives as signed JSON in plain words', async () => {
  const { address, received } = await gateway()

  await road().send(to(address), message, { idempotencyKey: 'd-1', level: 'high' })

  expect(received).toHaveLength(1)
  expect(received[0]?.url).toBe('/sms?key=geheim')
  expect(JSON.parse(received[0]?.body ?? '')).toEqual({
    id: 'd-1',
    kind: 'markdown',
    title: '高危 IN-uni-261124-3',
    text: '高危 IN-uni-261124-3\n来源 203.0.113.7 https://guanjia.example/i/3',
    level: 'high',
    at: '2026-11-24T08:30:00.900Z',
  })
})

it('the receiver takes it once, and neither a forged, an old nor a repeated one', async () => {
  const { address, received } = await gateway()
  const gatewayRoad = road()
  await gatewayRoad.send(to(address), message, { idempotencyKey: 'd-1' })
  await gatewayRoad.send(to(address), message, { idempotencyKey: 'd-1' })
  const [first, again] = received as [Received, Received]
  const receive = receiver(now / 1000)

  expect(receive({ ...first, body: first.body.replace('203', '204') })).toBe('forged')
  expect(receive({ ...first, timestamp: String(Number(first.timestamp) + 1) })).toBe('forged')
  expect(receiver(now / 1000 + 301)(first)).toBe('stale')
  expect(receive(first)).toBe('taken')
  expect(receive(again)).toBe('repeated')
})

it('the signature is the one a receiver in another language computes', () => {
  expect(signHook('key', 1, '{"a":"中"}')).toBe('v1=9630fcaa0935b2f844f0890bc3964ffb1472866f365ef961eae28080555182ba')
})

it('without a key of the caller every message has an id of its own', async () => {
  const { address, received } = await gateway()

  await road().send(to(address), message)
  await road().send(to(address), message)

  expect(new Set(received.map(({ body }) => (JSON.parse(body) as { id: string }).id)).size).toBe(2)
})

it.each<[number, Record<string, string>, object]>([
  [429, { 'retry-after': '120' }, { code: 'CHAT_BUSY', facts: { retryAfterSeconds: 120 } }],
  [503, { 'retry-after': 'Tue, 24 Nov 2026 08:31:31 GMT' }, { code: 'CHAT_BUSY', facts: { retryAfterSeconds: 91 } }],
  [503, { 'retry-after': '999999' }, { code: 'CHAT_BUSY', facts: { retryAfterSeconds: 3600 } }],
  [503, { 'retry-after': 'soon' }, { code: 'CHAT_BUSY', facts: { retryAfterSeconds: 60 } }],
  [410, {}, { code: 'CHAT_TARGET_DEAD' }],
  [404, {}, { code: 'CHAT_TARGET_DEAD' }],
  [401, {}, { code: 'CHAT_REFUSED', facts: { code: 'HTTP_401' } }],
  [500, {}, { code: 'CHAT_REFUSED', facts: { code: 'HTTP_500' } }],
  [502, {}, { code: 'CHAT_OUTCOME_UNKNOWN' }],
  [504, {}, { code: 'CHAT_OUTCOME_UNKNOWN' }],
])('an answer %i %j has its own outcome', async (status, headers, outcome) => {
  const { address } = await gateway(response => response.writeHead(status, headers).end())

  await expect(road().send(to(address), message)).rejects.toMatchObject(outcome)
})

it('a redirect is not followed', async () => {
  const other = await gateway()
  const { address } = await gateway(response => response.writeHead(307, { location: other.address }).end())

  await expect(road().send(to(address), message)).rejects.toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'HTTP_307' } })
  expect(other.received).toEqual([])
})

it('an answer without end is cut off, and the message counts as taken', async () => {
  let cutOff = () => undefined as void
  const wasCutOff = new Promise<void>(resolve => (cutOff = resolve))
  const { address } = await gateway(response => {
    response.on('close', cutOff)
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16_384)));
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  })

  await road().send(to(address), message)

  await wasCutOff
})

it('no answer in time, or a connection lost: the outcome is unknown', async () => {
  const silent = await gateway(() => undefined)
  const rude = await gateway(response => response.socket?.destroy())

  await expect(road({ timeoutMilliseconds: 150 }).send(to(silent.address), message)).rejects.toMatchObject({
    code: 'CHAT_OUTCOME_UNKNOWN',
    facts: { reason: 'TIMEOUT' },
  })
  await expect(road().send(to(rude.address), message)).rejects.toMatchObject({ code: 'CHAT_OUTCOME_UNKNOWN' })
})

it('what was never connected was not sent', async () => {
  const free = await listening(net.createServer())
  await closers.pop()?.()
  const mute = await listening(net.createServer())
  const quick = road({ timeoutMilliseconds: 150 })

  await expect(quick.send(to(`http://127.0.0.1:${free}/`), message)).rejects.toMatchObject({
    code: 'CHAT_UNREACHABLE',
    facts: { reason: 'ECONNREFUSED' },
  })
  await expect(quick.send(to(`https://127.0.0.1:${mute}/`), message)).rejects.toMatchObject({
    code: 'CHAT_UNREACHABLE',
    facts: { reason: 'TIMEOUT' },
  })
})

it('a name that does not resolve, or not in time, means that nothing was sent', async () => {
  const unknown = road({ resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })) })
  const slow = road({ resolve: () => new Promise(() => undefined), timeoutMilliseconds: 100 })

  await expect(unknown.send(to('https://sms.example/'), message)).rejects.toMatchObject({
    code: 'CHAT_UNREACHABLE',
    facts: { reason: 'ENOTFOUND' },
  })
  await expect(slow.send(to('https://sms.example/'), message)).rejects.toMatchObject({
    code: 'CHAT_UNREACHABLE',
    facts: { reason: 'TIMEOUT' },
  })
})

it('a name is resolved once, and the connection goes to what was checked', async () => {
  const { port, received } = await gateway()
  const asked: string[] = []
  const resolve = (host: string) => {
    asked.push(host)
    return Promise.resolve([{ address: '127.0.0.1', family: 4 }])
  }

  await road({ resolve }).send(to(`http://sms.example:${port}/`), message)

  expect(asked).toEqual(['sms.example'])
  expect(received[0]?.host).toBe(`sms.example:${port}`)
})

it('inner addresses are refused, however they are written', async () => {
  const { port, received } = await gateway()
  const strict = road({ allowPrivate: false })

  for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '017700000001', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', 'localhost'])
    await expect(strict.send(to(`http://${host}:${port}/`), message)).rejects.toMatchObject({
      code: 'CHAT_REFUSED',
      facts: { code: 'ADDRESS_FORBIDDEN' },
    })

  expect(received).toEqual([])
})

it('one inner address among the answers spoils a name', async () => {
  const resolve = () =>
    Promise.resolve([
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ])

  const sending = road({ allowPrivate: false, resolve }).send(to('https://sms.example/'), message)

  await expect(sending).rejects.toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'ADDRESS_FORBIDDEN' } })
})

it('without TLS only this machine is spoken to', async () => {
  const resolve = () => Promise.resolve([{ address: '10.0.0.1', family: 4 }])

  const sending = road({ resolve }).send(to('http://sms.example/'), message)

  await expect(sending).rejects.toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'HTTPS_REQUIRED' } })
})

it('over TLS the certificate has to be of a known authority and of that name', async () => {
  const certificate = localhostCertificate()
  let requests = 0
  const port = await listening(
    https.createServer(certificate, (request, response) => {
      requests++
      request.resume()
      response.end()
    }),
  )
  const known = road({ ca: certificate.cert, resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) })

  await expect(road().send(to(`https://localhost:${port}/`), message)).rejects.toMatchObject({ code: 'CHAT_UNREACHABLE' })
  await expect(known.send(to(`https://other.example:${port}/`), message)).rejects.toMatchObject({
    code: 'CHAT_UNREACHABLE',
    facts: { reason: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  })
  expect(requests).toBe(0)
  await known.send(to(`https://localhost:${port}/`), message)
  expect(requests).toBe(1)
})

it('without a secret, or with a short one, nothing is sent', async () => {
  const { address, received } = await gateway()

  for (const weak of [undefined, '', 'short'])
    await expect(road({ secretOf: () => weak }).send(to(address), message)).rejects.toMatchObject({
      code: 'CHAT_REFUSED',
      facts: { code: 'NO_SECRET' },
    })

  expect(received).toEqual([])
})

it.each(['ftp://sms.example/', 'not an address', 'https://user:pass@sms.example/', `https://sms.example/${'a'.repeat(3000)}`])(
  'what is not a web address is refused (%#)',
  async address => {
    await expect(road().send(to(address), message)).rejects.toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'ADDRESS_INVALID' } })
  },
)

it('neither the key in the address nor the secret is logged', async () => {
  const { address } = await gateway(response => response.writeHead(500).end())
  const logged: unknown[] = []
  const logger: Logger = { ...silentLogger, warn: facts => logged.push(facts) }

  const error: unknown = await road({ logger })
    .send(to(address), message)
    .catch((reason: unknown) => reason)

  expect(logged).toHaveLength(1)
  expect(JSON.stringify([logged, error])).not.toMatch(/geheim|sixteen/)
})
