import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { AppError, type ErrorCode } from '../errors.js'
import type { OutgoingMessage } from '../ports/chat.js'
import { silentLogger } from '../ports/logger.js'
import type { Road, RoadCapabilities } from '../ports/road.js'
import type { Transactions } from '../ports/transaction.js'
import type { Delivery } from './delivery.js'
import { Dispatcher } from './dispatcher.js'
import { newDelivery } from './new-delivery.js'
import { makeTargets } from './targets.js'

const unlimited: RoadCapabilities = {
  mention: true,
  buttons: true,
  update: true,
  files: true,
  markdown: true,
  maxBytes: 20_480,
  perMinute: undefined,
  perHour: undefined,
}

/** WeCom as the dispatcher sees it: what arrived, what it refuses, what it has not answered yet. */
class FakeRoad implements Road {
  readonly can = unlimited
  /** `chat text` of what arrived, in order. */
  readonly arrived: string[] = []
  tries = 0
  private readonly failures: { chatId: string; error: AppError; arrives: boolean }[] = []
  private readonly doors = new Map<string, Promise<void>>()
  constructor(readonly id: 'robot' | 'webhook' = 'robot') {}

  refuseNext(chatId: string, code: ErrorCode, { times = 1, arrives = false, facts = {} } = {}): void {
    for (let i = 0; i < times; i++) this.failures.push({ chatId, error: new AppError(code, facts), arrives })
  }
  /** Sends to this chat are not answered until the returned function is called. */
  hold(chatId: string): () => void {
    let open: () => void = () => undefined
    this.doors.set(chatId, new Promise<void>(resolve => (open = resolve)))
    return () => {
      this.doors.delete(chatId)
      open()
    }
  }
  async send({ address }: { address: string }, message: OutgoingMessage): Promise<{ externalId: string }> {
    this.tries++
    const said = `${address} ${textOf(message)}`
    const failure = this.failures.findIndex(item => item.chatId === address)
    const [next] = failure === -1 ? [] : this.failures.splice(failure, 1)
    if (next && !next.arrives) throw next.error
    this.arrived.push(said)
    await this.doors.get(address)
    if (next) throw next.error
    return { externalId: `ext-${this.tries}` }
  }
}

const textOf = (message: OutgoingMessage) => ('text' in message ? message.text : 'card' in message ? message.card.title : message.file.name)
const markdown = (text: string): OutgoingMessage => ({ kind: 'markdown', text })
const card = (title: string): OutgoingMessage => ({
  kind: 'card',
  card: { taskId: `task-${title}`, source: '', title, facts: [], buttons: [] },
})

let world: World
let road: FakeRoad
let webhook: FakeRoad
let dispatcher: Dispatcher
let gaveUp: string[]

beforeEach(async () => {
  world = await openWorld()
  road = new FakeRoad()
  webhook = new FakeRoad('webhook')
  gaveUp = []
  dispatcher = anotherDispatcher('bot-1')
  await dispatcher.kick()
})

function anotherDispatcher(owner: string, { transactions = world.transactions, senders = ['main'] } = {}): Dispatcher {
  return new Dispatcher({
    transactions,
    clock: world.clock,
    logger: silentLogger,
    ids: world.ids,
    owner,
    senders: () => senders.map(name => ({ name, roads: [road, webhook] })),
    target: makeTargets(world.transactions, world.secrets),
    gaveUp: ({ key }, failure) => {
      gaveUp.push(`${key} ${failure.code}`)
      return Promise.resolve()
    },
    counted: () => undefined,
  })
}

type Given = Partial<Pick<Delivery, 'chatId' | 'lane' | 'expiresAt' | 'robot' | 'road' | 'message'>>
const queue = (text: string, given: Given = {}): Promise<Delivery> =>
  world.transactions.run(async tx => {
    const row = newDelivery(tx, {
      tenantId: world.uni.id,
      robot: 'main',
      chatId: 'g-uni',
      chatType: 'group',
      message: markdown(text),
      subject: 'IN-uni-261124-001',
      kind: 'alert-raised',
      key: `key-${text}`,
      ...given,
    })
    await tx.deliveries.insert(row)
    return row
  })
const stored = async ({ id }: Delivery) => (await world.transactions.read(t => t.deliveries.get(world.uni.id, id)))!
const journal = async ({ id }: Delivery) =>
  (await world.transactions.read(t => t.attempts.find(world.uni.id, { deliveryId: id }, { order: { at: 'asc', id: 'asc' } }))).map(row =>
    [row.outcome, row.code].filter(Boolean).join(' '),
  )
/** Turns the clock on to the next try and does it. */
async function again(delivery: Delivery): Promise<void> {
  const { nextTryAt } = await stored(delivery)
  if (Date.parse(nextTryAt) > world.clock.now()) world.clock.set(nextTryAt)
  await dispatcher.kick()
}
/** Looks every ten seconds for so many minutes. */
async function goOn(minutes: number): Promise<void> {
  for (let i = 0; i < minutes * 6; i++) {
    world.clock.turn(10)
    await dispatcher.kick()
  }
}
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise<void>(resolve => setImmediate(resolve))
}

describe('what is queued', () => {
  it('is sent once, and the row and the journal say so', async () => {
    const one = await queue('一')

    await dispatcher.kick()
    await dispatcher.kick()

    expect(road.arrived).toEqual(['g-uni 一'])
    expect(await stored(one)).toMatchObject({
      state: 'sent',
      externalId: 'ext-1',
      attempts: 1,
      error: null,
      claimedUntil: null,
      sentAt: '2026-11-24T02:00:00.000Z',
    })
    expect(await journal(one)).toEqual(['sent'])
  })

  it('keeps its order within a conversation, critical first', async () => {
    for (const text of ['一', '二', '三']) await queue(text)
    await queue('急', { lane: 0 })
    await queue('闲', { lane: 2 })
    await queue('四')

    await dispatcher.kick()

    expect(road.arrived).toEqual(['急', '一', '二', '三', '四', '闲'].map(text => `g-uni ${text}`))
  })

  it('of a robot that somebody else holds is left alone', async () => {
    const one = await queue('一', { robot: 'other' })

    await dispatcher.kick()
    await anotherDispatcher('bot-2', { senders: [] }).kick()

    expect(road.tries).toBe(0)
    expect((await stored(one)).state).toBe('queued')
  })

  it('does not wait for a conversation that gets no answer, not even what comes later', async () => {
    const answer = road.hold('g-slow')
    await queue('慢', { chatId: 'g-slow' })
    await queue('一')
    const kicked = dispatcher.kick()
    await until(() => road.arrived.length === 2)

    await queue('慢二', { chatId: 'g-slow' })
    await queue('二')
    void dispatcher.kick()
    await until(() => road.arrived.length === 3)

    expect(road.arrived).toEqual(['g-slow 慢', 'g-uni 一', 'g-uni 二'])
    answer()
    await kicked
    expect(road.arrived.at(-1)).toBe('g-slow 慢二')
  })

  it('too late is not sent, and the journal says why', async () => {
    const late = await queue('旧卡', {
      message: { ...card('旧卡'), kind: 'card-update' } as OutgoingMessage,
      expiresAt: '2026-11-24T02:00:05.000Z',
    })
    const next = await queue('一')
    world.clock.turn(5)

    await dispatcher.kick()

    expect(await stored(late)).toMatchObject({ state: 'expired', error: 'CHAT_EXPIRED' })
    expect(await journal(late)).toEqual(['expired CHAT_EXPIRED'])
    expect((await stored(next)).state).toBe('sent')
  })
})

describe('a limit', () => {
  it('is waited for at least as long as WeCom says, nothing overtakes, other conversations go on', async () => {
    road.refuseNext('g-uni', 'CHAT_BUSY', { facts: { retryAfterSeconds: 30 } })
    const one = await queue('一')
    await queue('二')
    await queue('别处', { chatId: 'g-hos' })

    await dispatcher.kick()
    expect(road.arrived).toEqual(['g-hos 别处'])
    expect(await stored(one)).toMatchObject({ state: 'queued', nextTryAt: '2026-11-24T02:00:30.000Z', error: 'CHAT_BUSY' })
    await queue('三')
    world.clock.turn(29)
    await dispatcher.kick()
    expect(road.arrived).toHaveLength(1)
    await goOn(10)

    expect(road.arrived).toEqual(['g-hos 别处', 'g-uni 一', 'g-uni 二', 'g-uni 三'])
    expect(await journal(one)).toEqual(['failed CHAT_BUSY', 'sent'])
  })

  it('is never a reason to give up', async () => {
    road.refuseNext('g-uni', 'CHAT_BUSY', { times: 12 })
    const one = await queue('一')

    await goOn(60)

    expect(await stored(one)).toMatchObject({ state: 'sent', attempts: 13 })
  })

  it('is also waited for by the process that follows', async () => {
    road.refuseNext('g-uni', 'CHAT_BUSY', { facts: { retryAfterSeconds: 30 } })
    await queue('一')
    await queue('二')
    await dispatcher.kick()

    dispatcher = anotherDispatcher('bot-2')
    await dispatcher.kick()
    expect(road.arrived).toEqual([])
    await goOn(10)

    expect(road.arrived).toEqual(['g-uni 一', 'g-uni 二'])
  })
})

describe('an answer that never came', () => {
  it('is tried again, growing slower, each try in the journal', async () => {
    road.refuseNext('g-uni', 'CHAT_OUTCOME_UNKNOWN', { times: 3, arrives: true })
    const one = await queue('一')

    const waits: number[] = []
    for (let i = 0; i < 3; i++) {
      await again(one)
      waits.push(Date.parse((await stored(one)).nextTryAt) - world.clock.now())
    }
    await again(one)

    expect(waits).toEqual([...waits].sort((a, b) => a - b))
    expect(waits[2]).toBeGreaterThan(waits[0]!)
    expect(await journal(one)).toEqual([...Array<string>(3).fill('unknown CHAT_OUTCOME_UNKNOWN'), 'sent'])
  })

  it('to a card is found out by its task id: 42014 says that it had arrived', async () => {
    road.refuseNext('g-uni', 'CHAT_OUTCOME_UNKNOWN', { arrives: true })
    road.refuseNext('g-uni', 'CHAT_REFUSED', { facts: { code: 42014 } })
    const one = await queue('卡', { message: card('卡') })
    await queue('二')

    await dispatcher.kick()
    await again(one)

    expect(road.arrived).toEqual(['g-uni 卡', 'g-uni 二'])
    expect(await stored(one)).toMatchObject({ state: 'sent', error: null })
    expect(await journal(one)).toEqual(['unknown CHAT_OUTCOME_UNKNOWN', 'sent'])
  })

  it('does not make 42014 a success at the first try', async () => {
    road.refuseNext('g-uni', 'CHAT_REFUSED', { facts: { code: 42014 } })
    const one = await queue('卡', { message: card('卡') })

    await dispatcher.kick()

    expect(await stored(one)).toMatchObject({ state: 'queued', error: 'CHAT_REFUSED' })
  })

  it('to the update of a pressed card is not repeated', async () => {
    road.refuseNext('g-uni', 'CHAT_OUTCOME_UNKNOWN', { arrives: true })
    const update = await queue('更新', { message: { ...card('更新'), kind: 'card-update' } as OutgoingMessage })

    await dispatcher.kick()
    world.clock.turn(600)
    await dispatcher.kick()

    expect(road.tries).toBe(1)
    expect((await stored(update)).state).toBe('failed')
  })
})

describe('a refusal', () => {
  it('by a dead target is final at once, told, and does not hold up what follows', async () => {
    road.refuseNext('g-uni', 'CHAT_TARGET_DEAD')
    const one = await queue('一')
    const two = await queue('二')

    await dispatcher.kick()

    expect(await stored(one)).toMatchObject({ state: 'failed', error: 'CHAT_TARGET_DEAD' })
    expect(await journal(one)).toEqual(['failed CHAT_TARGET_DEAD'])
    expect(gaveUp).toEqual(['key-一 CHAT_TARGET_DEAD'])
    expect((await stored(two)).state).toBe('sent')
  })

  it('three times is final, told, and does not hold up what follows', async () => {
    road.refuseNext('g-uni', 'CHAT_REFUSED', { times: 3, facts: { code: 40058 } })
    const one = await queue('一')
    const two = await queue('二')

    await again(one)
    await again(one)
    expect((await stored(one)).state).toBe('queued')
    expect(gaveUp).toEqual([])
    await again(one)

    expect(await stored(one)).toMatchObject({ state: 'failed', error: 'CHAT_REFUSED' })
    expect(await journal(one)).toEqual(Array(3).fill('failed CHAT_REFUSED'))
    expect(gaveUp).toEqual(['key-一 CHAT_REFUSED'])
    expect((await stored(two)).state).toBe('sent')
  })

  it('by the webhook does not hold up the robot', async () => {
    const address = 'http://127.0.0.1/webhook?key=k1'
    webhook.refuseNext(address, 'CHAT_UNREACHABLE', { times: 50 })
    const ringing = await queue('@李工', { road: 'webhook', message: { kind: 'mention', text: '@李工', userIds: ['li'] } })
    const after = await queue('一')

    await dispatcher.kick()

    expect((await stored(ringing)).state).toBe('queued')
    expect((await stored(after)).state).toBe('sent')
  })

  it('of a webhook whose seal cannot be opened is given up and holds up nobody', async () => {
    await world.transactions.run(tx => tx.groups.update(world.uni.id, { id: world.group.id }, { webhook: 'v1.spoiled' }))
    const ringing = await queue('@李工', { road: 'webhook', message: { kind: 'mention', text: '@李工', userIds: ['li'] } })
    const after = await queue('一')

    for (let i = 0; i < 3; i++) await again(ringing)

    expect((await stored(after)).state).toBe('sent')
    expect(await stored(ringing)).toMatchObject({ state: 'failed', error: 'SECRET_UNREADABLE' })
    expect(gaveUp).toEqual(['key-@李工 SECRET_UNREADABLE'])
  })
})

describe('what was given up', () => {
  it('is marked so only when the other road was taken: whoever dies in between does it again', async () => {
    road.refuseNext('g-uni', 'CHAT_TARGET_DEAD', { times: 2 })
    const one = await queue('一')
    let away = true
    dispatcher = new Dispatcher({
      ...world,
      logger: silentLogger,
      owner: 'bot-1',
      senders: () => [{ name: 'main', roads: [road] }],
      target: makeTargets(world.transactions, world.secrets),
      gaveUp: ({ key }) => {
        if (away) return Promise.reject(new AppError('DATABASE_UNREACHABLE'))
        gaveUp.push(key)
        return Promise.resolve()
      },
      counted: () => undefined,
    })

    await dispatcher.kick()
    expect((await stored(one)).state).toBe('claimed')
    away = false
    world.clock.turn(3)
    await dispatcher.kick()

    expect(gaveUp).toEqual(['key-一'])
    expect((await stored(one)).state).toBe('failed')
  })
})

it('a message that waits sealed is opened for the sending only', async () => {
  dispatcher = new Dispatcher({
    ...world,
    logger: silentLogger,
    owner: 'bot-1',
    senders: () => [{ name: 'main', roads: [road] }],
    target: makeTargets(world.transactions, world.secrets),
    opened: ({ message }) => (message.kind === 'markdown' ? { ...message, text: message.text.replace('sealed', '打开') } : message),
    gaveUp: () => Promise.resolve(),
    counted: () => undefined,
  })
  const one = await queue('sealed')

  await dispatcher.kick()

  expect(road.arrived).toEqual(['g-uni 打开'])
  expect((await stored(one)).message).toEqual({ kind: 'markdown', text: 'sealed' })
})

it('a text too long for the road is cut, and follows whole as a file', async () => {
  const long = '很长的一句话。'.repeat(2000)
  await queue(long)

  await dispatcher.kick()

  expect(road.arrived).toHaveLength(2)
  expect(road.arrived[0]).toContain('全文见附件')
  const [file] = await world.transactions.read(t => t.deliveries.find(world.uni.id, { state: 'sent' }, { order: { id: 'desc' } }))
  expect(file?.message.kind === 'file' && Buffer.from(file.message.file.base64, 'base64').toString('utf8')).toBe(long)
})

describe('several processes', () => {
  it('that look at once send once', async () => {
    const other = anotherDispatcher('bot-2')
    await other.kick()
    const rows = await Promise.all(['一', '二', '三'].map(text => queue(text)))

    await Promise.all([dispatcher.kick(), other.kick()])

    expect([...road.arrived].sort()).toEqual(['g-uni 一', 'g-uni 三', 'g-uni 二'])
    for (const row of rows) expect(await journal(row)).toEqual(['sent'])
  })

  it('of which one died after its claim: the other takes it over, says that the outcome was unknown, and keeps the order', async () => {
    road.hold('g-uni')
    const one = await queue('一')
    void dispatcher.kick()
    await until(() => road.arrived.length === 1)
    await queue('二')
    road.arrived.length = 0
    road = new FakeRoad()

    dispatcher = anotherDispatcher('bot-2')
    await dispatcher.kick()

    expect(road.arrived).toEqual(['g-uni 一', 'g-uni 二'])
    expect(await journal(one)).toEqual(['unknown CHAT_OUTCOME_UNKNOWN', 'sent'])
    expect(await stored(one)).toMatchObject({ state: 'sent', attempts: 2 })
  })
})

it('a database that goes away between sending and noting does not leave the message behind', async () => {
  let away = false
  const transactions: Transactions = {
    ...world.transactions,
    run: work => (away ? Promise.reject(new AppError('DATABASE_UNREACHABLE')) : world.transactions.run(work)),
  }
  dispatcher = anotherDispatcher('bot-1', { transactions })
  const answer = road.hold('g-uni')
  const one = await queue('一')
  const kicked = dispatcher.kick()
  await until(() => road.arrived.length === 1)
  away = true
  answer()
  await kicked
  expect((await stored(one)).state).toBe('claimed')

  away = false
  world.clock.turn(3)
  await dispatcher.kick()

  expect((await stored(one)).state).toBe('sent')
  expect(await journal(one)).toEqual(['unknown CHAT_OUTCOME_UNKNOWN', 'sent'])
})
