// The callback's address over a real server: verification, what is refused, repeats, answers in time.
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { catalogue } from '../../core/errors.js'
import type { Logger } from '../../core/ports/logger.js'
import { errorAnswer } from './error-answer.js'
import { wecomCallbackRouter, type WecomCallbackNeeds } from './wecom-callback.js'
import { type CallbackDoor, openEnvelope, sealReply } from './wecom-envelope.js'

const robot: CallbackDoor = {
  token: 'butlerTestToken01',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  receiveId: '',
  kind: 'robot',
}
const app: CallbackDoor = { ...robot, receiveId: 'wwbutlercorp000001', kind: 'app' }
const sample: CallbackDoor = {
  token: 'QDG6eK',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  receiveId: 'wx5823bf96d3bd56c7',
  kind: 'app',
}
const doors: Readonly<Record<string, CallbackDoor>> = { uni: robot, app, sample, 'g-示例': robot }

let server: Server | undefined
let url: string
let time: number
let heard: string[]
let log: string[]
let reply: (name: string, kind: string, body: string) => Promise<string | undefined>

async function start(needs: Partial<WecomCallbackNeeds> = {}): Promise<void> {
  const write = (facts: object, message: string): void => void log.push(`${message} ${JSON.stringify(facts)}`)
  const logger: Logger = { debug: () => undefined, info: write, warn: write, error: write, child: () => logger }
  const koa = new Koa()
  koa.silent = true
  koa.use(errorAnswer(logger, { next: () => 'trace-00000001' }))
  koa.use(
    wecomCallbackRouter({
      door: name => (Object.hasOwn(doors, name) ? doors[name] : undefined),
      hear: (name, { kind }, body) => {
        heard.push(`${name}/${kind}: ${body}`)
        return reply(name, kind, body)
      },
      clock: { now: () => time },
      logger,
      ...needs,
    }).routes(),
  )
  server = createServer((incoming, answer) => void koa.callback()(incoming, answer)).listen(0, '127.0.0.1')
  await new Promise(resolve => server?.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/wecom/callback/`
}

beforeEach(() => {
  heard = []
  log = []
  time = 1767225600_000
  reply = async () => undefined
})
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise(resolve => server?.close(resolve))
  server = undefined
})

interface Sealed {
  readonly query: string
  readonly body: string
  readonly echo: string
}
/** What WeCom would send. */
function sealed(door: CallbackDoor, plain: string, { at = 1767225600, nonce = '1372623149' } = {}): Sealed {
  const { encrypt, msgsignature } = JSON.parse(sealReply({ ...door, kind: 'robot' }, plain, at, nonce)) as Record<string, string>
  const xml = `<xml><ToUserName><![CDATA[${door.receiveId}]]></ToUserName><AgentID>7</AgentID><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`
  return {
    query: `?msg_signature=${msgsignature}&timestamp=${at}&nonce=${nonce}`,
    body: door.kind === 'robot' ? JSON.stringify({ encrypt }) : xml,
    echo: encrypt ?? '',
  }
}
const post = (name: string, { query, body }: Sealed): Promise<Response> =>
  fetch(`${url}${encodeURIComponent(name)}${query}`, { method: 'POST', body, redirect: 'manual' })
const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { error: { code: string } }).error.code

describe('verification of the address', () => {
  it('gives the published echo back and nothing else', async () => {
    await start()
    time = 1409659589_000
    const echo = 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=='
    const ask = (echostr: string): Promise<Response> =>
      fetch(`${url}sample?msg_signature=5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3&timestamp=1409659589&nonce=263014780&echostr=${echostr}`)

    for (const echostr of [encodeURIComponent(echo), echo]) {
      const answer = await ask(echostr)
      expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
        200,
        'text/plain; charset=utf-8',
        '1616140317555161061',
      ])
    }
    expect((await ask(echo.replaceAll('+', '%20'))).status).toBe(400)
    expect(heard).toEqual([])
  })

  it('works for a robot, whose receiver is empty', async () => {
    await start()
    const { query, echo } = sealed(robot, 'aibot-echo-20260101')

    expect(await (await fetch(`${url}uni${query}&echostr=${encodeURIComponent(echo)}`)).text()).toBe('aibot-echo-20260101')
  })

  it('without an echo there is nothing to give back', async () => {
    await start()

    expect((await fetch(`${url}uni${sealed(robot, 'x').query}`)).status).toBe(400)
  })
})

describe('a callback', () => {
  it.each([
    ['uni', robot, '{"msgid":"M1"}', 'uni/robot: {"msgid":"M1"}'],
    ['app', app, '<xml><MsgId>1</MsgId></xml>', 'app/app: <xml><MsgId>1</MsgId></xml>'],
    ['g-示例', robot, '{}', 'g-示例/robot: {}'],
  ])('of %s is heard in plain and answered with an empty 200', async (name, door, plain, expected) => {
    await start()
    const answer = await post(name, sealed(door, plain))

    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect(heard).toEqual([expected])
  })

  it('of a robot is answered with sealed JSON', async () => {
    await start()
    reply = async () => '{"msgtype":"stream"}'
    const answer = await post('uni', sealed(robot, '{}'))
    const { encrypt = '', msgsignature = '', timestamp, nonce } = JSON.parse(await answer.text()) as Record<string, string>

    expect(timestamp).toBe(1767225600)
    expect(nonce).toBe('1372623149')
    expect(openEnvelope(robot, { signature: msgsignature, timestamp: String(timestamp), nonce: nonce ?? '' }, encrypt)).toBe(
      '{"msgtype":"stream"}',
    )
  })

  it('of the application is answered with sealed XML', async () => {
    await start()
    reply = async () => '<xml>收到</xml>'
    const answer = await post('app', sealed(app, '<xml/>'))
    const text = await answer.text()
    const part = (name: string): string => new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]+)`).exec(text)?.[1] ?? ''

    expect(answer.headers.get('content-type')).toBe('application/xml; charset=utf-8')
    const stamp = { signature: part('MsgSignature'), timestamp: part('TimeStamp'), nonce: part('Nonce') }
    expect(openEnvelope(app, stamp, part('Encrypt'))).toBe('<xml>收到</xml>')
  })

  it('may come within five minutes of its time', async () => {
    await start()
    const at = (seconds: number) => post('uni', sealed(robot, '{}', { at: 1767225600 + seconds, nonce: `n${seconds}` }))

    expect([(await at(-300)).status, (await at(300)).status]).toEqual([200, 200])
    expect([(await at(-301)).status, (await at(301)).status, (await at(-3600)).status]).toEqual([400, 400, 400])
    expect(heard).toHaveLength(2)
  })
})

describe('what is refused', () => {
  it('looks the same whatever is wrong, and the reason is in the log only', async () => {
    await start()
    const good = sealed(robot, '{}')
    const attempts: [string, Sealed][] = [
      [
        'uni',
        { ...good, query: good.query.replace(/msg_signature=./, sign => (sign.endsWith('0') ? 'msg_signature=1' : 'msg_signature=0')) },
      ],
      ['nobody', good],
      ['__proto__', good],
      ['x'.repeat(300), good],
      ['app', sealed({ ...app, receiveId: 'wwother' }, '<xml/>')],
      ['uni', { ...good, body: '' }],
      ['uni', { ...good, body: '{"encrypt":"AAAA"}' }],
      ['uni', { ...good, query: '' }],
      ['uni', { ...good, query: `${good.query}&nonce=2` }],
      ['uni', { ...good, query: `${good.query}&x=%` }],
      ['uni', { ...good, query: good.query.replace('timestamp=', 'timestamp=-') }],
      ['uni', { ...good, query: good.query.replace('nonce=', `nonce=${'1'.repeat(100)}`) }],
    ]
    const answers = new Set<string>()
    for (const [name, attempt] of attempts) {
      const answer = await post(name, attempt)
      answers.add(`${answer.status} ${await answer.text()}`)
    }

    expect([...answers]).toEqual([expect.stringMatching(/^400 \{"error":\{"code":"REQUEST_INVALID"/)])
    expect(heard).toEqual([])
    expect(log).toHaveLength(attempts.length)
    for (const why of ['signature is wrong', 'no such door', 'meant for another receiver', 'given twice'])
      expect(log.join('\n')).toContain(why)
    expect((await post('uni', good)).status).toBe(200)
  })

  it('a body that is too large, without reading it all', async () => {
    await start()
    const { query } = sealed(robot, '{}')

    expect((await post('uni', { query, body: 'x'.repeat(256 * 1024 + 1), echo: '' })).status).toBe(catalogue.BODY_TOO_LARGE.status)
    expect(heard).toEqual([])
  })

  it('other methods', async () => {
    await start()

    expect((await fetch(`${url}uni${sealed(robot, '{}').query}`, { method: 'PUT', body: '{}' })).status).toBe(404)
  })
})

describe('a repeat', () => {
  it('gets the answer of the first and is not heard again, not even while the first is being heard', async () => {
    await start()
    let release = (_: string): void => undefined
    reply = () => new Promise(resolve => (release = resolve))
    const callback = sealed(robot, '{}')
    const both = [post('uni', callback), post('uni', callback)]
    await expect.poll(() => heard.length).toBe(1)
    release('{"msgtype":"stream"}')
    const texts = await Promise.all(both.map(async answer => (await answer).text()))
    const third = await (await post('uni', callback)).text()

    expect(heard).toHaveLength(1)
    for (const text of [...texts, third]) expect(text).toContain('msgsignature')
  })

  it('of what was not taken is heard anew', async () => {
    await start()
    reply = () => Promise.reject(new Error('database away'))
    const callback = sealed(app, '<xml/>')
    const first = await post('app', callback)
    reply = async () => undefined
    const second = await post('app', callback)

    expect([first.status, second.status]).toEqual([500, 200])
    expect(heard).toHaveLength(2)
    expect(await codeOf(first)).toBe('INTERNAL')
  })

  it('is known for ten minutes only, which is longer than its time stamp is good', async () => {
    await start()
    const callback = sealed(robot, '{}')
    await post('uni', callback)
    time += 5 * 60_000
    await post('uni', callback)
    time += 1
    expect((await post('uni', callback)).status).toBe(400)

    expect(heard).toHaveLength(1)
  })

  it('on another door is another callback', async () => {
    await start()
    const callback = sealed(robot, '{}')
    await post('uni', callback)
    await post('g-示例', callback)

    expect(heard).toHaveLength(2)
  })
})

describe('in time', () => {
  it('a hearing that does not end is answered with an empty 200, and its failure is logged', async () => {
    await start({ answerMilliseconds: 500 })
    let fail = (_: Error): void => undefined
    reply = () => new Promise((_, reject) => (fail = reject))
    const answer = await post('uni', sealed(robot, '{}'))

    expect([answer.status, await answer.text()]).toEqual([200, ''])
    fail(new Error('too late'))
    await expect.poll(() => log.join()).toContain('was not taken')
  })

  it('keys that cannot be looked up are answered as not ready, so that WeCom comes again', async () => {
    await start({ answerMilliseconds: 30, door: () => new Promise(() => undefined) })

    expect((await post('uni', sealed(robot, '{}'))).status).toBe(503)
    expect(heard).toEqual([])
  })

  it('a body that does not come is not waited for', async () => {
    await start({ answerMilliseconds: 30 })
    const { query } = sealed(robot, '{}')
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const slow = request(`${url}uni${query}`, { method: 'POST', headers: { 'content-length': '100' } }, answer => {
        resolve(answer.statusCode)
        slow.destroy()
      })
      slow.on('error', reject)
      slow.write('{')
    })

    expect(status).toBe(503)
    expect(heard).toEqual([])
  })

  it('more at once than can be kept are told to come again', async () => {
    await start({ maxBeingHeard: 2 })
    const releases: (() => void)[] = []
    reply = () => new Promise(resolve => releases.push(() => resolve(undefined)))
    const one = (nonce: string): Promise<Response> => post('uni', sealed(robot, '{}', { nonce }))
    const first = [one('n1'), one('n2')]
    await expect.poll(() => heard.length).toBe(2)

    expect((await one('n3')).status).toBe(503)
    for (const release of releases) release()
    expect((await Promise.all(first)).map(answer => answer.status)).toEqual([200, 200])
    reply = async () => undefined
    expect((await one('n3')).status).toBe(200)
  })
})
