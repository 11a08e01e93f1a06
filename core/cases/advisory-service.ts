// Advisories: drafted by an analyst, approved by a senior expert, matched against each customer and published there in its own wording.
import { z } from 'zod'
import { startWaking } from '../clocks/timers.js'
import type { Transactions } from '../ports/transaction.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import { PLATFORM } from '../tenants/tenant.js'
import type { Severity } from '../threats/terms.js'
import { system } from '../tickets/move-ticket.js'
import { mover } from '../tickets/ticket-service.js'
import type { Case } from './case.js'
import { matchAdvisory, relevances, type Impact, type Relevance } from './match-advisory.js'
import { findCase, moveCase, openNewCase } from './move-case.js'
import { tenantOf } from './tenant-of.js'

export const AdvisoryDetails = z.object({
  cves: z.array(z.string()).max(20),
  products: z.array(z.string()).max(20),
  /** What it allows, in one sentence. */
  effect: z.string(),
  inTheWild: z.boolean(),
  advice: z.string(),
  workaround: z.string(),
  /** An event people talk about, not a vulnerability. */
  hot: z.boolean(),
  /** Of a customer's own: whether it concerns it, and where. */
  relevance: z.enum(relevances).nullable(),
  lines: z.array(z.string()).max(50),
})
export type AdvisoryDetails = z.infer<typeof AdvisoryDetails>

export type Draft = Omit<AdvisoryDetails, 'relevance' | 'lines'> & { readonly title: string; readonly severity: Severity }

const identityOf = (number: string): string => `advisory:${number}`

export class AdvisoryService {
  constructor(private readonly transactions: Transactions) {}

  async draft(actor: Actor, { title, severity, ...rest }: Draft): Promise<Case> {
    authorise(actor, 'draft-advisory', PLATFORM)
    return this.transactions.run(async tx =>
      openNewCase(tx, await tenantOf(tx, PLATFORM), mover(actor), {
        kind: 'advisory',
        title,
        severity,
        details: { ...rest, relevance: null, lines: [] } satisfies AdvisoryDetails,
      }),
    )
  }

  /** By another person than the drafter; what follows is the timer's. @throws OWN_PROPOSAL, NOT_ALLOWED */
  async approve(actor: Actor, number: string): Promise<Case> {
    authorise(actor, 'approve-advisory', PLATFORM, number)
    return this.transactions.run(async tx => {
      const row = await findCase(tx, PLATFORM, 'advisory', number)
      const after = await moveCase(tx, row, mover(actor), {
        to: 'approved',
        evidence: [{ kind: 'approval', text: `${describe(actor)}审批` }],
        silent: true,
      })
      await startWaking(tx, after, number, 'advisory_publish', tx.at)
      return after
    })
  }

  /** By the timer: one transaction for each customer, so that a restart goes on where it stopped. */
  async publish(number: string): Promise<void> {
    const tenants = await this.transactions.run(async tx => {
      const row = await findCase(tx, PLATFORM, 'advisory', number)
      if (row.state === 'approved') await moveCase(tx, row, system, { to: 'matching', evidence: [], silent: true })
      return tx.tenants.acrossTenantsFind({ id: { not: PLATFORM } }, { order: { code: 'asc' } })
    })
    const counts = { affected: 0, possible: 0, none: 0 }
    for (const { id } of tenants) counts[await this.publishTo(id, number)]++
    await this.transactions.run(async tx => {
      const row = await findCase(tx, PLATFORM, 'advisory', number)
      if (row.state !== 'matching') return
      const text = `${tenants.length} 家单位：有关 ${counts.affected}、可能有关 ${counts.possible}、暂无关 ${counts.none}`
      await moveCase(tx, row, system, { to: 'published', evidence: [{ kind: 'verification', text }], silent: true })
    })
  }

  private async publishTo(tenantId: string, number: string): Promise<Relevance> {
    return this.transactions.run(async tx => {
      const draft = await findCase(tx, PLATFORM, 'advisory', number)
      const details = AdvisoryDetails.parse(draft.details)
      const known = await tx.cases.first(tenantId, { kind: 'advisory', identity: identityOf(number) })
      if (known) return AdvisoryDetails.parse(known.details).relevance ?? 'none'
      const { relevance, lines } = await matchAdvisory(tx, tenantId, details)
      const row = await openNewCase(tx, await tenantOf(tx, tenantId), system, {
        kind: 'advisory',
        title: draft.title,
        severity: draft.severity,
        origin: number,
        identity: identityOf(number),
        state: 'published',
        details: { ...details, relevance, lines: [...lines] } satisfies AdvisoryDetails,
      })
      tx.announce({
        tenantId,
        kind: 'case-changed',
        refs: { caseId: row.id, from: '', to: 'published', by: 'system', why: '' },
        key: `case:${row.id}:published`,
      })
      // Nothing is left to do where nothing is concerned.
      if (relevance === 'none')
        await moveCase(tx, row, system, { to: 'closed', evidence: [{ kind: 'verification', text: '未匹配到受影响的资产' }], silent: true })
      return relevance
    })
  }

  /** `安排升级`, `我们自己处理`: what is done about it; and its end. */
  async act(actor: Actor, tenantId: string, number: string, to: 'checking' | 'protecting' | 'closed', words: string): Promise<Case> {
    authorise(actor, to === 'closed' ? 'draft-advisory' : 'manage-exposures', tenantId, number)
    const kind = to === 'checking' ? 'plan' : to === 'protecting' ? 'method' : 'verification'
    return this.transactions.run(async tx =>
      moveCase(tx, await findCase(tx, tenantId, 'advisory', number), mover(actor), { to, evidence: [{ kind, text: words }] }),
    )
  }

  /** Published to this customer, newest first, at most `most`. */
  async list(tenantId: string, hot: boolean | undefined, most: number): Promise<Case[]> {
    const rows = await this.transactions.read(t =>
      t.cases.find(tenantId, { kind: 'advisory' }, { order: { createdAt: 'desc' }, limit: 200 }),
    )
    return rows.filter(row => hot === undefined || AdvisoryDetails.safeParse(row.details).data?.hot === hot).slice(0, most)
  }

  /** `影响`: whether a vulnerability concerns this customer, advisory or not. */
  async impact(tenantId: string, what: { readonly cves: readonly string[]; readonly products: readonly string[] }): Promise<Impact> {
    return this.transactions.read(t => matchAdvisory(t, tenantId, what))
  }
}
