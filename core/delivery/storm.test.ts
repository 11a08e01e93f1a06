// Storms and outages on a clock turned by hand: what the limits of WeCom and the patience of people ask of the dispatcher.
import { describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { AppError } from '../errors.js'
import type { OutgoingMessage } from '../ports/chat.js'
import { silentLogger } from '../ports/logger.js'
import type { Road, RoadTarget } from '../ports/road.js'
import type { Delivery } from './delivery.js'
import { Dispatcher } from './dispatcher.js'
import { newDelivery } from './new-delivery.js'
import { byteLength } from './shorten.js'

interface Seen {
  readonly at: number
  readonly chatId: string
  readonly text: string
}

/** A robot's road that counts as strictly as WeCom: so many in any minute, the next is refused with 45009. */
class StrictRoad implements Road {
  readonly id = 'robot'
  readonly can
  readonly seen: Seen[] = []
  readonly refusedAt: number[] = []
  down = false
  private readonly taken = new Map<string, number[]>()
  constructor(
    private readonly world: World,
    private readonly allowed: number,
    documented = 30,
  ) {
    this.can = {
      mention: false,
      buttons: true,
      update: true,
      files: true,
      markdown: true,
      maxBytes: 20_480,
      perMinute: documented,
      perHour: 1000,
    }
  }

  send(target: RoadTarget, message: OutgoingMessage): Promise<object> {
    if (this.down) return Promise.reject(new AppError('CHAT_UNREACHABLE'))
    const now = this.world.clock.now()
    const recent = (this.taken.get(target.address) ?? []).filter(at => at > now - 60_000)
    if (recent.length >= this.allowed) {
      this.refusedAt.push(now)
      return Promise.reject(
        new AppError('CHAT_BUSY', { code: 45009, retryAfterSeconds: 60 - Math.floor((now - (recent[0] ?? now)) / 1000) }),
      )
    }
    this.taken.set(target.address, [...recent, now])
    const text =
      message.kind === 'markdown'
        ? message.text
        : message.kind === 'card'
          ? `${message.card.title}\n${message.card.desc ?? ''}`
          : message.kind === 'file'
            ? Buffer.from(message.file.base64, 'base64').toString('utf8')
            : ''
    if (message.kind === 'markdown') expect(byteLength(text)).toBeLessThanOrEqual(20_480)
    expect(text).not.toContain('�')
    this.seen.push({ at: now, chatId: target.address, text })
    return Promise.resolve({})
  }
}

function dispatcherOn(world: World, road: StrictRoad): Dispatcher {
  return new Dispatcher({
    ...world,
    logger: silentLogger,
    owner: 'test',
    senders: () => [{ name: 'main', roads: road.down ? [] : [road] }],
    target: ({ chatId, robot }: Delivery) => Promise.resolve({ address: chatId, sender: robot, chatType: 'group' }),
    gaveUp: () => Promise.resolve(),
    counted: () => undefined,
  })
}

async function alert(world: World, n: number, set: Partial<Delivery> = {}): Promise<void> {
  await world.transactions.run(tx =>
    tx.deliveries.insert({
      ...newDelivery(tx, {
        tenantId: world.uni.id,
        robot: 'main',
        chatId: 'g-uni',
        chatType: 'group',
        kind: 'alert-raised',
        level: 'P3',
        subject: `IN-uni-261124-${String(n).padStart(3, '0')}`,
        message: { kind: 'markdown', text: `**第 ${n} 号告警** 主机 host-${n} 👨‍👩‍👧‍👦 ${'说明'.repeat(40)}` },
        key: `alert:${n}`,
      }),
      ...set,
    }),
  )
}

describe('500 alerts in a minute into one group that takes 20 a minute', () => {
  it('tells the critical ones within seconds, the others one by one or in a digest, and is refused only while it learns', async () => {
    const world = await openWorld()
    const road = new StrictRoad(world, 20)
    const dispatcher = dispatcherOn(world, road)
    const began = world.clock.now()
    const critical = new Map<number, number>()

    for (let second = 0; second < 60; second++) {
      for (let i = 0; i < 9 && second * 9 + i < 500; i++) {
        const n = second * 9 + i
        const isCritical = n % 100 === 7
        if (isCritical) critical.set(n, world.clock.now())
        await alert(world, n, isCritical ? { lane: 0, level: 'P1' } : {})
      }
      await dispatcher.kick()
      world.clock.turn(1)
    }
    for (let second = 0; second < 240; second++) {
      world.clock.turn(1)
      await dispatcher.kick()
    }

    const all = road.seen.map(item => item.text).join('\n')
    for (let n = 0; n < 500; n++) expect(all).toContain(`第 ${n} 号告警`)
    expect(critical.size).toBe(5)
    for (const [n, at] of critical) {
      const shown = road.seen.find(item => item.text.includes(`**第 ${n} 号告警**`))
      expect(shown?.at).toBeLessThanOrEqual(at + 5000)
    }
    expect(road.refusedAt.filter(at => at > began + 61_000)).toEqual([])
    const rows = await world.transactions.read(t => t.deliveries.find(world.uni.id, { kind: 'alert-raised' }))
    expect(new Set(rows.map(row => row.state))).toEqual(new Set(['sent', 'merged']))
  }, 120_000)

  it('does not hold up another customer’s critical message', async () => {
    const world = await openWorld()
    const road = new StrictRoad(world, 5)
    const dispatcher = dispatcherOn(world, road)
    for (let n = 0; n < 300; n++) await alert(world, n, { lane: 0, level: 'P2', kind: 'answer' })
    await alert(world, 999, { tenantId: world.hos.id, chatId: 'g-hos', lane: 0, level: 'P1', subject: 'IN-hos-261124-001' })

    await dispatcher.kick()

    expect(road.seen.filter(item => item.chatId === 'g-hos')).toHaveLength(1)
  }, 60_000)
})

describe('an outage of half an hour', () => {
  it('ends in one digest per group that names everything, what is over as well, and leaves requests alone', async () => {
    const world = await openWorld()
    const road = new StrictRoad(world, 30)
    const dispatcher = dispatcherOn(world, road)
    road.down = true
    for (let minute = 0; minute < 30; minute++) {
      await alert(world, minute, { lane: minute % 10 === 0 ? 0 : 1 })
      await alert(world, 100 + minute, { tenantId: world.hos.id, chatId: 'g-hos', subject: `IN-hos-261124-${minute}` })
      if (minute % 3 === 0)
        await alert(world, 200 + minute, {
          kind: 'incident-recovered',
          message: { kind: 'markdown', text: `第 ${200 + minute} 号告警 已恢复` },
        })
      await dispatcher.kick()
      world.clock.turn(60)
    }
    await alert(world, 900, {
      kind: 'approval-requested',
      lane: 0,
      level: null,
      message: { kind: 'markdown', text: '【需要授权】第 900 号' },
    })

    road.down = false
    for (let second = 0; second < 10; second++) {
      await dispatcher.kick()
      world.clock.turn(1)
    }

    const uni = road.seen.filter(item => item.chatId === 'g-uni')
    const digests = uni.filter(item => item.text.includes('消息汇总'))
    expect(digests).toHaveLength(1)
    for (let minute = 0; minute < 30; minute++) expect(digests[0]?.text).toContain(`第 ${minute} 号告警`)
    for (let minute = 0; minute < 30; minute += 3) expect(digests[0]?.text).toContain(`第 ${200 + minute} 号告警 已恢复`)
    expect(uni.filter(item => item.text.includes('【需要授权】'))).toHaveLength(1)
    expect(uni).toHaveLength(2)
    expect(road.seen.filter(item => item.chatId === 'g-hos')).toHaveLength(1)
  }, 60_000)
})
