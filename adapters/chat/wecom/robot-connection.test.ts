// The long connection against an other end that does not keep the rules: garbage, silence, answers without sense.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import type { IncomingMessage, IncomingPress } from '../../../core/ports/chat.js'
import { endOf, eventually } from '../../../tests/contracts/chat.js'
import { makeWecomChat, type WecomChat } from './wecom-chat.js'
import { main, recorder } from './wecom-rig.js'

interface Frame {
  readonly cmd: string
  readonly headers: { readonly req_id: string }
  readonly body: Record<string, unknown>
}

let server: WebSocketServer
let chat: WecomChat
let sockets: WebSocket[]
let frames: Frame[]
let heard: { messages: IncomingMessage[]; presses: IncomingPress[] }
let states: string[]
let log: string[]
/** What the other end does with a frame; by default it acknowledges. */
let answer: (socket: WebSocket, frame: Frame) => void

const acknowledge = (socket: WebSocket, frame: Frame, errcode = 0): void =>
  socket.send(JSON.stringify({ headers: frame.headers, errcode, errmsg: errcode === 0 ? 'ok' : 'no' }))
const message = (text: string, change: object = {}): object => ({
  cmd: 'aibot_msg_callback',
  headers: { req_id: 'r1' },
  body: { msgid: 'm1', chatid: 'g1', chattype: 'group', from: { userid: 'li' }, msgtype: 'text', text: { content: text }, ...change },
})
const tell = (frame: unknown): void => sockets.at(-1)?.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
const markdown = { kind: 'markdown', text: '早' } as const
const group = { robot: 'main', chatId: 'g1', chatType: 'group' } as const

beforeEach(async () => {
  sockets = []
  frames = []
  heard = { messages: [], presses: [] }
  states = []
  log = []
  answer = acknowledge
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  server.on('connection', socket => {
    sockets.push(socket)
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame
      frames.push(frame)
      answer(socket, frame)
    })
  })
  chat = makeWecomChat({
    wsUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    logger: recorder(log),
    clock: { now: () => 0 },
    listener: {
      onMessage: async one => void heard.messages.push(one),
      onPress: async one => void heard.presses.push(one),
    },
    ackTimeout: 1_000,
    reconnectMilliseconds: 1,
    subscribeMilliseconds: 500,
    onConnectionChange: change => void states.push(change.state === 'up' ? 'up' : change.reason),
  })
})
afterEach(async () => {
  chat.close()
  for (const socket of sockets) socket.terminate()
  await new Promise(resolve => server.close(resolve))
})

async function up(): Promise<void> {
  chat.connect(main)
  await eventually(() => expect(chat.isConnected('main')).toBe(true))
}

it('garbage frames are left aside and what comes after them is heard', async () => {
  await up()
  const garbage = [
    'null',
    '1',
    '"x"',
    '[]',
    '{}',
    '{',
    '',
    '{"cmd":"aibot_msg_callback"}',
    '{"cmd":"aibot_msg_callback","headers":null,"body":null}',
    '{"cmd":"aibot_msg_callback","headers":{"req_id":{}},"body":{"msgtype":"text"}}',
    '{"cmd":"aibot_event_callback","headers":{"req_id":"r"},"body":{"msgtype":"event","event":"x"}}',
    '{"cmd":"aibot_event_callback","headers":{"req_id":"r"},"body":{"msgtype":"event","event":{"eventtype":"error"}}}',
    '{"cmd":{"a":1},"headers":{"req_id":["aibot_subscribe"]},"errcode":0}',
    '{"headers":{"req_id":"nobody"},"errcode":0}',
    `{"cmd":"aibot_msg_callback","headers":{"req_id":"r"},"body":${'{"body":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
    '{"__proto__":{"polluted":true},"cmd":"aibot_msg_callback","headers":{"req_id":"r"},"body":{"msgtype":"text"}}',
  ]
  for (const frame of garbage) tell(frame)
  sockets.at(-1)?.send(Buffer.from([0xff, 0xfe, 0x00]), { binary: true })
  for (const body of [{ msgid: 7 }, { chatid: undefined }, { chattype: 'other' }, { from: {} }, { from: { userid: 'x'.repeat(300) } }]) {
    tell(message('坏', body))
  }
  tell(message('@管家 好'))

  await eventually(() => expect(heard.messages).toHaveLength(1))
  expect(heard.messages).toMatchObject([{ text: '好', messageId: 'm1' }])
  expect(states).toEqual(['up'])
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

it('a frame beyond the bound costs the connection, not the process', async () => {
  await up()
  tell(message('x'.repeat(5 * 1024 * 1024)))

  await eventually(() => expect(states).toEqual(['up', 'lost', 'up']))
  expect(heard.messages).toEqual([])
})

it('a subscription that is never answered is tried on a new connection', async () => {
  answer = (socket, frame) => {
    if (sockets.length > 2) acknowledge(socket, frame)
  }
  await up()

  expect(sockets.length).toBeGreaterThanOrEqual(3)
  expect(states).toEqual(['up'])
})

it('a subscription refused because of too many calls is tried for as long as it takes', async () => {
  let refusals = 0
  answer = (socket, frame) => acknowledge(socket, frame, ++refusals <= 8 ? 45009 : 0)
  await up()

  expect(sockets.length).toBeGreaterThanOrEqual(9)
  expect(states).toEqual(['up'])
})

it('an acknowledgement without sense leaves the outcome unknown', async () => {
  await up()
  for (const sense of [{}, { errcode: '0' }, { errcode: null, errmsg: {} }]) {
    answer = (socket, frame) => socket.send(JSON.stringify({ headers: frame.headers, ...sense }))
    expect((await endOf(chat.send(group, markdown))).code).toBe('CHAT_OUTCOME_UNKNOWN')
  }
  expect(chat.isConnected('main')).toBe(true)
})

it('a refusal that names no request leaves the outcome unknown', async () => {
  await up()
  answer = socket => socket.send(JSON.stringify({ errcode: 40058, errmsg: 'missing field' }))

  expect((await endOf(chat.send(group, markdown))).code).toBe('CHAT_OUTCOME_UNKNOWN')
})

it('an id of the message is handed on when WeCom gives one', async () => {
  await up()
  answer = (socket, frame) => socket.send(JSON.stringify({ headers: frame.headers, errcode: 0, body: { msgid: 'CAIQ1' } }))

  expect(await chat.send(group, markdown)).toEqual({ externalId: 'CAIQ1' })
})

it('even a mutilated goodbye leaves the robot visibly down', async () => {
  await up()
  tell({ cmd: 'aibot_event_callback', body: { event: { eventtype: 'disconnected_event' } } })

  await eventually(() => expect(states.at(-1)).toBe('taken-over'))
  expect(chat.isConnected('main')).toBe(false)
  await up()
  expect(states.at(-1)).toBe('up')
})

it('nothing is heard after disconnect, and what waits ends as unknown', async () => {
  await up()
  answer = () => undefined
  const waiting = endOf(chat.send(group, markdown))
  await eventually(() => expect(frames.at(-1)?.cmd).toBe('aibot_send_msg'))
  tell(message('@管家 太晚'))
  chat.disconnect('main')

  expect((await waiting).code).toBe('CHAT_OUTCOME_UNKNOWN')
  await eventually(() => expect(sockets.every(socket => socket.readyState === socket.CLOSED)).toBe(true))
  expect(heard.messages).toEqual([])
})

it('nobody listening is tried again until somebody does', async () => {
  await up()
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => {
    server.close(resolve)
    for (const socket of sockets) socket.terminate()
  })
  await eventually(() => expect(log.filter(line => line.includes('ECONNREFUSED')).length).toBeGreaterThan(5))
  expect((await endOf(chat.send(group, markdown))).code).toBe('CHAT_UNREACHABLE')

  server = new WebSocketServer({ host: '127.0.0.1', port })
  server.on('connection', socket => {
    sockets.push(socket)
    socket.on('message', (data: Buffer) => acknowledge(socket, JSON.parse(data.toString()) as Frame))
  })
  await eventually(() => expect(chat.isConnected('main')).toBe(true))
  expect(states).toEqual(['up', 'lost', 'up'])
})

it('a flood of messages is bounded', async () => {
  let release = (): void => undefined
  const held = new Promise<void>(resolve => (release = resolve))
  let started = 0
  const { port } = server.address() as AddressInfo
  const slow = makeWecomChat({
    wsUrl: `ws://127.0.0.1:${port}`,
    logger: recorder(log),
    clock: { now: () => 0 },
    listener: { onMessage: () => (started++, held), onPress: () => held },
  })
  slow.connect(main)
  await eventually(() => expect(slow.isConnected('main')).toBe(true))
  for (let i = 0; i < 2_100; i++) tell(message(`@管家 ${i}`))

  await eventually(() => expect(log.filter(line => line.includes('was dropped'))).toHaveLength(100))
  expect(started).toBe(2_000)
  release()
  slow.close()
})
