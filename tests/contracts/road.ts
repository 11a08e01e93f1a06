// What every road of core/ports/road.ts must do, whatever it can; run on each road by the test beside it.
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OutgoingMessage, SendOptions, SendReceipt } from '../../core/ports/chat.js'
import type { Road, RoadTarget } from '../../core/ports/road.js'
import { aCard, endOf } from './chat.js'

/** A message as it stands at the other end. */
export interface Arrived {
  /** Everything a person reads on it. */
  readonly text: string
  readonly buttons: readonly { readonly key: string; readonly text: string }[]
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[]
  /** Whose phones rang. */
  readonly rang: readonly string[]
}

/** A road and its other end, at which nothing has arrived yet. */
export interface RoadUnderTest {
  readonly road: Road
  readonly target: RoadTarget
  /** Like the target, but nobody is there. */
  readonly deadTarget: RoadTarget
  /** Who can be made to ring at the target. */
  readonly person: string
  /** Must not be in any error: keys, secrets, addresses that hold them. */
  readonly secrets: readonly string[]
  /** Oldest first. */
  arrived(): readonly Arrived[] | Promise<readonly Arrived[]>
  /** What a single send needs besides the message, such as something to answer. */
  options?(): Promise<SendOptions>
  /** A button of the newest card is pressed; resolves with what an update needs. Only when `can.update`. */
  pressed?(key: string): Promise<SendOptions>
  /** The next message is carried out but its acknowledgement is lost. */
  losesNext(): void | Promise<void>
  /** The next message is refused because of too many. */
  limitsNext(): void | Promise<void>
  /** Nobody answers at the other end any more. */
  goesAway(): void | Promise<void>
  close(): Promise<void>
}

const strangeTexts = [
  '<script>alert(1)</script>',
  '[点我](https://evil.example) <a href="https://evil.example">点我</a>',
  '<@all> <@Li> @all $userName=li$',
  '"},"errcode":0,"x":{"',
  '\u0000\u0007\u001b[31m\ud800',
  '\r\nBcc: x@evil.example\r\n\r\n.\r\n',
  '𠮷👨‍👩‍👧‍👦 ]]></xml>',
]

export function roadContract(name: string, make: () => Promise<RoadUnderTest>): void {
  describe(`road ${name}`, () => {
    let world: RoadUnderTest
    beforeEach(async () => {
      world = await make()
    })
    afterEach(() => world?.close())
    const send = async (message: OutgoingMessage, target = world.target): Promise<SendReceipt> =>
      world.road.send(target, message, await world.options?.())
    const say = (text: string, target = world.target): Promise<SendReceipt> => send({ kind: 'markdown', text }, target)
    const last = async (): Promise<Arrived | undefined> => (await world.arrived()).at(-1)
    const refused = async (message: OutgoingMessage): Promise<void> => {
      expect((await endOf(send(message))).code).toBe('CHAT_REFUSED')
      expect(await world.arrived()).toEqual([])
    }

    it('says what it can in numbers that make sense', () => {
      const { maxBytes, perMinute, perHour } = world.road.can

      expect(maxBytes).toBeGreaterThanOrEqual(200)
      for (const limit of [perMinute, perHour]) expect(limit === undefined || (Number.isInteger(limit) && limit > 0)).toBe(true)
    })

    it('a text arrives once', async () => {
      await say('高危告警\n\n请尽快处理')

      const arrived = await world.arrived()
      expect(arrived).toHaveLength(1)
      expect(arrived[0]?.text).toContain('高危告警')
      expect(arrived[0]?.text).toContain('请尽快处理')
    })

    it('a card without buttons arrives with everything a person reads on it', async () => {
      await send({ kind: 'card', card: aCard({ buttons: [] }) })

      for (const part of ['云端安全管家', '封禁 203.0.113.7 ?', '边界防火墙 FW-1', '持续爆破 SSH', '资产', 'OA 服务器']) {
        expect((await last())?.text).toContain(part)
      }
    })

    it('a card with buttons arrives with them, or is refused where there can be none', async () => {
      const message = { kind: 'card', card: aCard() } as const
      if (!world.road.can.buttons) return refused(message)
      await send(message)

      expect((await last())?.buttons).toEqual([
        { key: 'yes', text: '同意' },
        { key: 'no', text: '不同意' },
      ])
    })

    it('a file arrives byte for byte with its name, or is refused where there can be none', async () => {
      const bytes = randomBytes(70_001)
      const message = { kind: 'file', file: { name: '安全日报 11-24.pdf', base64: bytes.toString('base64') } } as const
      if (!world.road.can.files) return refused(message)
      await send(message)

      const file = (await last())?.files[0]
      expect(file?.name).toBe('安全日报 11-24.pdf')
      expect(file?.bytes.equals(bytes)).toBe(true)
    })

    it('a mention rings the person, or is refused where nobody can be made to ring', async () => {
      const message = { kind: 'mention', text: '请处理', userIds: [world.person] } as const
      if (!world.road.can.mention) return refused(message)
      await send(message)

      expect((await last())?.rang).toContain(world.person)
      expect((await last())?.text).toContain('请处理')
    })

    it('an update takes the place of the pressed card, without a press it is too late; or it is refused where there can be none', async () => {
      const update = { kind: 'card-update', card: aCard({ title: '李工 已同意 10:32', buttons: [] }) } as const
      if (!world.road.can.update) return refused(update)
      expect((await endOf(world.road.send(world.target, update))).code).toBe('CHAT_EXPIRED')
      await send({ kind: 'card', card: aCard() })
      const before = (await world.arrived()).length
      await world.road.send(world.target, update, await world.pressed?.('yes'))

      expect(await world.arrived()).toHaveLength(before)
      expect((await last())?.text).toContain('李工 已同意 10:32')
      expect((await last())?.buttons.map(button => button.key)).not.toContain('yes')
    })

    it('the longest text arrives and one byte more is too long', async () => {
      const { maxBytes } = world.road.can
      const longest = '长'.repeat(Math.floor(maxBytes / 3)) + 'a'.repeat(maxBytes % 3)
      await say(longest)

      expect((await last())?.text).toContain(longest)
      expect(await endOf(say(`${longest}b`))).toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'TOO_LONG', maxBytes } })
      expect(await world.arrived()).toHaveLength(1)
    })

    it('a target that is not there is dead, and the next message goes its way', async () => {
      expect((await endOf(say('早', world.deadTarget))).code).toBe('CHAT_TARGET_DEAD')
      await say('还在')

      expect(await world.arrived()).toHaveLength(1)
    })

    it('too many names how long to wait, and nothing arrives', async () => {
      await world.limitsNext()
      const { code, facts } = await endOf(say('早'))

      expect(code).toBe('CHAT_BUSY')
      expect(facts['retryAfterSeconds']).toBeGreaterThan(0)
      expect(await world.arrived()).toEqual([])
      await say('再来')
    })

    it('a lost acknowledgement leaves the outcome unknown, and the message may well be there', async () => {
      await world.losesNext()

      expect((await endOf(say('早'))).code).toBe('CHAT_OUTCOME_UNKNOWN')
      expect(await world.arrived()).toHaveLength(1)
    })

    it('when nobody answers nothing was sent', async () => {
      const options = await world.options?.()
      await world.goesAway()

      expect((await endOf(world.road.send(world.target, { kind: 'markdown', text: '早' }, options))).code).toBe('CHAT_UNREACHABLE')
      expect(await world.arrived()).toEqual([])
    })

    it.each(strangeTexts)('takes %j as data', async text => {
      await say('平常的话')
      const usual = (await last())?.rang
      await say(`前 ${text} 后`)

      const arrived = await world.arrived()
      expect(arrived).toHaveLength(2)
      expect(arrived[1]?.text).toContain('前 ')
      expect(arrived[1]?.text).toContain(' 后')
      expect(arrived[1]?.rang).toEqual(usual)
      expect(arrived[1]?.buttons).toEqual([])
    })

    it('no failure repeats a secret', async () => {
      const ends = [await endOf(say('早', world.deadTarget))]
      await world.limitsNext()
      ends.push(await endOf(say('早')))
      await world.losesNext()
      ends.push(await endOf(say('早')))

      for (const end of ends) expect(end.code).toMatch(/^CHAT_/)
      for (const secret of world.secrets) expect(JSON.stringify(ends)).not.toContain(secret)
    })
  })
}
