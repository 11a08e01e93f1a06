// `npm run bench -- reconcile`: findings brought up to date per second with a million stored, and the memory it takes; the last line is one JSON object.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from '../../adapters/database/data-source.js'
import { runMigrations } from '../../adapters/database/run-migrations.js'
import { makeTransactions } from '../../adapters/database/transactions.js'
import { makeSecretBox } from '../../adapters/shared/secret-box.js'
import { makeIds } from '../../adapters/shared/uuid-v7.js'
import type { Finding } from '../../core/findings/finding.js'
import { identityOf, reconcile } from '../../core/findings/reconcile.js'
import { systemClock } from '../../core/ports/clock.js'
import type { FindingDraft, ScanReading } from '../../core/ports/scan-import.js'

const { values } = parseArgs({
  options: { stored: { type: 'string', default: '1000000' }, run: { type: 'string', default: '20000' }, database: { type: 'string' } },
})
const stored = Number(values.stored)
const size = Number(values.run)
const PER_HOST = 40
const FILL = 4000

function draft(index: number, title = 'weakness'): FindingDraft {
  return {
    kind: 'vulnerability',
    check: `plugin-${index % PER_HOST}`,
    problem: String(index),
    title: `${title} ${index % PER_HOST}`,
    severity: 'medium',
    host: `h${Math.floor(index / PER_HOST)}.example`,
    port: 443,
    protocol: 'tcp',
    instances: ['/a', '/b'],
    cve: ['CVE-2024-3094'],
    cwe: [79],
    cvss: { score: 6.5, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N' },
    evidence: 'x'.repeat(300),
    description: 'y'.repeat(300),
    solution: 'z'.repeat(200),
    references: ['https://example.com/advisory'],
    toVerify: false,
    declared: 'open',
  }
}

function reading(from: number, to: number, title?: string, covered = false): ScanReading {
  const drafts = Array.from({ length: to - from }, (_, index) => draft(from + index, title))
  const hosts = [...new Set(drafts.map(item => item.host))]
  return {
    format: 'bench',
    engine: 'bench',
    drafts,
    findings: drafts.length,
    bySeverity: { critical: 0, high: 0, medium: drafts.length, low: 0, info: 0 },
    hosts,
    records: {},
    partial: false,
    warnings: [],
    coverage: covered ? hosts.map(host => ({ host, port: null, protocol: '', check: '*' })) : [],
    claims: [],
  }
}

function row(id: string, at: string, index: number): Finding {
  const { check, title, host, severity, kind: _kind, port, protocol, problem: _problem, declared: _declared, ...details } = draft(index)
  return {
    id,
    tenantId: 'tenant-bench',
    identity: identityOf('bench', draft(index)),
    kind: 'vulnerability',
    engine: 'bench',
    checkKey: check,
    title,
    severity,
    host,
    port: port ?? 0,
    protocol,
    state: 'discovered',
    details,
    occurrences: 1,
    reopened: 0,
    firstSeenAt: at,
    lastSeenAt: at,
    uncoveredSince: null,
    fixedAt: null,
    dueAt: at,
    holdsUntil: null,
    updatedAt: at,
  }
}

const folder = mkdtempSync(join(tmpdir(), 'guanjia-bench-'))
try {
  const database = await openDatabase(values.database ?? `sqlite:${join(folder, 'bench.db')}`)
  await runMigrations(database)
  const transactions = makeTransactions(database, { clock: systemClock, ids: makeIds(systemClock), secrets: makeSecretBox('bench') })
  const options = { tenantId: 'tenant-bench', by: 'bench', complete: false }
  const timed = async (work: ScanReading): Promise<number> => {
    const began = performance.now()
    await reconcile(transactions, work, options)
    return Math.round(work.drafts.length / ((performance.now() - began) / 1000))
  }
  const filling = performance.now()
  let atHalf = 0
  // Filling is not what is measured: rows go in as they are, and a database given with --database is filled up only.
  const already = await transactions.read(t => t.findings.count('tenant-bench', {}))
  for (let at = already; at < stored; at += FILL) {
    await transactions.run(tx =>
      tx.findings.insertMany(Array.from({ length: Math.min(FILL, stored - at) }, (_, index) => row(tx.id(), tx.at, at + index))),
    )
    process.stderr.write(`\r${Math.min(at + FILL, stored)} stored`)
    if (at + FILL >= stored / 2 && atHalf === 0) atHalf = process.memoryUsage.rss()
  }
  const atFull = process.memoryUsage.rss()
  const fillPerSecond = Math.round((stored - already) / ((performance.now() - filling) / 1000))
  process.stderr.write('\n')
  const middle = Math.floor(stored / 2)
  const figures = {
    stored,
    run: size,
    fillPerSecond,
    unchangedPerSecond: await timed(reading(middle, middle + size)),
    changedPerSecond: await timed(reading(middle, middle + size, 'renamed')),
    newPerSecond: await timed(reading(stored, stored + size)),
    closedPerSecond: await closing(),
    rssMiBAtHalf: Math.round(atHalf / 2 ** 20),
    rssMiBAtFull: Math.round(atFull / 2 ** 20),
    rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GiB, node ${process.version}`,
  }
  await database.source.destroy()
  process.stdout.write(`${JSON.stringify(figures)}\n`)

  /** Every second finding of these hosts is gone, with proof. */
  async function closing(): Promise<number> {
    const whole = reading(middle, middle + size, 'renamed', true)
    const work = { ...whole, drafts: whole.drafts.filter((_, index) => index % 2 === 0) }
    const began = performance.now()
    const result = await reconcile(transactions, work, options)
    if (result.closed !== size / 2) throw new Error(`closed ${result.closed} instead of ${size / 2}`)
    return Math.round(size / ((performance.now() - began) / 1000))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
