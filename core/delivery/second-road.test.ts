import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { DisposalService } from '../disposal/disposal-service.js'
import { AppError } from '../errors.js'
import type { Card, OutgoingMessage } from '../ports/chat.js'
import { DecisionLinks } from './decision-links.js'
import type { Delivery } from './delivery.js'
import { newDelivery } from './new-delivery.js'
import { withOpenLinks } from './sealed-link.js'
import { SecondRoad } from './second-road.js'

const dead = new AppError('CHAT_TARGET_DEAD', { code: 93001, chatId: 'g-uni' })
const SINCE = '2026-11-24T02:00:00.000Z'

let world: World
let disposals: DisposalService
let number: string
let second: SecondRoad
let n: number

beforeEach(async () => {
  world = await openWorld()
  n = 0
  disposals = new DisposalService(world.transactions)
  number = (await disposals.proposeBlock(world.actor('zhang'), { tenantId: world.uni.id, ip: '203.0.113.7', seconds: 3600 })).disposal
    .number
  await world.transactions.run(async tx => {
    for (const userId of ['li', 'chen', 'zhou', 'xu']) await tx.people.update(world.uni.id, { userId }, { mail: `${userId}@example.edu` })
    await tx.groups.insert({ ...world.group, id: 'group-ops', tenantId: 'platform', chatId: 'ops-1', kind: 'ops', webhook: null })
  })
  second = make()
})

function make({ hasMail = true, hasAddress = true, hasHook = false } = {}): SecondRoad {
  const publicUrl = hasAddress ? 'https://butler.example.edu' : undefined
  const { transactions, clock, secrets } = world
  return new SecondRoad({
    transactions,
    clock,
    hasMail,
    hasHook,
    secrets,
    links: new DecisionLinks({ transactions, clock, disposals, publicUrl }),
  })
}

const card: Card = {
  taskId: 'task-1',
  source: '云端安全管家',
  title: '【需要授权】封禁 203.0.113.7',
  desc: '单号见下',
  facts: [],
  buttons: [{ key: 'yes', text: '同意', style: 'primary' }],
}

const queue = (set: Partial<Delivery> = {}): Promise<Delivery> =>
  world.transactions.run(async tx => {
    const row = {
      ...newDelivery(tx, {
        tenantId: world.uni.id,
        robot: 'main',
        chatId: 'g-uni',
        chatType: 'group',
        kind: 'alert-raised',
        level: 'P1',
        lane: 0,
        subject: 'IN-uni-261124-001',
        key: `k${++n}`,
        message: { kind: 'markdown', text: `**第 ${n} 条**` },
      }),
      ...set,
    }
    await tx.deliveries.insert(row)
    return row
  })
async function approval(): Promise<Delivery> {
  await world.transactions.run(tx =>
    tx.cards.insert({
      id: 'task-1',
      tenantId: world.uni.id,
      chatId: 'g-uni',
      robot: 'main',
      commands: { yes: `同意 ${number}` },
      expiresAt: '2026-11-24T03:00:00.000Z',
      createdAt: tx.at,
    }),
  )
  return queue({ kind: 'approval-requested', level: null, subject: number, message: { kind: 'card', card } })
}
const copies = async (road: 'webhook' | 'mail' | 'hook'): Promise<Delivery[]> =>
  world.transactions.read(t => t.deliveries.acrossTenantsFind({ road }, { order: { id: 'asc' } }))
const textOf = (message: OutgoingMessage) => (message.kind === 'markdown' ? message.text : message.kind)
const linkRows = () => world.transactions.read(t => t.links.acrossTenantsFind({}))
const watch = () => second.watch(new Map([['main', Date.parse(SINCE)]]))

describe('a request whose robot is gone', () => {
  it('goes to the group by its webhook and to those who decide by mail, each with a link of their own', async () => {
    const request = await approval()

    await second.gaveUp(request, dead)

    const [ringing] = await copies('webhook')
    expect(ringing).toMatchObject({ chatId: 'g-uni', state: 'queued', kind: 'second-road', subject: number, tenantId: world.uni.id })
    expect(textOf(ringing!.message)).toContain(`同意：回复“同意 ${number}”`)
    const mails = await copies('mail')
    expect(mails.map(row => [row.chatId, row.chatType, row.robot]).sort()).toEqual([
      ['chen', 'single', 'mail'],
      ['li', 'single', 'mail'],
    ])
    const texts = mails.map(row => textOf(withOpenLinks(world.secrets, row)))
    const addresses = texts.map(text => /<(https:\/\/butler\.example\.edu\/d\/[\w-]{43})>/.exec(text)?.[1])
    expect(new Set(addresses).size).toBe(2)
    expect(addresses).not.toContain(undefined)
    expect((await linkRows()).map(row => row.userId).sort()).toEqual(['chen', 'li'])
  })

  it('leaves nothing in the database that decides', async () => {
    await second.gaveUp(await approval(), dead)

    const deliveries = await world.transactions.read(t => t.deliveries.acrossTenantsFind({}))
    const everything = JSON.stringify([deliveries, await linkRows()])
    expect(everything).not.toContain('/d/')
    expect(everything).not.toContain('butler.example.edu')
  })

  it('tells the customer manager as well, who gets no link', async () => {
    await world.transactions.run(tx => tx.people.update('platform', { userId: 'liu' }, { mail: 'liu@example.com' }))

    await second.gaveUp(await approval(), dead)

    const mail = (await copies('mail')).find(row => row.chatId === 'liu')
    expect(mail?.tenantId).toBe('platform')
    expect(textOf(mail!.message)).toContain(`回复“同意 ${number}”`)
    expect(textOf(mail!.message)).not.toContain('sealed')
  })

  it('says what to type where there is no address for links', async () => {
    second = make({ hasAddress: false })

    await second.gaveUp(await approval(), dead)

    for (const row of await copies('mail')) expect(textOf(row.message)).toContain(`回复“同意 ${number}”`)
    expect(await linkRows()).toEqual([])
  })

  it('goes by webhook alone where there is no mail', async () => {
    second = make({ hasMail: false })

    await second.gaveUp(await approval(), dead)

    expect([(await copies('webhook')).length, (await copies('mail')).length]).toEqual([1, 0])
  })

  it('is copied once, however often it is given up', async () => {
    const request = await approval()

    await second.gaveUp(request, dead)
    await second.gaveUp(request, dead)

    expect([(await copies('webhook')).length, (await copies('mail')).length, (await linkRows()).length]).toEqual([1, 2, 2])
  })
})

describe('what was given up', () => {
  it('is told to the staff, once an hour for a group', async () => {
    for (let i = 0; i < 5; i++) await second.gaveUp(await queue(), dead)
    expect(await world.announcements('delivery-failed')).toHaveLength(1)
    world.clock.turn(3600)

    await second.gaveUp(await queue(), dead)

    const told = await world.announcements('delivery-failed')
    expect(told).toHaveLength(2)
    expect(told[0]?.refs).toMatchObject({ code: 'CHAT_TARGET_DEAD', detail: '93001' })
  })

  it('and was said about something given up, is not said again', async () => {
    await second.gaveUp(await queue({ kind: 'delivery-failed', chatId: 'ops-1', tenantId: 'platform' }), dead)

    expect(await world.announcements('delivery-failed')).toEqual([])
  })

  it('is not copied when it is not grave, an answer, or a copy itself', async () => {
    for (const set of [{ lane: 1 }, { kind: 'answer' }, { road: 'webhook', kind: 'second-road' }] as const)
      await second.gaveUp(await queue(set), dead)

    const added = await world.transactions.read(t => t.deliveries.acrossTenantsFind({ key: { startsWith: 'k' } }))
    expect(added.filter(row => row.key.includes('#'))).toEqual([])
  })

  it('and was an answer that another road can take into the group, takes it, and staff hear nothing', async () => {
    const switchRoad = new AppError('CHAT_TARGET_DEAD', { code: 'CALLBACK_MODE', reaction: 'switch-road' })

    await second.gaveUp(await queue({ kind: 'answer' }), switchRoad)

    const added = await world.transactions.read(t => t.deliveries.acrossTenantsFind({ kind: 'second-road' }))
    expect(added).toMatchObject([{ road: 'webhook', chatId: 'g-uni' }])
    expect(await world.announcements('delivery-failed')).toEqual([])
  })

  it('and was said unasked by the webhook of a robot that can only answer, goes by mail', async () => {
    await second.gaveUp(await queue({ road: 'webhook' }), dead)

    const added = await world.transactions.read(t => t.deliveries.acrossTenantsFind({ kind: 'second-road' }))
    expect(new Set(added.map(row => row.road))).toEqual(new Set(['mail']))
  })

  it('and was the update of a card, is forgotten', async () => {
    await second.gaveUp(await queue({ message: { kind: 'card-update', card } }), new AppError('CHAT_EXPIRED'))

    expect(await world.announced()).not.toContain('delivery-failed')
  })

  it('in a staff room goes to the staff who act', async () => {
    await world.transactions.run(async tx => {
      for (const userId of ['zhang', 'wang', 'liu']) await tx.people.update('platform', { userId }, { mail: `${userId}@example.com` })
    })

    await second.gaveUp(await queue({ chatId: 'ops-1' }), dead)

    expect((await copies('mail')).map(row => row.chatId).sort()).toEqual(['wang', 'zhang'])
  })

  it('to a group that is gone has nobody to go to', async () => {
    await second.gaveUp(await queue({ chatId: 'g-gone' }), dead)

    expect([(await copies('webhook')).length, (await copies('mail')).length]).toEqual([0, 0])
    expect(await world.announcements('delivery-failed')).toHaveLength(1)
  })

  it('and came from outside, reaches the other road as data', async () => {
    const evil = '[点我](http://evil)<@all>'

    await second.gaveUp(await queue({ message: { kind: 'card', card: { ...card, title: evil, desc: evil, buttons: [] } } }), dead)

    const [copy] = await copies('webhook')
    expect(textOf(copy!.message).replaceAll('**', '')).not.toMatch(/(?<!\\)[[\]()<>]/)
  })
})

describe('an outage', () => {
  it('of less than a minute is waited for', async () => {
    await queue()
    world.clock.turn(59)

    await watch()

    expect([(await copies('webhook')).length, (await copies('mail')).length]).toEqual([0, 0])
  })

  it('of a minute sends what is grave by the other roads, once, and keeps it for the robot', async () => {
    const grave = await queue()
    await queue({ lane: 1 })
    await queue({ kind: 'answer' })
    await queue({ kind: 'update' })
    world.clock.turn(60)

    for (let i = 0; i < 5; i++) {
      await watch()
      world.clock.turn(5)
    }

    expect((await copies('webhook')).map(row => textOf(row.message))).toEqual(['**第 1 条**'])
    expect((await copies('mail')).map(row => row.chatId).sort()).toEqual(['chen', 'li'])
    expect((await world.transactions.read(t => t.deliveries.get(world.uni.id, grave.id)))?.state).toBe('queued')
  })

  it('makes one link for each who decides, not one every few seconds', async () => {
    await approval()
    world.clock.turn(60)

    for (let i = 0; i < 5; i++) await watch()
    second = make()
    await watch()

    expect(await linkRows()).toHaveLength(2)
  })

  it('of another robot, or what was only just said, is left alone', async () => {
    await queue({ robot: 'other' })
    world.clock.turn(60)
    await queue()

    await watch()

    expect(await copies('webhook')).toEqual([])
  })

  it('in a storm copies everything grave, not only the first two hundred', async () => {
    second = make({ hasMail: false })
    await world.transactions.run(async tx => {
      const one = newDelivery(tx, {
        tenantId: world.uni.id,
        robot: 'main',
        chatId: 'g-uni',
        chatType: 'group',
        kind: 'alert-raised',
        lane: 0,
        subject: '',
        key: '',
        message: { kind: 'markdown', text: '一' },
      })
      await tx.deliveries.insertMany(Array.from({ length: 250 }, (_, i) => ({ ...one, id: tx.id(), key: `storm-${i}` })))
    })
    world.clock.turn(60)

    await watch()
    await watch()

    expect(await copies('webhook')).toHaveLength(250)
  })

  it('that is over begins anew the next time', async () => {
    await queue()
    world.clock.turn(60)
    await watch()
    await second.watch(new Map())

    await watch()

    expect(await copies('webhook')).toHaveLength(1)
  })
})

describe('a gateway for short messages', () => {
  it('is called for a request and for what is gravest, once, and for nothing else', async () => {
    second = make({ hasHook: true })
    await approval()
    await queue({ level: 'P1' })
    await queue({ level: 'P2' })
    world.clock.turn(120)

    await watch()
    await watch()

    const called = await copies('hook')
    expect(called.map(row => [row.robot, row.level])).toEqual([
      ['hook', 'P1'],
      ['hook', 'P1'],
    ])
    expect(textOf(called[0]!.message)).toContain('需要授权')
  })
})
