// Takes a scanner's file in: read it whole, then bring the customer's findings up to date; `guanjia import` and POST /api/v1/import call it.
import { createHash } from 'node:crypto'
import type { AssetRegister } from '../assets/asset-register.js'
import { bucket } from '../assets/asset-clock.js'
import { isAppError } from '../errors.js'
import type { ReadOptions, ScanFile, ScanImport, ScanReading } from '../ports/scan-import.js'
import type { Transactions } from '../ports/transaction.js'
import type { Severity } from '../threats/terms.js'
import type { ScanImportRecord } from './finding.js'
import { reconcile, type Reconciled } from './reconcile.js'
import type { Retests } from './retests.js'
import { openCases } from './open-case.js'
import { machinesOf } from './machines-of-reading.js'

export interface ImportSummary {
  readonly file: string
  readonly format: string | null
  readonly ok: boolean
  /** What a report of this file shows; every difference to the file's records is told by `records`. */
  readonly findings: number
  readonly bySeverity: Readonly<Record<Severity, number>>
  readonly hosts: number
  readonly error: string | null
  /** Places by identity: a finding at three ports is three. */
  readonly places: number
  readonly records: Readonly<Record<string, number>>
  /** The run did not end or could not ask: what is missing proves nothing. */
  readonly partial: boolean
  readonly warnings: readonly string[]
  /** Only when it was recorded. */
  readonly recorded?: Reconciled & { readonly same: boolean }
}

const none: Readonly<Record<Severity, number>> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }

export interface RecordOptions extends ReadOptions {
  readonly tenantId: string
  readonly by: string
  /** A person vouches that the run asked all it claims to have asked: what is missing then counts as gone. */
  readonly complete?: boolean
}

/** Reads without recording; a file that cannot be read is a summary with `ok: false`, never an exception. */
export async function readSummary(
  scans: ScanImport,
  file: ScanFile,
  options: ReadOptions = {},
): Promise<{ summary: ImportSummary; reading: ScanReading | undefined }> {
  try {
    const reading = await scans.read(file, options)
    return { summary: summaryOf(file.name, reading), reading }
  } catch (error) {
    if (!isAppError(error)) throw error
    const summary: ImportSummary = {
      file: file.name,
      format: options.format ?? null,
      ok: false,
      findings: 0,
      bySeverity: none,
      hosts: 0,
      error: error.reply,
      places: 0,
      records: {},
      partial: false,
      warnings: [],
    }
    return { summary, reading: undefined }
  }
}

function summaryOf(file: string, reading: ScanReading): ImportSummary {
  const { format, findings, bySeverity, hosts, drafts, records, partial, warnings } = reading
  return {
    file,
    format,
    ok: true,
    findings,
    bySeverity,
    hosts: hosts.length,
    error: null,
    places: drafts.length,
    records,
    partial,
    warnings,
  }
}

export class ImportService {
  constructor(
    private readonly needs: {
      readonly transactions: Transactions
      readonly scans: ScanImport
      /** Takes the machines a file names; absent where only findings are looked at. */
      readonly register?: AssetRegister
      readonly retests?: Retests
    },
  ) {}

  /** Reads only. */
  async read(file: ScanFile, options: ReadOptions = {}): Promise<ImportSummary> {
    return (await readSummary(this.needs.scans, file, options)).summary
  }

  /** @throws whatever the database throws; a file that cannot be read changes nothing and is told in the summary */
  async import(file: ScanFile, options: RecordOptions): Promise<ImportSummary> {
    const { summary, reading } = await readSummary(this.needs.scans, file, options)
    if (!reading) return summary
    const sha256 = await hashOf(file)
    const { tenantId, by } = options
    const scope = createHash('sha256')
      .update(JSON.stringify([reading.engine, [...reading.hosts].sort()]))
      .digest('hex')
    const last = await this.needs.transactions.read(t => t.scanImports.first(tenantId, { scope }, { order: { id: 'desc' } }))
    // The file that was taken in last for this scope: taking it in again changes nothing.
    if (last?.sha256 === sha256 && options.complete !== true) return { ...summary, recorded: { ...nothing(summary.places), same: true } }
    const recorded = await reconcile(this.needs.transactions, reading, { tenantId, by, complete: options.complete ?? false })
    await this.tellOthers(file, reading, sha256, options)
    await this.needs.transactions.run(async tx => {
      const record: ScanImportRecord = {
        id: tx.id(),
        tenantId,
        file: file.name.slice(0, 200),
        sha256,
        format: reading.format,
        engine: reading.engine,
        scope,
        by,
        at: tx.at,
        figures: { ...recorded },
      }
      await tx.scanImports.insert(record)
      if (recorded.created > 0 && reading.drafts.some(draft => draft.kind === 'weak_credential')) {
        const fresh = await tx.findings.find(
          tenantId,
          { kind: 'weak_credential', state: 'discovered', firstSeenAt: { atLeast: bucket(tx.at).since } },
          { limit: 200 },
        )
        await openCases(tx, tenantId, fresh)
        const { key, since, dueAt } = bucket(tx.at)
        tx.announce({ tenantId, kind: 'weak-credentials-found', refs: { since }, key: `weak-credentials-found:${tenantId}:${key}`, dueAt })
      }
      tx.audit({
        tenantId,
        actor: by,
        action: 'findings.imported',
        subject: record.file.slice(0, 120),
        details: { format: reading.format, sha256, complete: options.complete ?? false, ...recorded },
      })
    })
    return { ...summary, recorded: { ...recorded, same: false } }
  }

  /** The machines go to the register of assets, answers to whoever waits for a re-verification. */
  private async tellOthers(file: ScanFile, reading: ScanReading, sha256: string, { tenantId, by, complete }: RecordOptions): Promise<void> {
    const { register, retests, transactions } = this.needs
    const seen = register ? machinesOf(reading, reading.ranAt ?? (await transactions.run(tx => Promise.resolve(tx.at)))) : []
    const from = `导入:${reading.format}`
    if (seen.length > 0) await register?.see({ tenantId, run: `scan:${sha256.slice(0, 16)}`, seen, silent: [] }, { from, by })
    await retests?.settleByImport(tenantId, reading, { complete: complete ?? false, file: file.name })
  }
}

function nothing(unchanged: number): Reconciled {
  return { created: 0, updated: 0, unchanged, reopened: 0, closed: 0, uncovered: 0, notOpened: 0, facts: 0 }
}

async function hashOf(file: ScanFile): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of file.open()) hash.update(chunk)
  return hash.digest('hex')
}
