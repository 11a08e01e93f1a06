// What people and snapshots do with configuration changes: seen, announced beforehand, taken into the baseline, rolled back. After an
// incident's measures were closed, changes on its victim weigh one degree more for seven days (domain.md 5.6).
import { z } from 'zod'
import { AppError } from '../errors.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import { localMoment } from '../tenants/local-time.js'
import { severities, type Severity } from '../threats/terms.js'
import { system } from '../tickets/move-ticket.js'
import { mover } from '../tickets/ticket-service.js'
import type { Case } from './case.js'
import { openCaseStates } from './case-tables.js'
import { findCase, moveCase, openNewCase } from './move-case.js'
import { tenantOf } from './tenant-of.js'

export const LONGEST_WINDOW_SECONDS = 7 * 86_400

export const ChangeDetails = z.object({
  host: z.string(),
  lines: z.array(z.string()).max(200),
  /** Announced beforehand: from when to when. */
  window: z.object({ from: z.string(), to: z.string() }).nullable(),
  /** Number of the incident whose observation makes it weigh more. */
  watched: z.string().nullable(),
  proposedBy: z.string().optional(),
})
export type ChangeDetails = z.infer<typeof ChangeDetails>

export interface SeenChange {
  readonly host: string
  /** `新增管理员 svc_bk`. */
  readonly title: string
  readonly lines: readonly string[]
  readonly severity: Severity
  /** The same difference seen again is no new case. */
  readonly identity: string
}

export class ChangeService {
  constructor(private readonly transactions: Transactions) {}

  /** A snapshot differs from the baseline. Within a window that was announced it is noted and not told. */
  async detected(tenantId: string, seen: SeenChange): Promise<Case> {
    return this.transactions.run(async tx => {
      const tenant = await tenantOf(tx, tenantId)
      const identity = `change:${seen.host}:${seen.identity}`.slice(0, 200)
      const known = await tx.cases.first(tenantId, {
        kind: 'configuration_change',
        identity,
        state: { oneOf: openCaseStates('configuration_change') },
      })
      if (known) return known
      const watched = await watchedIncident(tx, tenantId, seen.host)
      const announced = await windowOf(tx, tenantId, seen.host)
      const row = await openNewCase(tx, tenant, system, {
        kind: 'configuration_change',
        title: `${seen.host} ${seen.title}`,
        severity: watched ? raised(seen.severity) : seen.severity,
        identity,
        origin: announced?.number ?? null,
        details: { host: seen.host, lines: seen.lines.slice(0, 200), window: null, watched: watched ?? null } satisfies ChangeDetails,
      })
      // An announced window excuses nothing after an incident: what happens then is looked at.
      return moveCase(tx, row, system, {
        to: 'reviewing',
        evidence: [{ kind: 'reason', text: announced ? `在报备 ${announced.number} 的变更窗内` : seen.lines.join('；').slice(0, 500) }],
        silent: announced !== undefined && watched === undefined,
      })
    })
  }

  /** `报备`: what is going to be changed, and when. */
  async announceWindow(
    actor: Actor,
    tenantId: string,
    wanted: { readonly what: string; readonly host: string; readonly from: string; readonly to: string },
  ): Promise<Case> {
    authorise(actor, 'report-change', tenantId)
    return this.transactions.run(async tx => {
      const tenant = await tenantOf(tx, tenantId)
      const seconds = (Date.parse(wanted.to) - Date.parse(wanted.from)) / 1000
      if (!(seconds > 0 && seconds <= LONGEST_WINDOW_SECONDS) || wanted.to <= tx.at)
        throw new AppError('ARGUMENT_INVALID', {
          value: wanted.to.slice(0, 16),
          what: '变更时间窗（7 天以内）',
          example: '报备 今晚升级数据库 4 小时',
        })
      const span = `${localMoment(wanted.from, tenant.timeZone)} 至 ${localMoment(wanted.to, tenant.timeZone)}`
      const row = await openNewCase(tx, tenant, mover(actor), {
        kind: 'configuration_change',
        title: `报备：${wanted.what}（${span}）`,
        severity: 'info',
        owner: actor.userId,
        until: wanted.to,
        details: {
          host: wanted.host,
          lines: [wanted.what],
          window: { from: wanted.from, to: wanted.to },
          watched: null,
          proposedBy: actor.userId,
        } satisfies ChangeDetails,
      })
      return moveCase(tx, row, system, { to: 'reviewing', evidence: [{ kind: 'reason', text: `${describe(actor)}报备` }], silent: true })
    })
  }

  /**
   * `认可`: into the baseline, with what was seen within its window. Operators and analysts need a second person, which the first call notes.
   * @returns `proposed` when the word of another person is still needed
   */
  async authorise(
    actor: Actor,
    tenantId: string,
    number: string,
    words: string,
  ): Promise<{ row: Case; outcome: 'authorized' | 'proposed' }> {
    authorise(actor, 'handle-changes', tenantId, number)
    return this.transactions.run(async tx => {
      const row = await findCase(tx, tenantId, 'configuration_change', number)
      const details = ChangeDetails.parse(row.details)
      const isJunior = actor.role === 'operator' || actor.role === 'analyst'
      if (row.state === 'reviewing' && isJunior && details.proposedBy === undefined) {
        await tx.cases.update(tenantId, { id: row.id }, { details: { ...details, proposedBy: actor.userId } })
        tx.audit({ tenantId, actor: actor.userId, action: 'case.proposed', subject: number, details: { words: words.slice(0, 300) } })
        return { row, outcome: 'proposed' }
      }
      const evidence = [{ kind: 'approval', text: `${describe(actor)}：${words || '认可'}` }] as const
      const after = await moveCase(tx, row, mover(actor), { to: 'authorized', evidence })
      for (const inside of await tx.cases.find(
        tenantId,
        { kind: 'configuration_change', origin: number, state: 'reviewing' },
        { limit: 200 },
      ))
        await moveCase(tx, await withProposer(tx, inside, details.proposedBy), mover(actor), { to: 'authorized', evidence, silent: true })
      return { row: after, outcome: 'authorized' }
    })
  }

  async violate(actor: Actor, tenantId: string, number: string, reason: string): Promise<Case> {
    authorise(actor, 'handle-changes', tenantId, number)
    return this.transactions.run(async tx =>
      moveCase(tx, await findCase(tx, tenantId, 'configuration_change', number), mover(actor), {
        to: 'violating',
        evidence: [{ kind: 'reason', text: reason }],
      }),
    )
  }

  async advise(actor: Actor, tenantId: string, number: string, plan: string): Promise<Case> {
    authorise(actor, 'claim-and-judge', tenantId, number)
    return this.transactions.run(async tx => {
      const row = await findCase(tx, tenantId, 'configuration_change', number)
      const details = { ...ChangeDetails.parse(row.details), proposedBy: actor.userId }
      return moveCase(tx, row, mover(actor), { to: 'advice_sent', evidence: [{ kind: 'plan', text: plan }], set: { details } })
    })
  }

  /** `回退`: agreed to by the customer once there is advice; before that it says that the change is not theirs. */
  async rollBack(actor: Actor, tenantId: string, number: string, words: string): Promise<Case> {
    authorise(actor, 'handle-changes', tenantId, number)
    return this.transactions.run(async tx => {
      const row = await findCase(tx, tenantId, 'configuration_change', number)
      if (row.state === 'reviewing')
        return moveCase(tx, row, mover(actor), { to: 'violating', evidence: [{ kind: 'reason', text: `要求回退：${words}` }] })
      return moveCase(tx, row, mover(actor), {
        to: 'rolling_back',
        evidence: [{ kind: 'approval', text: `${describe(actor)}同意回退 ${words}`.trim() }],
      })
    })
  }

  /** Compared again after the roll-back; what is as before is closed. */
  async rolledBack(actor: Actor, tenantId: string, number: string, passed: boolean, words: string): Promise<Case> {
    authorise(actor, 'claim-and-judge', tenantId, number)
    return this.transactions.run(async tx => {
      const row = await findCase(tx, tenantId, 'configuration_change', number)
      if (!passed) return moveCase(tx, row, mover(actor), { to: 'advice_sent', evidence: [{ kind: 'reason', text: words }] })
      const verified = await moveCase(tx, row, mover(actor), {
        to: 'verified',
        evidence: [{ kind: 'verification', text: words }],
        silent: true,
      })
      return moveCase(tx, verified, mover(actor), { to: 'closed', evidence: [{ kind: 'reason', text: words }] })
    })
  }
}

async function watchedIncident(tx: Tx, tenantId: string, host: string): Promise<string | undefined> {
  const running = await tx.timers.find(tenantId, { kind: 'change_watch', doneAt: null, dueAt: { atLeast: tx.at } }, { limit: 200 })
  for (const { subject } of running) {
    const victim = (await tx.incidents.first(tenantId, { number: subject }))?.victim
    if (victim && (victim.host === host || victim.ip === host)) return subject
  }
  return undefined
}

async function windowOf(tx: Tx, tenantId: string, host: string): Promise<Case | undefined> {
  const announced = await tx.cases.find(
    tenantId,
    { kind: 'configuration_change', until: { atLeast: tx.at }, state: { oneOf: ['reviewing', 'authorized'] } },
    { limit: 200 },
  )
  return announced.find(row => {
    const { data } = ChangeDetails.safeParse(row.details)
    return data?.window && data.window.from <= tx.at && (data.host === '' || data.host === host)
  })
}

/** What was seen within a window was as good as proposed by whoever announced it. */
async function withProposer(tx: Tx, row: Case, proposedBy: string | undefined): Promise<Case> {
  if (proposedBy === undefined) return row
  const details = { ...ChangeDetails.parse(row.details), proposedBy }
  await tx.cases.update(row.tenantId, { id: row.id }, { details })
  return { ...row, details }
}

function raised(severity: Severity): Severity {
  return severities[Math.max(0, severities.indexOf(severity) - 1)] ?? severity
}
