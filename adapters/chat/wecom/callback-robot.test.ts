// A robot in HTTP-callback mode: it answers once under what it was told, updates a pressed card as the answer to the press, and cannot begin.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChatListener, IncomingMessage, IncomingPress, OutgoingMessage } from '../../../core/ports/chat.js'
import { aCard, endOf, eventually } from '../../../tests/contracts/chat.js'
import { callbackRobot, type CallbackRobot, type CallbackRobotOptions } from './callback-robot.js'
import { recorder, serve, stop } from './wecom-rig.js'

let server: Server
let base: string
let time: number
let posted: { url: string; body: unknown }[]
let answers: object[]
let log: string[]
let messages: IncomingMessage[]
let presses: IncomingPress[]

beforeEach(async () => {
  posted = []
  answers = []
  log = []
  messages = []
  presses = []
  time = Date.parse('2026-11-24T08:00:00Z')
  server = await serve((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      posted.push({ url: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown })
      response.end(JSON.stringify(answers.shift() ?? { errcode: 0, errmsg: 'ok' }))
    })
  })
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => stop(server))

const listener: ChatListener = {
  onMessage: async message => void messages.push(message),
  onPress: async press => void presses.push(press),
}
const make = (options: Partial<CallbackRobotOptions> = {}): CallbackRobot =>
  callbackRobot({ apiBase: `${base}/api`, logger: recorder(log), clock: { now: () => time }, displayName: '管家', ...options })
const body = (more: object, from = 'Li'): string =>
  JSON.stringify({ msgid: 'M1', aibotid: 'A', chatid: 'wrG', chattype: 'group', from: { userid: from }, ...more })
const said = (url: unknown = `${base}/cgi-bin/aibot/response?response_code=RC`): string =>
  body({ msgtype: 'text', text: { content: '@管家 状态' }, response_url: url })
const pressed = (taskId = 't-1'): string =>
  body({ msgtype: 'event', event: { eventtype: 'template_card_event', template_card_event: { event_key: 'yes', task_id: taskId } } })
const to = { address: 'wrG', sender: 'uni', chatType: 'group' } as const
const hello: OutgoingMessage = { kind: 'markdown', text: '早' }
const update: OutgoingMessage = { kind: 'card-update', card: aCard({ title: '已同意', buttons: [] }) }

async function asked(robot: CallbackRobot, url?: unknown): Promise<{ replyTo: string }> {
  expect(await robot.hear('uni', url === undefined ? said() : said(url), listener)).toBeUndefined()
  return { replyTo: messages.at(-1)?.replyTo ?? '' }
}

describe('a message', () => {
  it('is heard without the mention and answered once at its address', async () => {
    const robot = make()
    const options = await asked(robot)
    await robot.send(to, hello, options)

    expect(messages).toMatchObject([{ robot: 'uni', messageId: 'M1', chatId: 'wrG', chatType: 'group', userId: 'Li', text: '状态' }])
    expect(posted).toEqual([
      { url: '/cgi-bin/aibot/response?response_code=RC', body: { msgtype: 'markdown', markdown: { content: '早' } } },
    ])
    expect(await endOf(robot.send(to, hello, options))).toMatchObject({ code: 'CHAT_TARGET_DEAD', facts: { reason: 'NOTHING_TO_ANSWER' } })
    expect(posted).toHaveLength(1)
  })

  it('can be answered with a card', async () => {
    const robot = make()
    await robot.send(to, { kind: 'card', card: aCard({ taskId: 't-9' }) }, await asked(robot))

    expect(posted).toMatchObject([
      { body: { msgtype: 'template_card', template_card: { card_type: 'button_interaction', task_id: 't-9' } } },
    ])
  })

  it('can be answered for an hour', async () => {
    const robot = make()
    const first = await asked(robot)
    const second = await asked(robot)
    time += 3_600_000
    await robot.send(to, hello, first)
    time += 1

    expect((await endOf(robot.send(to, hello, second))).code).toBe('CHAT_TARGET_DEAD')
  })

  it('keeps its address when WeCom was busy, and gives it up when the outcome is unknown', async () => {
    const robot = make()
    const options = await asked(robot)
    answers = [{ errcode: 45009 }]
    expect((await endOf(robot.send(to, hello, options))).code).toBe('CHAT_BUSY')
    await robot.send(to, hello, options)
    const again = await asked(robot)
    answers = [{}]

    expect((await endOf(robot.send(to, hello, again))).code).toBe('CHAT_OUTCOME_UNKNOWN')
    expect((await endOf(robot.send(to, hello, again))).code).toBe('CHAT_TARGET_DEAD')
  })

  it('two answers at once spend the address once', async () => {
    const robot = make()
    const options = await asked(robot)
    const ends = await Promise.all([endOf(robot.send(to, hello, options)), endOf(robot.send(to, hello, options))])

    expect(ends.map(end => end.code).sort()).toEqual(['CHAT_TARGET_DEAD', 'done'])
    expect(posted).toHaveLength(1)
  })

  it.each([
    undefined,
    '',
    'nonsense',
    7,
    'https://evil.example/collect',
    'file:///etc/passwd',
    'http://127.0.0.1:1/x',
    'http://u:p@127.0.0.1/x',
  ])('the address %j is not posted to', async url => {
    const robot = make()
    const options = await asked(robot, url ?? null)

    expect(await endOf(robot.send(to, hello, options))).toMatchObject({ code: 'CHAT_TARGET_DEAD', facts: { reason: 'NO_RESPONSE_URL' } })
    expect(posted).toEqual([])
  })

  it('its address serves neither another chat nor another robot', async () => {
    const robot = make()
    const options = await asked(robot)

    expect((await endOf(robot.send({ ...to, address: 'wrOther' }, hello, options))).code).toBe('CHAT_TARGET_DEAD')
    expect((await endOf(robot.send({ ...to, sender: 'other' }, hello, options))).code).toBe('CHAT_TARGET_DEAD')
    expect(posted).toEqual([])
  })

  it('that the listener does not take is not taken', async () => {
    const failing = { ...listener, onMessage: () => Promise.reject(new Error('database away')) }

    await expect(make().hear('uni', said(), failing)).rejects.toThrow('database away')
  })
})

describe('a press', () => {
  const answered = (change: OutgoingMessage = update) => {
    const robot = make()
    const send = async (press: IncomingPress): Promise<void> => {
      presses.push(press)
      await robot.send(to, change, { replyTo: press.replyTo })
    }
    return { robot, reply: robot.hear('uni', pressed(), { ...listener, onPress: send }) }
  }

  it('is answered with the card that takes its place, bearing its task id', async () => {
    const { reply } = answered()

    expect(JSON.parse((await reply) ?? '')).toMatchObject({
      response_type: 'update_template_card',
      template_card: { card_type: 'button_interaction', task_id: 't-1', main_title: { title: '已同意' } },
    })
    expect(presses).toMatchObject([{ robot: 'uni', taskId: 't-1', key: 'yes', chatId: 'wrG', userId: 'Li' }])
    expect(posted).toEqual([])
  })

  it('whose card nobody updates is answered with nothing, and then it is too late', async () => {
    const robot = make({ updateMilliseconds: 5 })

    expect(await robot.hear('uni', pressed(), listener)).toBeUndefined()
    expect((await endOf(robot.send(to, update, { replyTo: presses[0]?.replyTo ?? '' }))).code).toBe('CHAT_EXPIRED')
  })

  it('takes one update, from its own chat', async () => {
    const robot = make({ updateMilliseconds: 10_000 })
    const reply = robot.hear('uni', pressed(), listener)
    await eventually(() => expect(presses).toHaveLength(1))
    const options = { replyTo: presses[0]?.replyTo ?? '' }
    expect((await endOf(robot.send({ ...to, address: 'wrOther' }, update, options))).code).toBe('CHAT_EXPIRED')
    await robot.send(to, update, options)

    expect((await endOf(robot.send(to, update, options))).code).toBe('CHAT_EXPIRED')
    expect(await reply).toContain('已同意')
  })

  it('that the listener does not take is not taken', async () => {
    const failing = { ...listener, onPress: () => Promise.reject(new Error('database away')) }

    await expect(make().hear('uni', pressed(), failing)).rejects.toThrow('database away')
  })
})

it('nothing to answer, and nothing this mode has no means for', async () => {
  const robot = make()
  const options = await asked(robot)

  expect(await endOf(robot.send(to, hello))).toMatchObject({ code: 'CHAT_TARGET_DEAD', facts: { reaction: 'switch-road' } })
  expect((await endOf(robot.send(to, { kind: 'file', file: { name: 'a', base64: 'YWJj' } }, options))).code).toBe('CHAT_REFUSED')
  expect((await endOf(robot.send(to, { kind: 'mention', text: 'x', userIds: ['Li'] }, options))).code).toBe('CHAT_REFUSED')
  expect(await endOf(robot.send(to, { kind: 'markdown', text: '长'.repeat(6827) }, options))).toMatchObject({
    code: 'CHAT_REFUSED',
    facts: { code: 'TOO_LONG' },
  })
  expect(posted).toEqual([])
  await robot.send(to, hello, options)
})

it('polls of a stream, openings and nonsense are taken without an answer', async () => {
  const robot = make()
  const entered: string[] = []
  const all = { ...listener, onEntered: async (name: string, userId: string) => void entered.push(`${name}/${userId}`) }
  const texts = [
    body({ msgtype: 'stream', stream: { id: 'S1' } }),
    body({ msgtype: 'event', event: { eventtype: 'enter_chat' } }),
    '',
    '[',
    'null',
    '7',
  ]

  for (const text of texts) expect(await robot.hear('uni', text, all)).toBeUndefined()
  expect(entered).toEqual(['uni/Li'])
  expect(messages).toEqual([])
})
