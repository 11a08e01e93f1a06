// The contract of the chat port on the sandbox, and what is WeCom's own: connections, kicks, refusals, codes, answers and pushes.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Conversation } from '../../../core/ports/chat.js'
import { aCard, chatContract, type ChatUnderTest, endOf, eventually, type SeenMessage } from '../../../tests/contracts/chat.js'
import { opsGroup } from '../simulator/sandbox-rig.js'
import type { SandboxFaults } from '../simulator/sandbox-types.js'
import { errorClasses } from './error-classes.js'
import { type ChatRig, chatRig, main } from './wecom-rig.js'

const ops: Conversation = { robot: 'main', chatId: 'ops-1', chatType: 'group' }
const markdown = (text: string) => ({ kind: 'markdown', text }) as const

async function connected(options: Parameters<typeof chatRig>[0] = {}): Promise<ChatRig> {
  const world = await chatRig(options)
  world.chat.connect(main)
  await eventually(() => expect(world.chat.isConnected('main')).toBe(true))
  return world
}

async function underTest(): Promise<ChatUnderTest> {
  const world = await connected({ ackTimeout: 1_000 })
  const { sandbox } = world
  return {
    chat: world.chat,
    group: ops,
    person: 'Li',
    webhook: `${world.http}/cgi-bin/webhook/send?key=k-ops`,
    messages: world.messages,
    presses: world.presses,
    seen: () =>
      sandbox.messages('ops-1').map(({ msgid, kind, text, buttons, files, mentions }) => ({
        id: msgid,
        kind: kind as SeenMessage['kind'],
        text,
        buttons,
        mentions,
        files: files.map(({ name, url }) => ({ name, bytes: sandbox.file(url.split('/').at(-1) ?? '')?.bytes ?? Buffer.alloc(0) })),
      })),
    says: text => void sandbox.say('ops-1', 'Li', `@管家 ${text}`),
    pressed: (id, key) => sandbox.press('ops-1', 'Li', id, key),
    passes: milliseconds => void (world.time.now += milliseconds),
    losesNextAck: () => sandbox.faults({ swallowAcks: 1 }),
    limitsNext: () => sandbox.faults({ answer: { times: 1, errcode: 45009 } }),
    disconnects: () => world.chat.disconnect('main'),
    close: () => world.close(),
  }
}

chatContract('WeCom', underTest)

describe('the connection', () => {
  let world: ChatRig
  beforeEach(async () => {
    world = await connected()
  })
  afterEach(() => world.close())
  const states = (): string[] => world.changes.map(change => (change.state === 'up' ? 'up' : change.reason))

  it('comes back after it was dropped and then sends again', async () => {
    world.sandbox.drop('aib-1')
    await eventually(() => expect(states()).toEqual(['up', 'lost', 'up']))

    await world.chat.send(ops, markdown('又通了'))
    expect(world.sandbox.messages('ops-1')).toMatchObject([{ text: '又通了' }])
  })

  it('a frame whose connection breaks before the answer has an unknown outcome', async () => {
    world.sandbox.faults({ dropConnection: 1 })

    expect((await endOf(world.chat.send(ops, markdown('早')))).code).toBe('CHAT_OUTCOME_UNKNOWN')
    expect(world.sandbox.messages('ops-1')).toMatchObject([{ text: '早' }])
  })

  it('stays down when somebody else connects the robot, and takes it back when told to', async () => {
    const other = world.another()
    other.connect(main)
    await eventually(() => expect(other.isConnected('main')).toBe(true))
    await eventually(() => expect(states()).toEqual(['up', 'taken-over']))
    expect(world.chat.isConnected('main')).toBe(false)
    expect((await endOf(world.chat.send(ops, markdown('早')))).code).toBe('CHAT_UNREACHABLE')
    await other.send(ops, markdown('现在由我'))

    world.chat.connect(main)
    await eventually(() => expect(states()).toEqual(['up', 'taken-over', 'up']))
    await eventually(() => expect(other.isConnected('main')).toBe(false))
    await world.chat.send(ops, markdown('又由我'))
    expect(world.sandbox.messages('ops-1').map(message => message.text)).toEqual(['现在由我', '又由我'])
  })

  it('can be ended and begun again and again, also before it is up', async () => {
    for (let i = 0; i < 20; i++) {
      world.chat.disconnect('main')
      expect(world.chat.isConnected('main')).toBe(false)
      world.chat.connect(main)
      if (i % 2 === 0) await eventually(() => expect(world.chat.isConnected('main')).toBe(true))
    }
    await eventually(() => expect(world.chat.isConnected('main')).toBe(true))

    await world.chat.send(ops, markdown('还在'))
    expect(states()).not.toContain('taken-over')
    expect(states()).not.toContain('lost')
  })

  it('connecting a connected robot changes nothing, with another secret it begins anew', async () => {
    world.chat.connect({ ...main })
    expect(states()).toEqual(['up'])
    expect(world.chat.isConnected('main')).toBe(true)

    world.chat.connect({ ...main, secret: 'wrong-secret' })
    await eventually(() => expect(states()).toEqual(['up', 'told', 'refused']))
  })

  it('a wrong secret ends as refused after a few tries and can be mended', async () => {
    world.chat.disconnect('main')
    world.sandbox.faults({ refuseSubscribes: 5 })
    world.chat.connect(main)
    await eventually(() => expect(states()).toEqual(['up', 'told', 'refused']))
    world.chat.connect(main)

    await eventually(() => expect(world.chat.isConnected('main')).toBe(true))
    expect(world.log.join('\n')).toContain('853000')
  })

  it('a few refusals in a row do not end it', async () => {
    world.chat.disconnect('main')
    world.sandbox.faults({ refuseSubscribes: 4 })
    world.chat.connect(main)

    await eventually(() => expect(states()).toEqual(['up', 'told', 'up']))
  })

  it('an address that is none is refused at once', () => {
    for (const wsUrl of ['http://127.0.0.1:1', 'nonsense', 'ws://127.0.0.1:1/#part', '']) {
      expect(() => world.chat.connect({ ...main, name: 'other', wsUrl })).toThrow('CONFIGURATION_INVALID')
    }
    expect(world.chat.isConnected('other')).toBe(false)
  })

  it('a handler of changes that throws, or disconnects, does no harm', async () => {
    const chat = world.another({
      onConnectionChange: change => {
        if (change.state === 'down' && change.reason === 'lost') chat.disconnect('main')
        throw new Error('broken')
      },
    })
    chat.connect(main)
    await eventually(() => expect(chat.isConnected('main')).toBe(true))
    world.sandbox.drop('aib-1')

    await eventually(() => expect(chat.isConnected('main')).toBe(false))
    world.chat.connect(main)
    await eventually(() => expect(world.chat.isConnected('main')).toBe(true))
    expect(chat.isConnected('main')).toBe(false)
  })
})

describe('what is said', () => {
  let world: ChatRig
  beforeEach(async () => {
    world = await connected()
  })
  afterEach(() => world.close())
  const code = (errcode: number): Promise<{ code: string; facts: object }> => {
    world.sandbox.faults({ answer: { times: 1, errcode } })
    return endOf(world.chat.send(ops, markdown('早')))
  }
  const strikes = (command: string, fault: Partial<SandboxFaults>): void => world.sandbox.faults({ ...fault, command })
  const heard = async (): Promise<string> => {
    world.sandbox.say('ops-1', 'Li', '@管家 状态')
    await eventually(() => expect(world.messages).toHaveLength(1))
    return world.messages[0]?.replyTo ?? ''
  }

  it.each([...errorClasses])('the code %d means what the table says', async (errcode, known) => {
    const { code: got, facts } = await code(errcode)

    expect(got).toBe(known.as)
    expect(facts).toMatchObject({ code: errcode, chatId: 'ops-1' })
    expect((facts as { retryAfterSeconds?: number }).retryAfterSeconds).toBe(known.retryAfterSeconds)
  })

  it('any other code is refused with the code and the number support asks for', async () => {
    const { code: got, facts } = await code(40058)

    expect(got).toBe('CHAT_REFUSED')
    expect(facts).toMatchObject({ code: 40058, hint: expect.stringMatching(/^\d+$/) as string })
  })

  it('"not subscribed" makes the robot subscribe again', async () => {
    expect((await code(846609)).code).toBe('CHAT_UNREACHABLE')
    await eventually(() => expect(world.chat.isConnected('main')).toBe(true))

    await world.chat.send(ops, markdown('又订阅了'))
    expect(world.changes.map(change => change.state)).toEqual(['up', 'down', 'up'])
  })

  it('an answer goes under the request it answers, not as a push', async () => {
    const replyTo = await heard()
    strikes('aibot_send_msg', { answer: { times: 99, errcode: 45009 } })
    await world.chat.send(ops, markdown('一'), { replyTo })
    await world.chat.send(ops, { kind: 'card', card: aCard() }, { replyTo })
    await world.chat.send(ops, { kind: 'file', file: { name: 'a.txt', base64: 'YWJjZGVm' } }, { replyTo })

    expect(world.sandbox.messages('ops-1').map(message => message.kind)).toEqual(['text', 'markdown', 'card', 'file'])
  })

  it('an answer whose request WeCom has forgotten is pushed once', async () => {
    const replyTo = await heard()
    strikes('aibot_respond_msg', { answer: { times: 1, errcode: 846605 } })
    await world.chat.send(ops, markdown('补答'), { replyTo })
    world.time.now += 24 * 3_600_000 + 1
    await world.chat.send(ops, markdown('一天以后'), { replyTo })

    expect(world.sandbox.messages('ops-1').map(message => message.text)).toEqual(['@管家 状态', '补答', '一天以后'])
  })

  it('a handle of one conversation does not carry a message into another', async () => {
    const replyTo = await heard()
    world.sandbox.say('g-Uni', 'chen', '@管家 你好')
    await world.chat.send({ ...ops, chatId: 'g-Uni' }, markdown('给大学'), { replyTo })

    expect(world.sandbox.messages('ops-1')).toHaveLength(1)
    expect(world.sandbox.messages('g-Uni').at(-1)?.text).toBe('给大学')
  })

  it('requests can be answered after the connection came back', async () => {
    const replyTo = await heard()
    world.sandbox.drop('aib-1')
    await eventually(() => expect(world.changes).toHaveLength(3))
    strikes('aibot_send_msg', { answer: { times: 99, errcode: 45009 } })
    await world.chat.send(ops, markdown('重连后'), { replyTo })

    expect(world.sandbox.messages('ops-1').at(-1)?.text).toBe('重连后')
  })

  it('an update bears the task id of the pressed card, and a second update of one press is too late', async () => {
    const card = aCard()
    await world.chat.send(ops, { kind: 'card', card })
    world.sandbox.press('ops-1', 'chen', world.sandbox.messages('ops-1')[0]?.msgid ?? '', 'yes')
    await eventually(() => expect(world.presses).toHaveLength(1))
    const update = { kind: 'card-update', card: aCard({ taskId: '', title: '处理中' }) } as const
    const options = { replyTo: world.presses[0]?.replyTo ?? '' }
    await world.chat.send(ops, update, options)

    expect(world.sandbox.messages('ops-1')).toMatchObject([
      { card: { type: 'button_interaction', taskId: card.taskId, title: '处理中', replaced: true } },
    ])
    expect((await endOf(world.chat.send(ops, update, options))).code).toBe('CHAT_EXPIRED')
  })

  it('a single chat is heard as the person and reached as the person', async () => {
    world.sandbox.enter('chen')
    world.sandbox.say('single:chen', 'chen', '我的待办')
    await eventually(() => expect(world.messages).toHaveLength(1))
    const to: Conversation = { robot: 'main', chatId: 'chen', chatType: 'single' }
    await world.chat.send(to, markdown('没有待办'))

    expect(world.entered).toEqual(['main/chen'])
    expect(world.messages).toMatchObject([{ chatType: 'single', chatId: 'chen', userId: 'chen', text: '我的待办' }])
    expect(world.sandbox.messages('single:chen').at(-1)?.text).toBe('没有待办')
    expect((await endOf(world.chat.send({ ...to, chatType: 'group' }, markdown('早')))).code).toBe('CHAT_TARGET_DEAD')
  })

  it('control characters and half characters are taken out of every text, line breaks are not', async () => {
    const dirty = 'a\u0000\u0007\u001b\u0085\ud800b\n\tc\r'
    await world.chat.send(ops, markdown(dirty))
    await world.chat.send(ops, { kind: 'card', card: aCard({ source: dirty, title: dirty, text: dirty, buttons: [] }) })

    expect(world.sandbox.messages('ops-1')).toMatchObject([
      { text: 'ab\n\tc' },
      { card: { source: 'ab\n\tc', title: 'ab\n\tc', text: 'ab\n\tc', type: 'text_notice', url: 'https://work.weixin.qq.com/' } },
    ])
  })

  it('a quote arrives as text, and a repeat bears the same id', async () => {
    await world.chat.send(ops, markdown('IN-uni-202611-007 告警'))
    world.sandbox.faults({ duplicateMessages: 1 })
    world.sandbox.say('ops-1', 'Li', '@管家 认领', { quote: world.sandbox.messages('ops-1')[0]?.msgid ?? '' })
    await eventually(() => expect(world.messages).toHaveLength(2))

    expect(world.messages).toMatchObject([{ text: '认领', quote: 'IN-uni-202611-007 告警' }, { text: '认领' }])
    expect(world.messages[0]?.messageId).toBe(world.messages[1]?.messageId)
  })

  it('a display name with a blank is taken off as a whole', async () => {
    world.chat.disconnect('main')
    world.sandbox.declare({ robots: [], groups: [{ ...opsGroup, robots: [{ botId: 'aib-1', name: 'Security Bot' }] }] })
    world.chat.connect({ ...main, displayName: 'Security Bot' })
    await eventually(() => expect(world.chat.isConnected('main')).toBe(true))
    world.sandbox.say('ops-1', 'Li', '@Security Bot 状态')
    await eventually(() => expect(world.messages).toMatchObject([{ text: '状态' }]))
  })

  it('a card that was sent before the connection was lost can be pressed after it', async () => {
    const card = aCard()
    await world.chat.send(ops, { kind: 'card', card })
    world.sandbox.drop('aib-1')
    await eventually(() => expect(world.changes).toHaveLength(3))
    world.sandbox.press('ops-1', 'Li', world.sandbox.messages('ops-1')[0]?.msgid ?? '', 'yes')

    await eventually(() => expect(world.presses).toMatchObject([{ taskId: card.taskId, key: 'yes' }]))
  })
})

describe('files', () => {
  let world: ChatRig
  beforeEach(async () => {
    world = await connected({ ackTimeout: 1_000 })
  })
  afterEach(() => world.close())
  const send = (name: string, base64: string) => world.chat.send(ops, { kind: 'file', file: { name, base64 } })
  const abc = Buffer.from('abcdef').toString('base64')

  it('one lost answer to a piece costs nothing, a lost answer around it is no unknown outcome', async () => {
    world.sandbox.faults({ command: 'aibot_upload_media_chunk', swallowAcks: 1 })
    await send('a.txt', abc)
    world.sandbox.faults({ command: 'aibot_upload_media_finish', swallowAcks: 1 })

    expect(await endOf(send('b.txt', abc))).toMatchObject({ code: 'CHAT_UNREACHABLE', facts: { retryAfterSeconds: 30 } })
    expect(world.sandbox.messages('ops-1').map(message => message.text)).toEqual(['a.txt'])
  })

  it('a connection lost in the middle says that nothing was sent', async () => {
    world.sandbox.faults({ command: 'aibot_upload_media_chunk', dropConnection: 1 })

    expect((await endOf(send('a.pdf', Buffer.alloc(1_200_000).toString('base64')))).code).toBe('CHAT_UNREACHABLE')
    expect(world.sandbox.messages('ops-1')).toEqual([])
  })

  it('the code of a refused piece is not lost', async () => {
    world.sandbox.faults({ command: 'aibot_upload_media_chunk', answer: { times: 1, errcode: 45009 } })

    expect(await endOf(send('a.txt', abc))).toMatchObject({ code: 'CHAT_BUSY', facts: { code: 45009, retryAfterSeconds: 60 } })
  })

  it('what is no base64, too small or too large is refused', async () => {
    expect(await endOf(send('a.txt', 'YWJj*ZGVm'))).toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'FILE_INVALID' } })
    expect(await endOf(send('a.txt', 'YWJjZ'))).toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'FILE_INVALID' } })
    expect(await endOf(send('a.txt', ''))).toMatchObject({ code: 'CHAT_REFUSED' })
    expect(await endOf(send('a.txt', 'A'.repeat(28 * 1024 * 1024)))).toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'TOO_LONG' } })
    expect(world.sandbox.messages('ops-1')).toEqual([])
  })

  it('names keep their ending and lose their path', async () => {
    await send('../../etc/passwd', abc)
    await send(`${'长'.repeat(500)}.pdf`, abc)
    await send('', abc)

    const names = world.sandbox.messages('ops-1').map(message => message.text)
    expect(names[0]).toBe('.._.._etc_passwd')
    expect(names[1]).toMatch(/^长{60,66}\.pdf$/)
    expect(names[2]).toBe('file')
  })
})

it('a listener that throws, at once or later, does not keep the next message away, and a slow one does not block it', async () => {
  const heard: string[] = []
  let release = (): void => undefined
  const slow = new Promise<void>(resolve => (release = resolve))
  const world = await connected({
    listener: {
      onMessage: message => {
        heard.push(message.text)
        if (message.text === '坏') throw new Error('at once')
        if (message.text === '晚坏') return Promise.reject(new Error('later'))
        return message.text === '慢' ? slow : Promise.resolve()
      },
      onPress: () => Promise.reject(new Error('press')),
    },
  })

  for (const text of ['坏', '晚坏', '慢', '好']) world.sandbox.say('ops-1', 'Li', `@管家 ${text}`)
  await eventually(() => expect(heard).toEqual(['坏', '晚坏', '慢', '好']))
  expect(world.chat.isConnected('main')).toBe(true)
  expect(world.log.filter(line => line.includes('could not be handled'))).toHaveLength(2)
  release()
  await world.close()
})

it('neither secret nor key nor text gets into the log', async () => {
  const world = await connected()
  world.sandbox.say('ops-1', 'Li', '@管家 悄悄话甲')
  await eventually(() => expect(world.messages).toHaveLength(1))
  await world.chat.send(ops, markdown('悄悄话乙'))
  world.sandbox.faults({ answer: { times: 1, errcode: 40058 } })
  const refused = await endOf(world.chat.send(ops, markdown('悄悄话丙')))
  const webhook = `${world.http}/cgi-bin/webhook/send?key=geheim`
  const dead = await endOf(world.chat.send(ops, { kind: 'mention', text: '悄悄话丁', userIds: ['Li'] }, { webhook }))
  world.chat.connect({ ...main, secret: 'wrong-secret' })
  await eventually(() => expect(world.changes.at(-1)).toMatchObject({ reason: 'refused' }))

  const everything = [...world.log, JSON.stringify([refused, dead, world.changes])].join('\n')
  expect(world.log.length).toBeGreaterThan(3)
  expect(dead.code).toBe('CHAT_TARGET_DEAD')
  for (const secret of ['悄悄话', 'sandbox-secret-1', 'wrong-secret', 'geheim']) expect(everything).not.toContain(secret)
  await world.close()
})
