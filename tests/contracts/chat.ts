// What every chat behind the port must do; run on the WeCom adapter against the sandbox by the tests in adapters/chat.
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ErrorFacts, isAppError } from '../../core/errors.js'
import type { Card, Chat, Conversation, IncomingMessage, IncomingPress } from '../../core/ports/chat.js'

/** A message as the people in the group see it. */
export interface SeenMessage {
  readonly id: string
  /** `text` is what people say, and mentions. */
  readonly kind: 'text' | 'markdown' | 'card' | 'file'
  readonly text: string
  readonly buttons: readonly { readonly key: string; readonly text: string }[]
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[]
  readonly mentions: readonly string[]
}

/** A connected chat and its other end, with one group in which the robot may speak. */
export interface ChatUnderTest {
  readonly chat: Chat
  readonly group: Conversation
  /** Userid of a member of the group. */
  readonly person: string
  /** Address for mentions in the group. */
  readonly webhook: string
  /** What the listener was told, oldest first. */
  readonly messages: readonly IncomingMessage[]
  readonly presses: readonly IncomingPress[]
  /** What stands in the group, oldest first. */
  seen(): readonly SeenMessage[]
  /** The person mentions the robot and says that. */
  says(text: string): void
  /** The person presses a button of a message that stands in the group. */
  pressed(messageId: string, key: string): void
  passes(milliseconds: number): void
  /** The next frame is carried out but not acknowledged. */
  losesNextAck(): void
  /** The next frame is refused because of too many. */
  limitsNext(): void
  disconnects(): void
  close(): Promise<void>
}

/** Waits for something that must come; 20 s are a limit against hanging, not a measurement. */
export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 5 })
}

/** The code and the facts a call ended with. */
export async function endOf(call: Promise<unknown>): Promise<{ code: string; facts: ErrorFacts }> {
  return call.then(
    () => ({ code: 'done', facts: {} }),
    (error: unknown) => (isAppError(error) ? { code: error.code, facts: error.facts } : { code: String(error), facts: {} }),
  )
}

let cards = 0
export function aCard(change: Partial<Card> = {}): Card {
  return {
    taskId: `block-${++cards}`,
    source: '云端安全管家',
    title: '封禁 203.0.113.7 ?',
    desc: '边界防火墙 FW-1',
    text: '持续爆破 SSH',
    facts: [{ name: '资产', value: 'OA 服务器' }],
    buttons: [
      { key: 'yes', text: '同意', style: 'primary' },
      { key: 'no', text: '不同意', style: 'danger' },
    ],
    ...change,
  }
}

const file = (name: string, bytes: Buffer) => ({ kind: 'file', file: { name, base64: bytes.toString('base64') } }) as const

const hostileTexts = [
  '<script>alert(1)</script>',
  '[点我](https://evil.example) ![x](https://evil.example/x.png)',
  '<@all> @all $userName=li$',
  '{{constructor}} ${process.env} %s %00 \\u0000',
  '"},"errcode":0,"x":{"',
  "'; DROP TABLE groups; --",
  '../../etc/passwd',
  '__proto__',
  '\u202E反向\u2066文字\u200B',
  '𠮷👨‍👩‍👧‍👦'.repeat(20),
]

export function chatContract(name: string, make: () => Promise<ChatUnderTest>): void {
  describe(`chat ${name}`, () => {
    let world: ChatUnderTest
    beforeEach(async () => {
      world = await make()
    })
    afterEach(() => world?.close())
    const send = (...args: Parameters<Chat['send']>) => world.chat.send(...args)
    const markdown = (text: string) => ({ kind: 'markdown', text }) as const
    /** Sends a card, presses it and returns what the listener was told. */
    const pressedCard = async (card: Card, key = 'yes'): Promise<IncomingPress> => {
      await send(world.group, { kind: 'card', card })
      world.pressed(world.seen().at(-1)?.id ?? '', key)
      await eventually(() => expect(world.presses).toHaveLength(1))
      return world.presses[0] as IncomingPress
    }

    it('Markdown arrives as it was written', async () => {
      await send(world.group, markdown('**高危** 告警\n> 第二行'))

      expect(world.seen()).toMatchObject([{ kind: 'markdown', text: '**高危** 告警\n> 第二行' }])
    })

    it('a card arrives with everything a person reads on it', async () => {
      await send(world.group, { kind: 'card', card: aCard() })

      const [seen] = world.seen()
      expect(seen).toMatchObject({
        kind: 'card',
        buttons: [
          { key: 'yes', text: '同意' },
          { key: 'no', text: '不同意' },
        ],
      })
      for (const part of ['云端安全管家', '封禁 203.0.113.7 ?', '边界防火墙 FW-1', '持续爆破 SSH', '资产', 'OA 服务器']) {
        expect(seen?.text).toContain(part)
      }
    })

    it('a card without buttons, text and facts arrives', async () => {
      const { taskId, source, title } = aCard({ title: '【已封禁】203.0.113.7' })
      await send(world.group, { kind: 'card', card: { taskId, source, title, facts: [], buttons: [] } })

      expect(world.seen()).toMatchObject([{ kind: 'card', buttons: [] }])
      expect(world.seen()[0]?.text).toContain('【已封禁】203.0.113.7')
    })

    it('files of one and of several pieces arrive byte for byte', async () => {
      const small = Buffer.from('abcdef')
      const large = randomBytes(1_300_001)
      await send(world.group, file('日报.txt', small))
      await send(world.group, file('周报.pdf', large))

      expect(world.seen().map(message => message.files[0]?.name)).toEqual(['日报.txt', '周报.pdf'])
      expect(world.seen().map(message => message.files[0]?.bytes.equals(message.files[0]?.name === '周报.pdf' ? large : small))).toEqual([
        true,
        true,
      ])
    })

    it('a mention rings the person', async () => {
      await send(world.group, { kind: 'mention', text: '请处理', userIds: [world.person] }, { webhook: world.webhook })

      expect(world.seen()).toMatchObject([{ kind: 'text', mentions: [world.person] }])
      expect(world.seen()[0]?.text).toContain('请处理')
    })

    it('what a person says arrives without the mention and can be answered', async () => {
      world.says('封禁 203.0.113.7 24h')
      await eventually(() => expect(world.messages).toHaveLength(1))
      const [message] = world.messages
      await send(world.group, markdown('好的'), { replyTo: message?.replyTo ?? '' })

      expect(message).toMatchObject({
        robot: world.group.robot,
        chatId: world.group.chatId,
        chatType: 'group',
        userId: world.person,
        text: '封禁 203.0.113.7 24h',
      })
      expect(message?.messageId).not.toBe('')
      expect(world.seen().at(-1)).toMatchObject({ kind: 'markdown', text: '好的' })
    })

    it('an answer whose handle is unknown is pushed', async () => {
      await send(world.group, markdown('迟到的回答'), { replyTo: 'of-another-process' })

      expect(world.seen()).toMatchObject([{ text: '迟到的回答' }])
    })

    it('a press arrives with task id, key, person and place', async () => {
      const card = aCard()
      const press = await pressedCard(card, 'no')

      expect(press).toMatchObject({
        robot: world.group.robot,
        chatId: world.group.chatId,
        chatType: 'group',
        userId: world.person,
        taskId: card.taskId,
        key: 'no',
      })
    })

    it('the pressed card is replaced, with or without buttons on the new one', async () => {
      const press = await pressedCard(aCard())
      const decided = aCard({ title: '李工 已同意 10:32', buttons: [] })
      await send(world.group, { kind: 'card-update', card: decided }, { replyTo: press.replyTo })

      expect(world.seen()).toHaveLength(1)
      expect(world.seen()[0]?.text).toContain('李工 已同意 10:32')
      expect(world.seen()[0]?.buttons.map(button => button.key)).not.toContain('yes')
    })

    it('an update more than five seconds after the press, or of no known press, is CHAT_EXPIRED', async () => {
      const press = await pressedCard(aCard())
      const update = { kind: 'card-update', card: aCard({ title: '晚了' }) } as const
      world.passes(5_001)

      expect((await endOf(send(world.group, update, { replyTo: press.replyTo }))).code).toBe('CHAT_EXPIRED')
      expect((await endOf(send(world.group, update, { replyTo: 'of-another-process' }))).code).toBe('CHAT_EXPIRED')
      expect((await endOf(send(world.group, update))).code).toBe('CHAT_EXPIRED')
      expect(world.seen()[0]?.text).not.toContain('晚了')
    })

    it('an answer to a press that is no update is pushed', async () => {
      const press = await pressedCard(aCard())
      await send(world.group, markdown('已登记'), { replyTo: press.replyTo })

      expect(world.seen().at(-1)).toMatchObject({ kind: 'markdown', text: '已登记' })
    })

    it('says CHAT_UNREACHABLE when it is not connected, and nothing arrives', async () => {
      world.disconnects()

      expect((await endOf(send(world.group, markdown('早')))).code).toBe('CHAT_UNREACHABLE')
      expect((await endOf(send(world.group, file('a.txt', Buffer.from('abcdef'))))).code).toBe('CHAT_UNREACHABLE')
      expect((await endOf(send({ ...world.group, robot: 'nobody' }, markdown('早')))).code).toBe('CHAT_UNREACHABLE')
      expect(world.seen()).toEqual([])
    })

    it('says CHAT_TARGET_DEAD for a chat that is not there, also in the wrong case or of the other type', async () => {
      const { group } = world
      const dead = async (to: Partial<Conversation>) => endOf(send({ ...group, ...to }, markdown('早')))

      expect(await dead({ chatId: 'no-such-group' })).toMatchObject({ code: 'CHAT_TARGET_DEAD', facts: { chatId: 'no-such-group' } })
      expect((await dead({ chatId: group.chatId.toUpperCase() })).code).toBe('CHAT_TARGET_DEAD')
      expect((await dead({ chatType: 'single' })).code).toBe('CHAT_TARGET_DEAD')
    })

    it('says CHAT_BUSY and how long to wait when there were too many', async () => {
      world.limitsNext()
      const { code, facts } = await endOf(send(world.group, markdown('早')))

      expect(code).toBe('CHAT_BUSY')
      expect(facts['retryAfterSeconds']).toBeGreaterThan(0)
      expect(world.seen()).toEqual([])
      await send(world.group, markdown('再来'))
    })

    it('says CHAT_OUTCOME_UNKNOWN when the acknowledgement is lost, and the message may well be there', async () => {
      world.losesNextAck()

      expect((await endOf(send(world.group, markdown('早')))).code).toBe('CHAT_OUTCOME_UNKNOWN')
      expect(world.seen()).toMatchObject([{ text: '早' }])
      await send(world.group, markdown('再来'))
    })

    it('says CHAT_REFUSED for what is too long in bytes, and the longest still arrives', async () => {
      const longest = `${'长'.repeat(6826)}ab`
      await send(world.group, markdown(longest))

      expect(await endOf(send(world.group, markdown(`${longest}c`)))).toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'TOO_LONG' } })
      expect(await endOf(send(world.group, { kind: 'card', card: aCard({ text: '长'.repeat(1_000_000) }) }))).toMatchObject({
        code: 'CHAT_REFUSED',
        facts: { code: 'TOO_LONG' },
      })
      expect(world.seen().map(message => message.text)).toEqual([longest])
    })

    it('refuses a card whose task id was used before', async () => {
      const card = aCard()
      await send(world.group, { kind: 'card', card })

      expect((await endOf(send(world.group, { kind: 'card', card }))).code).toBe('CHAT_REFUSED')
    })

    it.each(hostileTexts)('takes %j as data wherever it stands', async text => {
      await send(world.group, markdown(text))
      await send(world.group, {
        kind: 'card',
        card: aCard({ title: text, text, facts: [{ name: '名', value: text }], buttons: [{ key: 'yes', text, style: 'plain' }] }),
      })
      await send(world.group, file(`${text.slice(0, 60)}.txt`, Buffer.from('abcdef')))
      world.says(`查 ${text}`)
      await eventually(() => expect(world.messages).toHaveLength(1))

      const [first, card, third] = world.seen()
      expect(first?.text).toBe(text)
      expect(card?.text).toContain(`名：${text}`)
      expect(card?.buttons).toEqual([{ key: 'yes', text }])
      expect(third?.files[0]?.name).toMatch(/^[^/\\]+\.txt$/)
      expect(world.messages[0]?.text).toBe(`查 ${text}`)
    })

    it('what no phone can show does not get in the way of what comes after', async () => {
      await send(world.group, markdown('前\u0000\u0007\u001b[31m\ud800后'))
      await send(world.group, markdown('下一条'))

      expect(world.seen()[0]?.text).toMatch(/^前.*后$/)
      expect(world.seen()[1]?.text).toBe('下一条')
    })

    it('many at once all arrive once', async () => {
      const texts = Array.from({ length: 20 }, (_, i) => `第 ${i} 条`)
      await Promise.all(texts.map(text => send(world.group, markdown(text))))

      expect(world.seen().map(message => message.text)).toEqual(texts)
    })
  })
}
