// `报障`: somebody says that something is wrong. The playbook of what was described gives the first three steps, an incident with its ticket
// is opened and the ops room told.
import { clocksOfNew } from '../clocks/ticket-clocks.js'
import { AppError } from '../errors.js'
import { plusSeconds } from '../ports/clock.js'
import type { Playbook } from '../ports/playbook.js'
import type { PlaybookLibrary } from '../playbooks/playbook-library.js'
import type { Transactions } from '../ports/transaction.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import type { Incident } from '../threats/incident.js'
import type { EventType } from '../threats/terms.js'
import { finalStates } from './incident-states.js'
import type { Ticket } from './ticket.js'

/** The same person about the same kind of thing within this time adds to the incident. */
const SAME_SECONDS = 600
/** What nobody recognises is something somebody does not expect to see. */
const UNKNOWN: EventType = 'policy_violation'

/** For what no playbook fits. */
export const firstAid: readonly string[] = [
  '先别重启、别删文件，拔网线或关无线，保住现场',
  '不要在这台机器上登录任何账号，口令在别的机器上改',
  '把看到的现象、时间和截图单独发给我',
]

export interface Trouble {
  readonly words: string
  readonly ip?: string
  readonly asset?: string
}

export interface Reported {
  readonly incident: Incident
  readonly ticket: Ticket
  readonly playbook: Playbook | undefined
  readonly first: readonly string[]
  readonly again: boolean
}

export class TroubleDesk {
  constructor(private readonly needs: { readonly transactions: Transactions; readonly library: PlaybookLibrary }) {}

  /** @throws NOT_ALLOWED, ARGUMENT_MISSING without a description */
  async report(actor: Actor, tenantId: string, trouble: Trouble): Promise<Reported> {
    authorise(actor, 'report-incident', tenantId)
    const words = trouble.words.trim()
    if (words.length < 2) throw new AppError('ARGUMENT_MISSING', { what: '发生了什么', example: '报障 电脑弹出勒索信，文件打不开' })
    const { transactions, library } = this.needs
    const playbook = library.find(words)
    const eventType = playbook?.eventTypes[0] ?? UNKNOWN
    const first = playbook?.first ?? firstAid
    const key = `report:${actor.userId}:${eventType}`
    return transactions.run(async tx => {
      const tenant = await tx.tenants.get(tenantId, tenantId)
      if (!tenant) throw new AppError('NOT_FOUND', { what: '单位' })
      const recent = await tx.incidents.first(
        tenantId,
        { groupKey: key, lastAt: { atLeast: plusSeconds(tx.at, -SAME_SECONDS) } },
        { order: { lastAt: 'desc' } },
      )
      const open = recent && (await tx.tickets.first(tenantId, { subjectId: recent.id }))
      if (recent && open && !finalStates.includes(open.state)) {
        const reasons = [...recent.judgement.reasons, `${describe(actor)}补充：${words.slice(0, 300)}`].slice(-10)
        const set = { lastAt: tx.at, hits: recent.hits + 1, judgement: { ...recent.judgement, reasons } }
        await tx.incidents.update(tenantId, { id: recent.id }, set)
        return { incident: { ...recent, ...set }, ticket: open, playbook, first, again: true }
      }
      const id = tx.id()
      const priority = playbook?.reportPriority ?? 'P2'
      const incident: Incident = {
        id,
        tenantId,
        number: await tx.number('IN', tenant),
        groupKey: key,
        title: `客户报障：${words.slice(0, 80)}`,
        eventType,
        severity: priority === 'P1' ? 'critical' : 'high',
        attackResult: 'unknown',
        victim: {
          ...(trouble.ip === undefined ? {} : { ip: trouble.ip }),
          ...(trouble.asset === undefined ? {} : { host: trouble.asset }),
        },
        attackers: [],
        hits: 1,
        firstAt: tx.at,
        lastAt: tx.at,
        createdAt: tx.at,
        judgement: {
          code: 'suspicious',
          confidence: 0.5,
          reasons: [`${describe(actor)}报告：${words.slice(0, 300)}`, '尚无日志或主机证据，待分析师核实'],
          effect: '待核实',
          advice: first[0] ?? '',
          by: 'system',
          at: tx.at,
        },
        verdict: null,
        // Whoever reported it knows of it: everything after belongs to a running case.
        firstReportedAt: tx.at,
        reportedHits: 1,
        conclusion: null,
        traceId: actor.traceId,
      }
      await tx.incidents.insert(incident)
      const ticket: Ticket = {
        id: tx.id(),
        tenantId,
        number: await tx.number('TK', tenant),
        type: 'incident',
        subjectId: id,
        state: 'new',
        priority,
        assignee: null,
        claimedAt: null,
        observeUntil: null,
        closedAt: null,
        createdAt: tx.at,
        updatedAt: tx.at,
      }
      await tx.tickets.insert(ticket)
      await clocksOfNew(tx, ticket, incident.number)
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'incident.opened',
        subject: incident.number,
        details: { rule: 1, eventType, priority, reason: words.slice(0, 500), channel: actor.channel, playbook: playbook?.id ?? '' },
        traceId: actor.traceId,
      })
      tx.announce({ tenantId, kind: 'triage-needed', refs: { incidentId: id }, key: `triage:${id}` })
      return { incident, ticket, playbook, first, again: false }
    })
  }
}
