// Every code of WeCom's, given by a small server to every road that goes over HTTP, ends as the table says; and so does everything that is no answer.
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../../core/ports/logger.js'
import type { OutgoingMessage } from '../../../core/ports/chat.js'
import type { RoadTarget } from '../../../core/ports/road.js'
import { endOf } from '../../../tests/contracts/chat.js'
import { appRoad } from './app-road.js'
import { callbackRobot } from './callback-robot.js'
import { errorClasses } from './error-classes.js'
import { memoryTokens } from './memory-tokens.js'
import { webhookRoad } from './webhook-road.js'
import { serve, stop } from './wecom-rig.js'

/** All that WeCom's documents and the live traces name for what is done here. */
const published = [
  -1, 40001, 40003, 40004, 40005, 40006, 40007, 40008, 40013, 40014, 40031, 40032, 40033, 40035, 40050, 40056, 40058, 40063, 40091, 41001,
  41016, 41033, 41046, 41047, 41048, 41063, 41093, 41094, 42001, 42014, 42015, 42016, 42017, 42018, 42019, 42020, 42022, 42027, 42028,
  42029, 42030, 42031, 42033, 42035, 42036, 42037, 42038, 42039, 42040, 42041, 42042, 42043, 42044, 42045, 42046, 42047, 42049, 42050,
  42051, 42052, 43012, 44001, 44004, 45001, 45002, 45008, 45009, 45033, 45034, 46004, 48002, 48005, 48006, 50002, 50003, 60011, 60020,
  60021, 60111, 81012, 81013, 82001, 82002, 82003, 82004, 84061, 86001, 86003, 86004, 86005, 86006, 86007, 86008, 86101, 86201, 86202,
  86203, 86204, 86205, 86206, 86207, 86215, 86216, 86217, 86220, 90501, 93000, 93001, 93004, 93006, 93008, 93017, 93018, 93019, 301002,
  301019, 701008, 701099, 846605, 846608, 846609, 853000,
]

let server: Server | undefined
afterEach(async () => {
  if (server) await stop(server)
  server = undefined
})

interface Roads {
  /** Calls so far, by path. */
  readonly asked: string[]
  webhook(message?: OutgoingMessage): ReturnType<typeof endOf>
  app(message?: OutgoingMessage): ReturnType<typeof endOf>
  update(): ReturnType<typeof endOf>
  answer(): ReturnType<typeof endOf>
}

const hello: OutgoingMessage = { kind: 'markdown', text: '早' }
const file: OutgoingMessage = { kind: 'file', file: { name: 'a.txt', base64: 'YWJjZGVm' } }
const card = { taskId: 't-1', source: '', title: '已同意', facts: [], buttons: [] }
const single: RoadTarget = { address: 'Li', sender: 'app', chatType: 'single' }
const quiet = { onMessage: async () => undefined, onPress: async () => undefined }
const pressXml =
  '<xml><ToUserName>ww1</ToUserName><FromUserName>Li</FromUserName><CreateTime>1767225600</CreateTime><MsgType>event</MsgType>' +
  '<Event>template_card_event</Event><EventKey>yes</EventKey><TaskId>t-1</TaskId><ResponseCode>RC</ResponseCode><AgentID>7</AgentID></xml>'

/** All roads to a server that hands tokens and media out and does `misbehave` to paths that end as `where` says. */
async function roads(misbehave: RequestListener, where = '', timeoutMilliseconds = 10_000): Promise<Roads> {
  const asked: string[] = []
  server = await serve((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x')
    asked.push(pathname.split('/').at(-1) ?? '')
    request.resume()
    if (pathname.endsWith(where) && (where !== '' || !pathname.endsWith('gettoken'))) misbehave(request, response)
    else
      response.end(JSON.stringify({ errcode: 0, errmsg: 'ok', access_token: `token-${asked.length}`, expires_in: 7200, media_id: 'm-1' }))
  })
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clock = { now: () => Date.parse('2026-11-24T08:00:00Z') }
  const limits = { timeoutMilliseconds, fileMilliseconds: timeoutMilliseconds }
  const app = appRoad({
    ...{ apiBase: base, corpId: 'ww1', agentId: 7, secret: 'geheim-secret', logger: silentLogger, clock, ...limits },
    tokens: memoryTokens(clock.now),
  })
  const robot = callbackRobot({ apiBase: base, logger: silentLogger, clock, timeoutMilliseconds })
  const group: RoadTarget = { address: `${base}/cgi-bin/webhook/send?key=geheim-key`, sender: 'g1', chatType: 'group' }
  return {
    asked,
    webhook: (message = hello) => endOf(webhookRoad(limits).send(group, message)),
    app: (message = hello) => endOf(app.send(single, message)),
    async update() {
      let replyTo = ''
      await app.hear(pressXml, { ...quiet, onPress: async press => void (replyTo = press.replyTo) })
      return endOf(app.send(single, { kind: 'card-update', card }, { replyTo }))
    },
    async answer() {
      let replyTo = ''
      const body = { msgid: 'M1', chattype: 'single', from: { userid: 'Li' }, msgtype: 'text', text: { content: '状态' } }
      const response_url = `${base}/cgi-bin/aibot/response?response_code=geheim-code`
      await robot.hear('r', JSON.stringify({ ...body, response_url }), {
        ...quiet,
        onMessage: async message => void (replyTo = message.replyTo),
      })
      return endOf(robot.send({ address: 'Li', sender: 'r', chatType: 'single' }, hello, { replyTo }))
    },
  }
}

const code = (
  errcode: number,
  errmsg = `no, hint: [1767225600123], from ip: 203.0.113.9, more info at …?e=${errcode}`,
): RequestListener => {
  return (_, response) => void response.end(JSON.stringify({ errcode, errmsg }))
}

describe('the table', () => {
  it('holds every published code, each with a source', () => {
    expect(published.filter(errcode => !errorClasses.has(errcode))).toEqual([])
    for (const { source } of errorClasses.values()) expect(source.length).toBeGreaterThan(10)
  })

  it('names a wait exactly where waiting helps', () => {
    for (const [errcode, { reaction, retryAfterSeconds, as }] of errorClasses) {
      const waits = reaction === 'slow-down' || reaction === 'retry-later'
      expect([errcode, retryAfterSeconds !== undefined]).toEqual([errcode, waits])
      expect([errcode, as === 'CHAT_BUSY' || as === 'CHAT_UNREACHABLE']).toEqual([errcode, waits])
    }
  })

  it.each([...errorClasses])('%d ends so on every road over HTTP', async (errcode, known) => {
    const all = await roads(code(errcode))
    const expected = {
      code: known.as,
      facts: {
        code: errcode,
        hint: '1767225600123',
        ...(known.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: known.retryAfterSeconds }),
      },
    }

    for (const end of [await all.webhook(), await all.webhook(file), await all.answer()]) {
      expect(end).toMatchObject(expected)
      expect(end.facts['reaction']).toBe(known.reaction)
    }
    for (const end of [await all.app(), await all.app(file), await all.update()]) {
      expect(end).toMatchObject(expected)
      // The new token was of no use either: somebody has to look.
      expect(end.facts['reaction']).toBe(known.reaction === 'renew-token' ? 'tell-staff' : known.reaction)
    }
  })

  it('a code nobody knows is for staff', async () => {
    const { webhook } = await roads(code(99_999))

    expect(await webhook()).toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 99_999, reaction: 'tell-staff' } })
  })

  it('our own address is named only where it is the reason', async () => {
    const untrusted = await roads(code(60020))
    expect((await untrusted.app()).facts['ip']).toBe('203.0.113.9')
    await stop(server as Server)

    expect((await (await roads(code(48002))).app()).facts['ip']).toBeUndefined()
  })
})

type Misbehaviour = readonly [what: string, how: RequestListener, says: string, prepares: string]
const misbehaviours: readonly Misbehaviour[] = [
  ['HTML', (_, r) => void r.end('<html>Gateway</html>'), 'CHAT_OUTCOME_UNKNOWN', 'CHAT_UNREACHABLE'],
  ['nothing at all', (_, r) => void r.end(), 'CHAT_OUTCOME_UNKNOWN', 'CHAT_UNREACHABLE'],
  ['JSON without errcode', (_, r) => void r.end('{"code":0}'), 'CHAT_OUTCOME_UNKNOWN', 'CHAT_UNREACHABLE'],
  ['an errcode that is text', (_, r) => void r.end('{"errcode":"0"}'), 'CHAT_OUTCOME_UNKNOWN', 'CHAT_UNREACHABLE'],
  ['a JSON list', (_, r) => void r.end('[0]'), 'CHAT_OUTCOME_UNKNOWN', 'CHAT_UNREACHABLE'],
  ['204', (_, r) => void r.writeHead(204).end(), 'CHAT_OUTCOME_UNKNOWN', 'CHAT_UNREACHABLE'],
  ['500', (_, r) => void r.writeHead(500).end('{"errcode":0}'), 'CHAT_OUTCOME_UNKNOWN', 'CHAT_UNREACHABLE'],
  ['502', (_, r) => void r.writeHead(502).end(), 'CHAT_OUTCOME_UNKNOWN', 'CHAT_UNREACHABLE'],
  ['504', (_, r) => void r.writeHead(504).end(), 'CHAT_OUTCOME_UNKNOWN', 'CHAT_UNREACHABLE'],
  ['503', (_, r) => void r.writeHead(503).end(), 'CHAT_BUSY', 'CHAT_BUSY'],
  ['429', (_, r) => void r.writeHead(429, { 'retry-after': '7' }).end(), 'CHAT_BUSY', 'CHAT_BUSY'],
  ['404', (_, r) => void r.writeHead(404).end(), 'CHAT_REFUSED', 'CHAT_REFUSED'],
  ['a redirect', (_, r) => void r.writeHead(307, { location: '/elsewhere' }).end(), 'CHAT_REFUSED', 'CHAT_REFUSED'],
  ['a dropped connection', request => void request.socket.destroy(), 'CHAT_OUTCOME_UNKNOWN', 'CHAT_UNREACHABLE'],
  ['silence', () => undefined, 'CHAT_OUTCOME_UNKNOWN', 'CHAT_UNREACHABLE'],
  ['half an answer', (_, r) => void r.writeHead(200).write('{"errc'), 'CHAT_OUTCOME_UNKNOWN', 'CHAT_UNREACHABLE'],
  ['an endless answer', (_, r) => endless(r), 'CHAT_OUTCOME_UNKNOWN', 'CHAT_UNREACHABLE'],
]

function endless(response: Parameters<RequestListener>[1]): void {
  const more = (): void => {
    while (!response.destroyed && response.write(' '.repeat(65_536))) continue
  }
  response.on('drain', more)
  more()
}

describe.each(misbehaviours)('%s', (what, how, says, prepares) => {
  const waits = what === 'silence' || what === 'half an answer'
  const limit = waits ? 500 : 10_000

  it('as the answer to what was said', async () => {
    const all = await roads(how, '', limit)
    const ends = await Promise.all([all.webhook(), all.app(), all.update(), all.answer()])

    expect(ends.map(end => end.code)).toEqual([says, says, says, says])
    expect(JSON.stringify(ends)).not.toContain('geheim')
  })

  it('as the answer to an upload or to the question for a token, when nothing has been said yet', async () => {
    const uploading = await roads(how, '/webhook/upload_media', limit)
    expect((await uploading.webhook(file)).code).toBe(prepares)
    expect(uploading.asked).toEqual(['upload_media'])
    await stop(server as Server)
    const appUploading = await roads(how, '/media/upload', limit)
    expect((await appUploading.app(file)).code).toBe(prepares)
    await stop(server as Server)
    const asking = await roads(how, '/gettoken', limit)
    const end = await asking.app()

    expect(end.code).toBe(prepares)
    expect(asking.asked).toEqual(['gettoken'])
    expect(JSON.stringify(end)).not.toContain('geheim')
  })
})
