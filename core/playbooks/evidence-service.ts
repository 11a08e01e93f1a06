// Keeps evidence of an incident: the bytes sealed in a file store, a row with their hash and who had them when. `取证` and `核验证据` call it.
import { AppError } from '../errors.js'
import type { FileStore } from '../ports/file-store.js'
import type { Transactions } from '../ports/transaction.js'
import { authorise, type Actor } from '../tenants/actor.js'
import { openCase } from '../tickets/ticket-service.js'
import { custodyHolds, sha256, withCustody } from './custody.js'
import type { EvidenceItem } from './run.js'

export const MAX_EVIDENCE_BYTES = 20 * 1024 * 1024
/** Of one incident. */
const MOST_ITEMS = 500

export interface GivenEvidence {
  readonly name: string
  readonly bytes: Buffer
  readonly what: string
  /** Step of the running playbook it belongs to. */
  readonly position?: number
}

export interface Checked {
  readonly item: EvidenceItem
  readonly holds: boolean
  /** Chinese; empty when it holds. */
  readonly problem: string
}

export class EvidenceService {
  constructor(private readonly needs: { readonly transactions: Transactions; readonly files: FileStore }) {}

  /** @throws FILE_REFUSED, NUMBER_NOT_FOUND */
  async keep(actor: Actor, tenantId: string, number: string, given: GivenEvidence): Promise<EvidenceItem> {
    authorise(actor, 'run-playbook', tenantId, number)
    const { transactions, files } = this.needs
    const { bytes } = given
    if (bytes.length === 0) throw new AppError('FILE_REFUSED', { problem: '证据是空的' })
    if (bytes.length > MAX_EVIDENCE_BYTES) throw new AppError('FILE_REFUSED', { problem: '证据超过 20 MB' })
    const hash = sha256(bytes)
    return transactions.run(async tx => {
      const { incident } = await openCase(tx, tenantId, { number })
      if ((await tx.evidenceItems.count(tenantId, { incidentId: incident.id })) >= MOST_ITEMS)
        throw new AppError('FILE_REFUSED', { problem: `这个事件的证据已达 ${MOST_ITEMS} 件` })
      const run = await tx.playbookRuns.first(tenantId, { incidentId: incident.id, state: 'running' }, { order: { startedAt: 'desc' } })
      const custody = withCustody({ sha256: hash, custody: [] }, { at: tx.at, by: actor.userId, what: 'collected' })
      const item: EvidenceItem = {
        id: tx.id(),
        tenantId,
        incidentId: incident.id,
        runId: run?.id ?? null,
        position: given.position ?? null,
        name: given.name.slice(0, 200),
        size: bytes.length,
        sha256: hash,
        what: given.what.slice(0, 1_000),
        collectedBy: actor.userId,
        collectedAt: tx.at,
        custody,
      }
      // First the bytes: a row without them would promise what is not there.
      await files.put(tenantId, item.id, bytes)
      await tx.evidenceItems.insert(item)
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'evidence.collected',
        subject: number,
        details: { id: item.id, name: item.name, size: item.size, sha256: hash, position: given.position ?? 0 },
      })
      return item
    })
  }

  async list(tenantId: string, incidentId: string): Promise<EvidenceItem[]> {
    return this.needs.transactions.read(t =>
      t.evidenceItems.find(tenantId, { incidentId }, { order: { collectedAt: 'asc', id: 'asc' }, limit: MOST_ITEMS }),
    )
  }

  /** Reads every piece again and compares; the look itself becomes part of the custody. */
  async verify(actor: Actor, tenantId: string, number: string): Promise<readonly Checked[]> {
    authorise(actor, 'see-evidence', tenantId, number)
    const { transactions } = this.needs
    const { incident } = await transactions.read(t => openCase(t, tenantId, { number }))
    const checked: Checked[] = []
    for (const item of await this.list(tenantId, incident.id)) checked.push(await this.check(item))
    await transactions.run(async tx => {
      for (const { item, holds } of checked) {
        const custody = withCustody(item, { at: tx.at, by: actor.userId, what: holds ? 'verified' : 'damaged' })
        // A broken chain is left as it was found.
        if (custodyHolds(item)) await tx.evidenceItems.update(tenantId, { id: item.id }, { custody })
      }
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'evidence.verified',
        subject: number,
        details: { pieces: checked.length, damaged: checked.filter(({ holds }) => !holds).map(({ item }) => item.id) },
      })
    })
    return checked
  }

  private async check(item: EvidenceItem): Promise<Checked> {
    const problem = custodyHolds(item) ? await this.problemOfBytes(item) : '保管链被改动过'
    return { item, holds: problem === '', problem }
  }

  private async problemOfBytes(item: EvidenceItem): Promise<string> {
    try {
      const bytes = await this.needs.files.get(item.tenantId, item.id)
      if (!bytes) return '文件不在了'
      return sha256(bytes) === item.sha256 ? '' : '内容与登记的校验值不符'
    } catch {
      // Sealed files that were touched do not open.
      return '文件打不开，可能被改动过'
    }
  }
}
