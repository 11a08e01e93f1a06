// What is the application's own: its token, who may be addressed, presses and their response codes; the contract is in roads.test.ts.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { IncomingPress, OutgoingMessage } from '../../../core/ports/chat.js'
import { aCard, endOf } from '../../../tests/contracts/chat.js'
import { appRoad, type AppRoad } from './app-road.js'
import { memoryTokens } from './memory-tokens.js'
import { recorder, serve, stop } from './wecom-rig.js'

interface Call {
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Record<string, unknown>
}

let server: Server
let calls: Call[]
let time: number
let log: string[]
/** What the next calls of a path get instead of ok. */
let answers: Record<string, object[]>
let issued: number

beforeEach(async () => {
  calls = []
  log = []
  answers = {}
  issued = 0
  time = Date.parse('2026-11-24T08:00:00Z')
  server = await serve((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x')
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const path = pathname.replace('/base/cgi-bin/', '')
      calls.push({ path, query: searchParams, body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} })
      const given = answers[path]?.shift()
      const ok = { errcode: 0, errmsg: 'ok', msgid: `m-${calls.length}`, media_id: `media-${calls.length}` }
      response.end(JSON.stringify(given ?? (path === 'gettoken' ? { ...ok, access_token: `T${++issued}`, expires_in: 7200 } : ok)))
    })
  })
})
afterEach(() => stop(server))

const clock = { now: () => time }
function road(secret = 'app-secret', tokens = memoryTokens(clock.now)): AppRoad {
  const apiBase = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`
  return appRoad({ apiBase, corpId: 'ww1', agentId: 7, secret, tokens, logger: recorder(log), clock })
}
const to = (address = 'Li') => ({ address, sender: 'app', chatType: 'single' as const })
const hello: OutgoingMessage = { kind: 'markdown', text: '早' }
const paths = (): string[] => calls.map(call => call.path)
const sent = (): unknown[] => calls.filter(call => call.path === 'message/send').map(call => call.body)

describe('the token', () => {
  it('is fetched once and serves many messages', async () => {
    const one = road()
    await one.send(to(), hello)
    await Promise.all(['a', 'b', 'c'].map(text => one.send(to(), { kind: 'markdown', text })))

    expect(paths()).toEqual(['gettoken', 'message/send', 'message/send', 'message/send', 'message/send'])
    expect(calls[0]?.query.get('corpid')).toBe('ww1')
    expect(calls.slice(1).map(call => call.query.get('access_token'))).toEqual(['T1', 'T1', 'T1', 'T1'])
  })

  it('is kept till five minutes before its end, under a key that changes with the secret', async () => {
    const tokens = memoryTokens(clock.now)
    await road('app-secret', tokens).send(to(), hello)
    await road('new-secret', tokens).send(to(), hello)

    const kept = [...tokens.kept]
    expect(kept.map(([, token]) => token.expiresAt)).toEqual(['2026-11-24T09:55:00.000Z', '2026-11-24T09:55:00.000Z'])
    expect(kept.map(([key]) => key)).toEqual([
      expect.stringMatching(/^wecom-app:ww1:7:[0-9a-f]{8}$/),
      expect.stringMatching(/^wecom-app:ww1:7:[0-9a-f]{8}$/),
    ])
    expect(kept[0]?.[0]).not.toBe(kept[1]?.[0])
    expect(JSON.stringify(kept)).not.toContain('secret')
  })

  it.each([40014, 42001, 41001])('%d makes it be fetched anew and the call repeated once', async errcode => {
    answers['message/send'] = [{ errcode, errmsg: 'token' }]
    await road().send(to(), hello)

    expect(paths()).toEqual(['gettoken', 'message/send', 'gettoken', 'message/send'])
    expect(calls.at(-1)?.query.get('access_token')).toBe('T2')
  })

  it('a new one that is refused as well is the end', async () => {
    answers['message/send'] = [{ errcode: 40014 }, { errcode: 42001 }]

    expect(await endOf(road().send(to(), hello))).toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 42001, reaction: 'tell-staff' } })
    expect(paths()).toEqual(['gettoken', 'message/send', 'gettoken', 'message/send'])
  })

  it('a wrong secret is not tried again for ten minutes, because WeCom would shut our address out', async () => {
    const one = road()
    answers['gettoken'] = [{ errcode: 40001, errmsg: 'invalid credential, hint: [123]' }]
    const ends = [await endOf(one.send(to(), hello)), await endOf(one.send(to(), hello))]

    expect(ends).toMatchObject([
      { code: 'CHAT_REFUSED', facts: { code: 40001, reaction: 'tell-staff' } },
      { code: 'CHAT_REFUSED', facts: { code: 40001 } },
    ])
    expect(paths()).toEqual(['gettoken'])
    expect(log.join()).toContain('40001')
    expect(log.join() + JSON.stringify(ends)).not.toContain('app-secret')
    time += 10 * 60_000
    await one.send(to(), hello)
    expect(paths()).toEqual(['gettoken', 'gettoken', 'message/send'])
  })

  it.each([[{ errcode: 0, access_token: '', expires_in: 7200 }], [{ errcode: 0, access_token: 'T' }], [{ errcode: 0 }]])(
    'an answer that holds none (%j) means that nothing was sent',
    async answer => {
      answers['gettoken'] = [answer]

      expect(await endOf(road().send(to(), hello))).toMatchObject({ code: 'CHAT_UNREACHABLE', facts: { retryAfterSeconds: 30 } })
    },
  )

  it('a store that fails means that nothing was sent', async () => {
    const tokens = { token: () => Promise.reject(new Error('database away')) }
    const one = appRoad({ apiBase: 'http://127.0.0.1:9', corpId: 'ww1', agentId: 7, secret: 's', tokens, logger: recorder(log), clock })

    expect((await endOf(one.send(to(), hello))).code).toBe('CHAT_UNREACHABLE')
  })

  it('a store that never answers is given up', async () => {
    const tokens = { token: () => new Promise<string>(() => undefined) }
    const options = { apiBase: 'http://127.0.0.1:9', corpId: 'ww1', agentId: 7, secret: 's', tokens, logger: recorder(log), clock }

    expect((await endOf(appRoad({ ...options, timeoutMilliseconds: 20 }).send(to(), hello))).code).toBe('CHAT_UNREACHABLE')
  })

  it.each(['', 'nonsense', 'ftp://x', 'http://u:p@x'])('the base %j is refused when it is composed', apiBase => {
    const make = (): unknown =>
      appRoad({ apiBase, corpId: 'c', agentId: 7, secret: 's', tokens: memoryTokens(clock.now), logger: recorder(log), clock })

    expect(make).toThrow('CONFIGURATION_INVALID')
  })
})

describe('who is addressed', () => {
  it.each(['@all', '@ALL', 'Li|chen', 'Li|@all', '', ' ', 'x'.repeat(65), 'Li\n'])('%j is nobody, and nothing is asked', async address => {
    expect((await endOf(road().send(to(address), hello))).code).toBe('CHAT_TARGET_DEAD')
    expect(calls).toEqual([])
  })

  it('a group is not reached', async () => {
    expect((await endOf(road().send({ ...to(), chatType: 'group' }, hello))).code).toBe('CHAT_TARGET_DEAD')
  })

  it.each([{ invaliduser: 'li' }, { unlicenseduser: 'li' }])('ok with %j has reached nobody', async lists => {
    answers['message/send'] = [{ errcode: 0, errmsg: 'ok', msgid: 'm', ...lists }]

    expect(await endOf(road().send(to(), hello))).toMatchObject({ code: 'CHAT_TARGET_DEAD', facts: { chatId: 'Li' } })
  })

  it('empty lists are no complaint, and the id of the message is kept', async () => {
    answers['message/send'] = [{ errcode: 0, errmsg: 'ok', msgid: 'm-77', invaliduser: '', unlicenseduser: '' }]

    expect(await road().send(to(), hello)).toEqual({ externalId: 'm-77' })
  })
})

describe('what is said', () => {
  it('goes to one person of one application, in the form of its kind', async () => {
    const one = road()
    const card = aCard()
    await one.send(to('a.b-c_d@e'), hello)
    await one.send(to(), { kind: 'mention', text: '请处理 <a href="https://x">点我</a>', userIds: ['LI'] })
    await one.send(to(), { kind: 'card', card })
    await one.send(to(), { kind: 'card', card: { ...card, buttons: [] } })

    expect(sent()).toMatchObject([
      { touser: 'a.b-c_d@e', agentid: 7, msgtype: 'markdown', markdown: { content: '早' } },
      { msgtype: 'text', text: { content: '请处理 ＜a href="https://x">点我＜/a>' } },
      { msgtype: 'template_card', template_card: { card_type: 'button_interaction', task_id: card.taskId } },
      { msgtype: 'template_card', template_card: { card_type: 'text_notice', card_action: { type: 1 } } },
    ])
  })

  it('a mention of others would ring the wrong person', async () => {
    expect((await endOf(road().send(to(), { kind: 'mention', text: 'x', userIds: ['Li', 'chen'] }))).code).toBe('CHAT_REFUSED')
    expect(calls).toEqual([])
  })

  it('a file whose id WeCom no longer takes is uploaded once more, and once only', async () => {
    const file: OutgoingMessage = { kind: 'file', file: { name: '日报.txt', base64: 'YWJjZGVm' } }
    answers['message/send'] = [{ errcode: 40007 }]
    await road().send(to(), file)
    expect(paths()).toEqual(['gettoken', 'media/upload', 'message/send', 'media/upload', 'message/send'])
    expect(sent()).toMatchObject([{ file: { media_id: 'media-2' } }, { file: { media_id: 'media-4' } }])

    answers['message/send'] = [{ errcode: 40007 }, { errcode: 40007 }]
    expect(await endOf(road().send(to(), file))).toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 40007 } })
  })
})

describe('what is heard', () => {
  const xml = (fields: Record<string, string>): string =>
    `<xml>${Object.entries({ ToUserName: 'ww1', FromUserName: 'Li', CreateTime: '1767225600', AgentID: '7', ...fields })
      .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
      .join('')}</xml>`
  const press = xml({ MsgType: 'event', Event: 'template_card_event', EventKey: 'yes', TaskId: 't-1', ResponseCode: 'RC-1' })
  async function pressed(one: AppRoad): Promise<IncomingPress> {
    const presses: IncomingPress[] = []
    await one.hear(press, { onMessage: async () => undefined, onPress: async heard => void presses.push(heard) })
    return presses[0] as IncomingPress
  }
  const update: OutgoingMessage = { kind: 'card-update', card: aCard({ title: '已同意', buttons: [] }) }

  it('a sentence, an opening, and what is left aside', async () => {
    const heard: unknown[] = []
    const listener = {
      onMessage: async (message: object) => void heard.push(message),
      onPress: async (one: object) => void heard.push(one),
      onEntered: async (robot: string, userId: string) => void heard.push([robot, userId]),
    }
    const one = road()
    await one.hear(xml({ MsgType: 'text', Content: '状态', MsgId: '7000000000000000001' }), listener)
    await one.hear(xml({ MsgType: 'event', Event: 'enter_agent' }), listener)
    await one.hear(xml({ MsgType: 'event', Event: 'LOCATION' }), listener)

    expect(heard).toEqual([
      { robot: 'app', chatId: 'Li', chatType: 'single', userId: 'Li', messageId: '7000000000000000001', text: '状态', replyTo: '' },
      ['app', 'Li'],
    ])
    expect(log.join()).toContain('event of a kind not used here')
  })

  it('a listener that fails is a callback that was not taken', async () => {
    const listener = { onMessage: () => Promise.reject(new Error('database away')), onPress: async () => undefined }

    await expect(road().hear(xml({ MsgType: 'text', Content: 'x', MsgId: '1' }), listener)).rejects.toThrow('database away')
  })

  it('a pressed card is updated by its response code, once', async () => {
    const one = road()
    const { replyTo } = await pressed(one)
    await one.send(to(), update, { replyTo })

    expect(calls.at(-1)).toMatchObject({
      path: 'message/update_template_card',
      body: {
        userids: ['Li'],
        agentid: 7,
        response_code: 'RC-1',
        template_card: { card_type: 'button_interaction', task_id: 't-1', replace_text: '已处理', main_title: { title: '已同意' } },
      },
    })
    expect((await endOf(one.send(to(), update, { replyTo }))).code).toBe('CHAT_EXPIRED')
    expect(paths()).toEqual(['gettoken', 'message/update_template_card'])
  })

  it('the code is good for 72 hours, for its person only, and is kept when WeCom was busy', async () => {
    const one = road()
    const { replyTo } = await pressed(one)
    expect((await endOf(one.send(to('chen'), update, { replyTo }))).code).toBe('CHAT_EXPIRED')
    answers['message/update_template_card'] = [{ errcode: 45009 }]
    expect((await endOf(one.send(to(), update, { replyTo }))).code).toBe('CHAT_BUSY')
    time += 72 * 3_600_000
    await one.send(to(), update, { replyTo })

    const late = (await pressed(one)).replyTo
    time += 72 * 3_600_000 + 1
    expect((await endOf(one.send(to(), update, { replyTo: late }))).code).toBe('CHAT_EXPIRED')
  })

  it('an update that reached nobody says so', async () => {
    answers['message/update_template_card'] = [{ errcode: 0, errmsg: 'ok', invaliduser: ['li'] }]
    const one = road()
    const { replyTo } = await pressed(one)

    expect((await endOf(one.send(to(), update, { replyTo }))).code).toBe('CHAT_TARGET_DEAD')
  })

  it('a press without a code can be heard but not updated', async () => {
    const one = road()
    const presses: IncomingPress[] = []
    const without = xml({ MsgType: 'event', Event: 'template_card_event', EventKey: 'yes', TaskId: 't-1' })
    await one.hear(without, { onMessage: async () => undefined, onPress: async heard => void presses.push(heard) })

    expect(presses).toMatchObject([{ taskId: 't-1', key: 'yes', replyTo: '' }])
    expect((await endOf(one.send(to(), update, { replyTo: '' }))).code).toBe('CHAT_EXPIRED')
  })
})
