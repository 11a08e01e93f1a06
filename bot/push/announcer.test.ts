import { beforeEach, describe, expect, it } from 'vitest'
import { newDelivery } from '../../core/delivery/new-delivery.js'
import { silentLogger } from '../../core/ports/logger.js'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'
import { Announcer } from './announcer.js'

let w: BotWorld
beforeEach(async () => {
  w = await openBotWorld()
})

async function announce(app?: string): Promise<void> {
  const announcer = new Announcer({ transactions: w.transactions, clock: w.clock, logger: silentLogger, app })
  while ((await announcer.runDue()) > 0);
}
const kindsIn = async (chatId: string) => (await w.deliveries(chatId)).map(({ kind, road, state }) => `${kind} ${road} ${state}`)

describe('a request for leave', () => {
  it('is a card in the group and a line that rings', async () => {
    await w.requested('203.0.113.7')

    await announce()

    expect(await kindsIn('g-uni')).toEqual(['approval-requested robot queued', 'approval-requested webhook queued'])
    expect(await w.deliveries('li')).toEqual([])
  })

  it('goes to the approver alone as well where there is an application, with buttons of its own', async () => {
    const { number } = await w.requested('203.0.113.7')

    await announce('app')

    const [personal] = await w.deliveries('li')
    expect(personal).toMatchObject({ road: 'app', robot: 'app', chatType: 'single', lane: 0, subject: number, state: 'queued' })
    const cards = await w.cards()
    expect(cards.map(card => [card.chatId, card.robot]).sort()).toEqual([
      ['g-uni', 'main'],
      ['li', 'app'],
    ])
    expect(personal?.message.kind === 'card' && personal.message.card.taskId).toBe(cards.find(card => card.chatId === 'li')?.id)
    expect(cards.find(card => card.chatId === 'li')?.commands).toMatchObject({ yes: `同意 ${number}` })
  })

  it('goes to the approver once, however many groups the customer has', async () => {
    await w.transactions.run(tx => tx.groups.insert({ ...w.group, id: 'group-uni-2', chatId: 'g-uni-2', webhook: null }))
    await w.requested('203.0.113.7')

    await announce('app')

    expect(await w.deliveries('li')).toHaveLength(1)
    expect([(await w.deliveries('g-uni')).length, (await w.deliveries('g-uni-2')).length]).toEqual([2, 1])
  })
})

describe('a group the robot cannot be in', () => {
  it('is reached through the customer manager, with a text to pass on', async () => {
    await w.transactions.run(tx => tx.groups.update(w.uni.id, { chatId: 'g-uni' }, { form: 'external_relay' }))
    const { number } = await w.requested('203.0.113.7')

    await announce()

    expect(await w.deliveries('g-uni')).toEqual([])
    const [relayed] = await w.deliveries('liu')
    expect(relayed).toMatchObject({ road: 'robot', chatType: 'single', kind: 'approval-requested' })
    expect(textOf(relayed)).toMatch(/^请转发到“示例大学管家群”（确认链接已发到授权人的邮箱）/)
    expect(textOf(relayed)).toContain(number)
  })
})

describe('a first report', () => {
  async function report(): Promise<string> {
    const { incident } = await w.incident({ state: 'triaging', priority: 'P2' })
    await w.transactions.run(tx => {
      tx.announce({ tenantId: w.uni.id, kind: 'alert-raised', refs: { incidentId: incident.id }, key: `raised:${incident.id}` })
      return Promise.resolve()
    })
    await announce()
    return incident.number
  }

  it('in quiet hours waits, and rings nobody', async () => {
    w.clock.set('2026-11-24T18:00:00.000Z')

    const number = await report()

    const rows = await w.deliveries('g-uni')
    expect(rows).toMatchObject([{ state: 'held', heldWhy: 'quiet-hours', heldUntil: '2026-11-25T00:00:00.000Z', subject: number }])
  })

  it('rings in the day', async () => {
    await report()

    expect(await kindsIn('g-uni')).toEqual(['alert-raised robot queued', 'alert-raised webhook queued'])
  })
})

it('an announcement that cannot be said is tried again, given up after eight times, and holds nobody up', async () => {
  await w.transactions.run(tx => {
    tx.announce({ tenantId: w.uni.id, kind: 'no-such-kind', refs: {}, key: 'broken' })
    return Promise.resolve()
  })
  await w.requested('203.0.113.7')

  await announce()
  expect((await w.deliveries('g-uni')).map(textOf).join()).toContain('203.0.113.7')
  for (let i = 0; i < 10; i++) {
    w.clock.turn(600)
    await announce()
  }

  expect(await w.announcements('no-such-kind')).toMatchObject([{ state: 'failed', attempts: 8 }])
})

describe('a message that was given up', () => {
  async function failedTo(set: { chatId: string; chatType: 'group' | 'single' }): Promise<string> {
    await w.transactions.run(async tx => {
      const row = newDelivery(tx, {
        ...set,
        tenantId: w.uni.id,
        robot: 'main',
        kind: 'approval-requested',
        subject: 'DP-uni-261124-001',
        key: 'k',
        message: { kind: 'markdown', text: '一' },
      })
      await tx.deliveries.insert(row)
      const refs = { deliveryId: row.id, code: 'CHAT_TARGET_DEAD', detail: '93006' }
      tx.announce({ tenantId: w.uni.id, kind: 'delivery-failed', refs, key: 'failed' })
    })
    await announce()
    return textOf((await w.deliveries('ops-1'))[0])
  }

  it('is told with the group’s name in the place of its id, and how to ask for more', async () => {
    const text = await failedTo({ chatId: 'g-uni', chatType: 'group' })

    expect(text).toContain('群 示例大学管家群 收不到消息，请检查机器人是否还在群里')
    expect(text).toContain('可回复“投递 DP-uni-261124-001”看经过')
  })

  it('and was for one person, is no matter of a group', async () => {
    const text = await failedTo({ chatId: 'li', chatType: 'single' })

    expect(text).toContain('li 收不到单独发给他的消息')
    expect(text).not.toContain('还在群里')
  })

  it('and was for the ops room, is not said there', async () => {
    await failedTo({ chatId: 'ops-1', chatType: 'group' })

    expect((await w.deliveries('ops-1')).map(textOf)).toEqual(['一'])
  })
})
