// Everything that happened about an incident, in order: steps of the ticket, measures, the playbook, evidence, notes. Read, never kept twice.
import { disposalStateLabel } from '../disposal/disposal.js'
import { phaseLabel } from '../ports/playbook.js'
import type { Tables } from '../ports/transaction.js'
import type { Incident } from '../threats/incident.js'
import { incidentStateLabel } from '../tickets/incident-states.js'

export interface Moment {
  readonly at: string
  /** Userid, or `system`. */
  readonly by: string
  readonly words: string
}

const MOST = 500

export async function timelineOf(t: Tables, incident: Incident): Promise<Moment[]> {
  const { tenantId, id: incidentId } = incident
  const ticket = await t.tickets.first(tenantId, { subjectId: incidentId })
  const [steps, disposals, runs, evidence, notes] = await Promise.all([
    ticket ? t.transitions.find(tenantId, { ticketId: ticket.id }, { order: { at: 'asc', id: 'asc' }, limit: MOST }) : [],
    t.disposals.find(tenantId, { incidentId }, { order: { proposedAt: 'asc' }, limit: MOST }),
    t.playbookRuns.find(tenantId, { incidentId }, { limit: 20 }),
    t.evidenceItems.find(tenantId, { incidentId }, { limit: MOST }),
    t.timelineNotes.find(tenantId, { incidentId }, { order: { at: 'asc' }, limit: MOST }),
  ])
  const done = await t.playbookSteps.find(tenantId, { runId: { oneOf: runs.map(({ id }) => id) }, state: { not: 'open' } }, { limit: MOST })
  const moments: Moment[] = [
    { at: incident.firstAt, by: 'system', words: `首次发现：${incident.title}` },
    ...steps.map(({ at, by, to, evidence: shown }) => ({ at, by, words: `${incidentStateLabel[to]} ${shown[0]?.text ?? ''}`.trim() })),
    ...disposals.flatMap(({ number, target, state, proposedAt, proposedBy, executedAt, releasedAt }) => [
      { at: proposedAt, by: proposedBy, words: `请求授权 ${number}：封禁 ${target}` },
      ...(executedAt === null ? [] : [{ at: executedAt, by: 'system', words: `${number} 已执行，现在：${disposalStateLabel[state]}` }]),
      ...(releasedAt === null ? [] : [{ at: releasedAt, by: 'system', words: `${number} 已解除` }]),
    ]),
    ...done.map(({ at, by, phase, words, state, note }) => ({
      at: at ?? incident.createdAt,
      by: by ?? 'system',
      words: `${phaseLabel[phase]}${state === 'skipped' ? '（跳过）' : ''}：${words}${note === '' ? '' : ` → ${note}`}`,
    })),
    ...evidence.map(({ collectedAt, collectedBy, name, sha256 }) => ({
      at: collectedAt,
      by: collectedBy,
      words: `留存证据 ${name}（${sha256.slice(0, 12)}）`,
    })),
    ...notes.map(({ at, by, words }) => ({ at, by, words })),
  ]
  return moments.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).slice(-MOST)
}
