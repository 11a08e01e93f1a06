// Whoever can write to the database cannot change the audit trail unseen: `guanjia audit verify` names the first bad row.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, type OpenDatabase } from '../../adapters/database/data-source.js'
import { campus } from '../support/campus.js'
import { Group } from '../support/group.js'
import { failures, sendSyslog, syslogLines } from '../support/attack.js'
import { startProduct, type Product } from '../support/product.js'

let product: Product
let database: OpenDatabase
let rows: { id: string; seq: number }[]

beforeAll(async () => {
  product = await startProduct({ mode: 'embedded', declaration: campus() })
  await sendSyslog(product.syslogPort, syslogLines('mail01', failures('203.0.113.7', 12)))
  const ops = new Group(product.sandboxUrl, 'ops-1')
  await ops.waitFor(/mail01/)
  await ops.asks('zhang', '封禁 203.0.113.7 1h', /已请 示例大学 授权/)
  database = await openDatabase(product.databaseUrl)
  rows = await query(
    "SELECT a.id AS id, a.seq AS seq FROM audit_records a JOIN tenants t ON t.id = a.tenantId WHERE t.code = 'uni' ORDER BY a.seq",
  )
}, 120_000)
afterAll(async () => {
  await database.source.destroy()
  await product.stop()
})

function query<T>(sql: string, values: readonly unknown[] = []): Promise<T> {
  return database.source.query(sql, [...values])
}

/** Tampers, verifies, and puts everything back. */
async function verifiedAfter(...tampering: [string, unknown[]][]): Promise<{ code: number; stdout: string }> {
  const [records, heads] = [await query<object[]>('SELECT * FROM audit_records'), await query<object[]>('SELECT * FROM audit_heads')]
  for (const [sql, values] of tampering) await query(sql, values)
  const result = product.cli('audit', 'verify', '--tenant', 'uni')
  for (const [table, saved] of [
    ['audit_records', records],
    ['audit_heads', heads],
  ] as const) {
    await query(`DELETE FROM ${table}`)
    for (const row of saved) {
      const columns = Object.keys(row)
      await query(
        `INSERT INTO ${table} (${columns.map(name => `"${name}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
        Object.values(row),
      )
    }
  }
  return result
}

describe('the audit trail', () => {
  it('is whole as written', () => {
    expect(rows.length).toBeGreaterThan(5)
    expect(product.cli('audit', 'verify')).toMatchObject({ code: 0 })
  })

  it('names a row whose content was changed', async () => {
    const row = rows[2]!

    const result = await verifiedAfter(["UPDATE audit_records SET actor = 'somebody' WHERE id = ?", [row.id]])

    expect(result).toMatchObject({ code: 1, stdout: expect.stringContaining(`row ${row.seq} (${row.id}) is bad`) as string })
  })

  it('names a row that was dropped', async () => {
    const row = rows[3]!

    const result = await verifiedAfter(['DELETE FROM audit_records WHERE id = ?', [row.id]])

    expect(result).toMatchObject({ code: 1, stdout: expect.stringContaining(`row ${row.seq} is bad: row ${row.seq} is missing`) as string })
  })

  it('names the first of two rows that changed places', async () => {
    const [a, b] = [rows[1]!, rows[4]!]

    const result = await verifiedAfter(
      ['UPDATE audit_records SET seq = -1 WHERE id = ?', [a.id]],
      ['UPDATE audit_records SET seq = ? WHERE id = ?', [a.seq, b.id]],
      ['UPDATE audit_records SET seq = ? WHERE id = ?', [b.seq, a.id]],
    )

    expect(result).toMatchObject({ code: 1, stdout: expect.stringContaining(`row ${a.seq} (${b.id}) is bad`) as string })
  })

  it('names where the end was cut off', async () => {
    const last = rows.at(-1)!

    const result = await verifiedAfter(['DELETE FROM audit_records WHERE seq >= ?', [last.seq - 1]])

    expect(result).toMatchObject({ code: 1, stdout: expect.stringContaining(`row ${last.seq - 1} is bad`) as string })
  })

  it('notices when the head was cut off as well', async () => {
    const result = await verifiedAfter(
      ['DELETE FROM audit_records WHERE tenantId = (SELECT id FROM tenants WHERE code = ?)', ['uni']],
      ['DELETE FROM audit_heads WHERE tenantId = (SELECT id FROM tenants WHERE code = ?)', ['uni']],
    )

    expect(result).toMatchObject({ code: 1, stdout: expect.stringContaining('the whole trail is missing') as string })
  })
})
