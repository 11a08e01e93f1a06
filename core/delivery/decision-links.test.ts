import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type PersonName, type World } from '../../tests/support/memory-world.js'
import { DisposalService } from '../disposal/disposal-service.js'
import type { Disposal } from '../disposal/disposal.js'
import type { Person } from '../tenants/tenant.js'
import { DecisionLinks } from './decision-links.js'

let world: World
let disposals: DisposalService
let links: DecisionLinks
let requested: Disposal

beforeEach(async () => {
  world = await openWorld()
  disposals = new DisposalService(world.transactions)
  links = linksAt('https://butler.example.edu/')
  requested = (await disposals.proposeBlock(world.actor('zhang'), { tenantId: world.uni.id, ip: '203.0.113.7', seconds: 3600 })).disposal
})

const linksAt = (publicUrl: string | undefined) =>
  new DecisionLinks({ transactions: world.transactions, clock: world.clock, disposals, publicUrl })
const person = async (userId: PersonName): Promise<Person> => {
  const { tenantId } = world.actor(userId)
  return (await world.transactions.read(t => t.people.first(tenantId, { userId })))!
}
const linkFor = async (userId: PersonName, number = requested.number) => {
  const reader = await person(userId)
  return world.transactions.run(tx => links.make(tx, reader, number))
}
const secretFor = async (userId: PersonName) => (await linkFor(userId))!.slice(-43)
const state = async () => (await world.transactions.read(t => t.disposals.get(world.uni.id, requested.id)))?.state
const decide = (secret: string, agreed = true) => links.decide(secret, agreed, 'trace-1')

describe('a link', () => {
  it('leads to the page, and the database cannot tell what it says', async () => {
    const link = await linkFor('li')

    expect(link).toMatch(/^https:\/\/butler\.example\.edu\/d\/[\w-]{43}$/)
    const secret = link!.slice(-43)
    const rows = await world.transactions.read(t => t.links.acrossTenantsFind({}))
    expect(rows).toMatchObject([
      { id: createHash('sha256').update(secret).digest('hex'), userId: 'li', tenantId: world.uni.id, expiresAt: requested.expiresAt },
    ])
    expect(JSON.stringify(rows)).not.toContain(secret)
  })

  it('is another for everybody and every time', async () => {
    const all = [await linkFor('li'), await linkFor('li'), await linkFor('chen')]

    expect(new Set(all).size).toBe(3)
  })

  it('is not made without an address people reach us by', async () => {
    links = linksAt(undefined)

    expect(await linkFor('li')).toBeUndefined()
  })

  it('is not made for what no longer waits, nor for another customer’s person', async () => {
    expect(await linkFor('li', 'DP-uni-261124-999')).toBeUndefined()
    expect(await linkFor('qian')).toBeUndefined()
    await disposals.decide(world.actor('li'), world.uni.id, requested.number, false)
    expect(await linkFor('chen')).toBeUndefined()
    expect(await world.transactions.read(t => t.links.acrossTenantsFind({}))).toEqual([])
  })
})

describe('looking', () => {
  it('shows what it is about and changes nothing, however often', async () => {
    const secret = await secretFor('li')

    for (let i = 0; i < 3; i++) {
      const shown = await links.look(secret)
      expect([shown.disposal.number, shown.person.userId]).toEqual([requested.number, 'li'])
    }

    expect(await state()).toBe('requested')
    expect((await world.transactions.read(t => t.links.acrossTenantsFind({})))[0]?.usedAt).toBeNull()
  })

  it.each(['', 'x', 'A'.repeat(42), 'A'.repeat(43), 'A'.repeat(5000), `${'A'.repeat(42)}%`, '../../../etc/passwd'])(
    'at “%s” shows nothing',
    async secret => {
      await expect(links.look(secret)).rejects.toMatchObject({ code: 'LINK_INVALID' })
    },
  )

  it('at the hash out of the database shows nothing', async () => {
    await linkFor('li')
    const [row] = await world.transactions.read(t => t.links.acrossTenantsFind({}))

    await expect(links.look(row!.id)).rejects.toMatchObject({ code: 'LINK_INVALID' })
    await expect(links.look(Buffer.from(row!.id, 'hex').toString('base64url'))).rejects.toMatchObject({ code: 'LINK_INVALID' })
  })
})

describe('deciding', () => {
  it.each([
    [true, 'approved', 'disposal.approved'],
    [false, 'rejected', 'disposal.rejected'],
  ])('%s is the person’s word, by the web, in the audit trail', async (agreed, becomes, action) => {
    const decided = await decide(await secretFor('li'), agreed)

    expect(decided).toMatchObject({ state: becomes, decidedBy: 'li', decisionChannel: 'web' })
    expect(await state()).toBe(becomes)
    const trail = await world.transactions.read(t => t.auditRecords.find(world.uni.id, { action }))
    expect(trail).toMatchObject([{ actor: 'li', subject: requested.number, details: { channel: 'web' } }])
  })

  it('is done once, even by two at the same moment', async () => {
    const secret = await secretFor('li')

    const outcomes = await Promise.allSettled([decide(secret), decide(secret, false)])

    expect(outcomes.map(item => item.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(item => item.status === 'rejected')).toMatchObject({ reason: { code: 'LINK_INVALID' } })
    expect((await world.audited()).filter(action => /approved|rejected/.test(action))).toHaveLength(1)
    await expect(links.look(secret)).rejects.toMatchObject({ code: 'LINK_INVALID' })
  })

  it('by two people: the second learns who was first', async () => {
    const [first, second] = [await secretFor('li'), await secretFor('chen')]
    await decide(first)

    await expect(decide(second, false)).rejects.toMatchObject({ code: 'ALREADY_DONE', facts: { who: '李工' } })

    expect(await state()).toBe('approved')
  })

  it('decides its own disposal and no other', async () => {
    const { disposal: other } = await disposals.proposeBlock(world.actor('zhang'), {
      tenantId: world.uni.id,
      ip: '198.51.100.9',
      seconds: 3600,
    })
    await decide(await secretFor('li'))

    const now = await world.transactions.read(t => t.disposals.get(world.uni.id, other.id))
    expect(now?.state).toBe('requested')
  })

  it('after the request ran out is refused', async () => {
    const secret = await secretFor('li')
    world.clock.set(requested.expiresAt)

    await expect(links.look(secret)).rejects.toMatchObject({ code: 'LINK_INVALID' })
    await expect(decide(secret)).rejects.toMatchObject({ code: 'LINK_INVALID' })
    expect(await state()).toBe('requested')
  })

  it('by somebody who has left is refused', async () => {
    const secret = await secretFor('li')
    await world.transactions.run(tx => tx.people.remove(world.uni.id, { userId: 'li' }))

    await expect(links.look(secret)).rejects.toMatchObject({ code: 'LINK_INVALID' })
    await expect(decide(secret)).rejects.toMatchObject({ code: 'LINK_INVALID' })
    expect(await state()).toBe('requested')
  })

  it('by somebody who has moved to another customer is refused', async () => {
    const secret = await secretFor('li')
    await world.transactions.run(async tx => {
      await tx.people.remove(world.uni.id, { userId: 'li' })
      await tx.people.insert({ id: 'person-li-2', tenantId: world.hos.id, userId: 'li', name: '李工', role: 'approver', mail: null })
    })

    await expect(decide(secret)).rejects.toMatchObject({ code: 'LINK_INVALID' })
    expect(await state()).toBe('requested')
  })

  it('counts the rights of now, not of then, and is used up all the same', async () => {
    const secret = await secretFor('li')
    await world.transactions.run(tx => tx.people.update(world.uni.id, { userId: 'li' }, { role: 'viewer' }))

    await expect(decide(secret)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await world.transactions.run(tx => tx.people.update(world.uni.id, { userId: 'li' }, { role: 'approver' }))
    await expect(decide(secret)).rejects.toMatchObject({ code: 'LINK_INVALID' })

    expect(await state()).toBe('requested')
  })

  it('of an own proposal is refused', async () => {
    const secret = await secretFor('li')
    await world.transactions.run(tx => tx.disposals.update(world.uni.id, { id: requested.id }, { proposedBy: 'li' }))

    await expect(decide(secret)).rejects.toMatchObject({ code: 'OWN_PROPOSAL' })
    expect(await state()).toBe('requested')
  })
})
