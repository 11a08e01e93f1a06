import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { canonical, GENESIS, type AuditRecord } from './audit.js'
import { verifyChain } from './verify.js'

const record: Omit<AuditRecord, 'hash'> = {
  id: 'r1',
  tenantId: 'u',
  seq: 1,
  at: '2026-11-24T02:00:00.000Z',
  actor: 'li',
  action: 'disposal.approved',
  subject: 'DP-uni-261124-001',
  details: { channel: 'card', nested: { b: 1, a: [{ y: 1, x: null }] } },
  traceId: 't',
  previous: GENESIS,
}

describe('the text that is hashed', () => {
  it('is the same whatever the order of keys, of the row and of its details', () => {
    const { id, tenantId, seq, at, actor, action, subject, traceId, previous } = record
    const shuffled = {
      previous,
      traceId,
      details: { nested: { a: [{ x: null, y: 1 }], b: 1 }, channel: 'card' },
      subject,
      action,
      actor,
      at,
      seq,
      tenantId,
      id,
    }

    expect(canonical(shuffled)).toBe(canonical(record))
  })

  it('is the same after the details went through a database as JSON', () => {
    const details = {
      gone: undefined,
      list: [undefined, NaN, -0],
      10: 'ten',
      9: 'nine',
      __proto__: 'kept',
      text: '李工 \u0000 \ud83d \u{1f600}',
    }

    expect(canonical({ ...record, details: JSON.parse(JSON.stringify(details)) as Record<string, unknown> })).toBe(
      canonical({ ...record, details }),
    )
  })

  it.each([
    ['id', 'r2'],
    ['tenantId', 'h'],
    ['seq', 2],
    ['at', '2026-11-24T02:00:00.001Z'],
    ['actor', 'chen'],
    ['action', 'disposal.rejected'],
    ['subject', 'DP-uni-261124-002'],
    ['details', { channel: 'card', nested: { b: 1, a: [{ y: 1 }] } }],
    ['details', { channel: 'card', nested: { b: '1', a: [{ y: 1, x: null }] } }],
    ['traceId', ''],
    ['previous', 'f'.repeat(64)],
  ])('is another when %s is another', (field, value) => {
    expect(canonical({ ...record, [field]: value })).not.toBe(canonical(record))
  })

  it('keeps neighbours apart: what moves from one field to the next is seen', () => {
    expect(canonical({ ...record, actor: 'li', action: 'x","y' })).not.toBe(canonical({ ...record, actor: 'li","x', action: 'y' }))
  })

  it('keeps the order of lists', () => {
    expect(canonical({ ...record, details: { a: [1, 2] } })).not.toBe(canonical({ ...record, details: { a: [2, 1] } }))
  })
})

describe('a chain', () => {
  let world: World
  beforeEach(async () => {
    world = await openWorld()
  })
  const write = (subject: string, details: Record<string, unknown> = {}) =>
    world.transactions.run(async tx => tx.audit({ tenantId: world.uni.id, actor: 'li', action: 'test', subject, details }))
  const verified = () => world.transactions.read(t => verifyChain(t, world.secrets, world.uni.id))
  const change = (seq: number, set: Partial<AuditRecord>) =>
    world.transactions.run(tx => tx.auditRecords.update(world.uni.id, { seq }, set))

  it('is whole as it was written', async () => {
    for (let i = 0; i < 5; i++) await write(`s${i}`, { z: i, a: { c: 1, b: [i] } })

    expect(await verified()).toEqual({ tenantId: world.uni.id, rows: 5 })
  })

  it('is whole although a database keeps neither NUL nor half a character', async () => {
    await write('NUL \u0000 and half \ud83d an emoji \u{1f600}', { also: '\u0000 \ud83d' })

    expect(await verified()).toEqual({ tenantId: world.uni.id, rows: 1 })
  })

  it('names the row that was changed', async () => {
    for (let i = 1; i <= 4; i++) await write(`s${i}`)
    await change(3, { actor: 'chen' })

    expect(await verified()).toMatchObject({ rows: 2, bad: { seq: 3, why: expect.stringContaining('was changed') as string } })
  })

  it('names the row that was taken out, and where the end was cut off', async () => {
    for (let i = 1; i <= 4; i++) await write(`s${i}`)
    await world.transactions.run(tx => tx.auditRecords.remove(world.uni.id, { seq: 4 }))
    expect(await verified()).toMatchObject({ rows: 3, bad: { seq: 4, why: expect.stringContaining('cut off') as string } })

    await world.transactions.run(tx => tx.auditRecords.remove(world.uni.id, { seq: 2 }))
    expect(await verified()).toMatchObject({ rows: 1, bad: { seq: 2, why: expect.stringContaining('missing') as string } })
  })

  it('notices a row that was written again with a hash of another key', async () => {
    await write('s1')
    await write('s2')
    await change(2, { subject: 'forged', hash: 'a'.repeat(64) })

    expect((await verified()).bad?.seq).toBe(2)
  })

  it('of another customer is another chain', async () => {
    await write('s1')
    await world.transactions.run(async tx =>
      tx.audit({ tenantId: world.hos.id, actor: 'qian', action: 'test', subject: 'h1', details: {} }),
    )
    await change(1, { subject: 'forged' })

    expect((await verified()).bad?.seq).toBe(1)
    expect(await world.transactions.read(t => verifyChain(t, world.secrets, world.hos.id))).toEqual({ tenantId: world.hos.id, rows: 1 })
  })
})
