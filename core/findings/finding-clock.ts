// What a finding's moments do: reminded of before it is due, told when it is overdue, back when a measure or an accepted risk ends; rung by clocks/timer-service.ts.
import { bucket } from '../assets/asset-clock.js'
import { cancelMoment, startMoment } from '../clocks/moments.js'
import type { Timer } from '../clocks/timer.js'
import { instant, plusSeconds } from '../ports/clock.js'
import type { Tx } from '../ports/transaction.js'
import type { FindingCase } from './finding-case.js'
import { decidedStates, openFindingStates } from './finding-states.js'
import type { Finding } from './finding.js'
import { moveFinding } from './move-finding.js'

const HOUR = 3_600_000
/** Of the time from now to the end, after which the owner is reminded. */
const REMIND_SHARE = 0.8
const REMIND_OF_HOLD_SECONDS = 7 * 86_400

/** Starts or moves the clock of a dispatched finding. */
export async function startDue(tx: Tx, { number }: FindingCase, { id, tenantId, dueAt }: Finding): Promise<void> {
  const left = Date.parse(dueAt) - Date.parse(tx.at)
  // What is overdue already is told with the next round.
  const at = left > 0 ? dueAt : plusSeconds(tx.at, 1)
  const warnAt = left > 0 ? instant(Date.parse(tx.at) + left * REMIND_SHARE) : null
  await startMoment(tx, { tenantId, about: id, subject: number, kind: 'finding_due', dueAt: at, warnAt })
}

/** Until when a temporary measure or an accepted risk holds. */
export async function startHold(tx: Tx, { number }: FindingCase, { id, tenantId }: Finding, until: string): Promise<void> {
  await cancelMoment(tx, tenantId, id, 'finding_due')
  const warnAt = plusSeconds(until, -REMIND_OF_HOLD_SECONDS)
  await startMoment(tx, { tenantId, about: id, subject: number, kind: 'finding_holds', dueAt: until, warnAt })
}

/** One message an hour for all of a customer. */
export async function findingOverdue(tx: Tx, { tenantId, ticketId }: Timer): Promise<void> {
  const finding = await tx.findings.get(tenantId, ticketId)
  if (!finding || !openFindingStates.includes(finding.state) || finding.dueAt > tx.at) return
  const { key, dueAt } = bucket(tx.at, HOUR)
  tx.announce({ tenantId, kind: 'findings-overdue', refs: {}, key: `findings-overdue:${tenantId}:${key}`, dueAt: soon(tx.at, dueAt) })
}

export async function remindOfFinding(tx: Tx, { tenantId, ticketId, kind, dueAt: end }: Timer): Promise<void> {
  const finding = await tx.findings.get(tenantId, ticketId)
  if (!finding) return
  const counts = kind === 'finding_due' ? openFindingStates.includes(finding.state) : finding.state === 'accepted_risk'
  if (!counts) return
  const { key, since, dueAt } = bucket(tx.at, HOUR)
  tx.announce({
    tenantId,
    kind: 'findings-due-soon',
    refs: { since, until: end },
    key: `findings-due-soon:${tenantId}:${key}`,
    dueAt: soon(tx.at, dueAt),
  })
}

/** It no longer holds: back among what has to be repaired. */
export async function endHold(tx: Tx, { tenantId, ticketId }: Timer): Promise<void> {
  const finding = await tx.findings.get(tenantId, ticketId)
  if (!finding || (finding.state !== 'accepted_risk' && finding.state !== 'mitigated')) return
  if (finding.holdsUntil !== null && finding.holdsUntil > tx.at) return
  await returnFinding(tx, finding, finding.state === 'accepted_risk' ? '风险接受到期' : '临时措施到期')
}

/** Back to be worked on, with the reason, and the group is told. */
export async function returnFinding(tx: Tx, finding: Finding, reason: string): Promise<void> {
  const { tenantId, id } = finding
  // What was only thought less grave is open as it was.
  if (decidedStates.includes(finding.state))
    await moveFinding(tx, finding, { userId: 'system', role: 'system' }, { to: 'discovered', reason })
  await tx.findingCases.update(tenantId, { id }, { dispatchedAt: null, assessment: null, assessedAt: null, updatedAt: tx.at })
  tx.announce({ tenantId, kind: 'finding-returned', refs: { findingId: id, reason }, key: `finding-returned:${id}:${tx.at}` })
}

/** Some minutes to gather, without waiting for the end of the hour. */
function soon(at: string, end: string): string {
  const gathered = plusSeconds(at, 120)
  return gathered < end ? gathered : end
}
