// What every database behind the Transactions port must do; run on SQLite and on MariaDB.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GENESIS } from '../../core/audit/audit.js'
import { defaultSettings, type Tenant } from '../../core/tenants/tenant.js'
import type { Transactions } from '../../core/ports/transaction.js'

export interface OpenedTransactions {
  readonly transactions: Transactions
  /** SQL that would bring the schema up to the entities; none when the migrations are right. */
  drift(): Promise<readonly string[]>
  close(): Promise<void>
}

export function aTenant(code: string): Tenant {
  const id = randomUUID()
  return {
    id,
    tenantId: id,
    code,
    name: code,
    industry: 'education',
    mlpsLevel: 3,
    authorizationMode: 'collaborate',
    timeZone: 'Asia/Shanghai',
    manager: null,
    settings: defaultSettings,
    createdAt: '2026-11-24T00:00:00.000Z',
  }
}

export function transactionsContract(name: string, open: () => Promise<OpenedTransactions>): void {
  describe(`transactions on ${name}`, () => {
    let opened: OpenedTransactions
    let db: Transactions
    const a = aTenant(`a${randomUUID().slice(0, 8)}`)
    const b = aTenant(`b${randomUUID().slice(0, 8)}`)
    beforeAll(async () => {
      opened = await open()
      db = opened.transactions
      await db.run(async tx => {
        await tx.tenants.insert(a)
        await tx.tenants.insert(b)
      })
    })
    afterAll(() => opened.close())

    it('has no drift between migrations and entities', async () => {
      expect(await opened.drift()).toEqual([])
    })

    it('returns rows as they were written, hostile text included', async () => {
      const name = '安全\u{20BB7}😀 \'"; DROP TABLE people; -- \u202E‮ %_\\'
      const row = { id: randomUUID(), tenantId: a.id, userId: `u-${randomUUID()}`, name, role: 'viewer' as const, mail: null, phone: null }

      await db.run(tx => tx.people.insert(row))

      expect(await db.read(t => t.people.get(a.id, row.id))).toEqual(row)
      expect(await db.read(t => t.tenants.get(a.id, a.id))).toEqual(a)
    })

    it('shows tenant A nothing of tenant B', async () => {
      const row = { id: randomUUID(), tenantId: b.id, userId: `u-${randomUUID()}`, name: 'B', role: 'viewer' as const, mail: null }
      await db.run(tx => tx.people.insert(row))

      expect(await db.read(t => t.people.get(a.id, row.id))).toBeUndefined()
      expect(await db.read(t => t.people.find(a.id, { userId: row.userId }))).toEqual([])
      expect(await db.run(tx => tx.people.update(a.id, { id: row.id }, { name: 'taken' }))).toBe(0)
      expect(await db.run(tx => tx.people.remove(a.id, { id: row.id }))).toBe(0)
      expect(await db.read(t => t.people.count(b.id, { id: row.id, name: 'B' }))).toBe(1)
    })

    it('refuses an undefined condition instead of returning every row', async () => {
      await expect(db.read(t => t.people.find(a.id, { userId: undefined as unknown as string }))).rejects.toThrow(/undefined/)
      await expect(db.read(t => t.people.find('', {}))).rejects.toThrow(/tenant/)
    })

    it('writes all of a transaction or nothing, audit included', async () => {
      const before = await db.read(t => t.auditRecords.count(a.id, {}))

      await expect(
        db.run(async tx => {
          await tx.people.insert({ id: randomUUID(), tenantId: a.id, userId: 'rolled-back', name: 'x', role: 'viewer', mail: null })
          tx.audit({ tenantId: a.id, actor: 'system', action: 'test.rolled-back', subject: 'x', details: {} })
          throw new Error('no')
        }),
      ).rejects.toThrow('no')

      expect(await db.read(t => t.people.count(a.id, { userId: 'rolled-back' }))).toBe(0)
      expect(await db.read(t => t.auditRecords.count(a.id, {}))).toBe(before)
    })

    it('keeps overlapping transactions apart', async () => {
      const failing = db.run(async tx => {
        await tx.people.insert({ id: randomUUID(), tenantId: a.id, userId: 'overlap-1', name: 'x', role: 'viewer', mail: null })
        await new Promise(resolve => setTimeout(resolve, 20))
        throw new Error('roll back')
      })
      const working = db.run(tx =>
        tx.people.insert({ id: randomUUID(), tenantId: a.id, userId: 'overlap-2', name: 'x', role: 'viewer', mail: null }),
      )

      await expect(failing).rejects.toThrow('roll back')
      await working

      expect(await db.read(t => t.people.count(a.id, { userId: 'overlap-1' }))).toBe(0)
      expect(await db.read(t => t.people.count(a.id, { userId: 'overlap-2' }))).toBe(1)
    })

    it('lets exactly one of many win a conditional update', async () => {
      const id = randomUUID()
      await db.run(tx => tx.people.insert({ id, tenantId: a.id, userId: `race-${id}`, name: 'free', role: 'viewer', mail: null }))

      const won = await Promise.all(
        Array.from({ length: 8 }, (_, i) => db.run(tx => tx.people.update(a.id, { id, name: 'free' }, { name: `taken ${i}` }))),
      )

      expect(won.reduce((sum, n) => sum + n, 0)).toBe(1)
    })

    it('numbers and chains without a gap under concurrency', async () => {
      const numbers = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          db.run(async tx => {
            tx.audit({ tenantId: b.id, actor: 'system', action: 'test.counted', subject: String(i), details: { b: 1, a: [i] } })
            return tx.number('DP', b)
          }),
        ),
      )

      const rows = await db.read(t => t.auditRecords.find(b.id, {}, { order: { seq: 'asc' } }))
      expect(new Set(numbers).size).toBe(12)
      expect(numbers[0]).toMatch(new RegExp(`^DP-${b.code}-\\d{6}-\\d{3}$`))
      expect(rows.map(row => row.seq)).toEqual(rows.map((_, i) => i + 1))
      rows.forEach((row, i) => expect(row.previous).toBe(i === 0 ? GENESIS : rows[i - 1]?.hash))
    })

    it('inserts only once where a unique key says so', async () => {
      const lease = { id: `lease-${randomUUID()}`, tenantId: 'platform', owner: 'one', until: '2026-11-24T00:00:00.000Z' }

      const results = [
        await db.run(tx => tx.leases.insertIfAbsent(lease)),
        await db.run(tx => tx.leases.insertIfAbsent({ ...lease, owner: 'two' })),
      ]

      expect(results).toEqual([true, false])
      expect((await db.read(t => t.leases.get('platform', lease.id)))?.owner).toBe('one')
    })

    it('tells chat ids apart by case', async () => {
      const group = (chatId: string) => ({
        id: randomUUID(),
        tenantId: a.id,
        chatId,
        name: 'g',
        kind: 'butler' as const,
        form: 'simulated' as const,
        robot: 'main',
        webhook: null,
      })
      const chat = `wr${randomUUID()}Ab`
      await db.run(async tx => {
        await tx.groups.insert(group(chat))
        await tx.groups.insert(group(chat.toUpperCase()))
      })

      expect(await db.read(t => t.groups.find(a.id, { chatId: chat }))).toHaveLength(1)
    })

    it('announces a key once and tells listeners after the commit', async () => {
      let told = 0
      db.onCommit(() => told++)
      const key = `k-${randomUUID()}`
      const announce = () => db.run(async tx => tx.announce({ tenantId: a.id, kind: 'test', refs: {}, key }))

      await announce()
      await announce()

      expect(await db.read(t => t.announcements.count(a.id, { key }))).toBe(1)
      expect(told).toBe(2)
    })
  })
}
