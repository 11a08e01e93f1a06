// Writes the report on a closed incident, once, and archives its war room; drafts it on demand before. Called by the ticket's timer and by `专报`.
import type { Transactions, Tx } from '../ports/transaction.js'
import { runOf, stepsOf } from '../playbooks/playbook-service.js'
import type { Report } from '../reports/report.js'
import { PLATFORM } from '../tenants/tenant.js'
import { openCase } from '../tickets/ticket-service.js'
import { incidentReport } from './incident-report.js'
import { timelineOf } from './timeline.js'
import { closeRoomIn, openRoomOf } from './war-room-service.js'

const MOST = 500

export class IncidentReportService {
  constructor(private readonly transactions: Transactions) {}

  /** As things stand; the one that was stored when the incident was closed, if there is one. */
  async draft(tenantId: string, number: string): Promise<{ markdown: string; stored: boolean }> {
    return this.transactions.run(async tx => {
      const stored = await tx.reports.first(tenantId, { kind: 'incident', period: periodOf(number) })
      return stored ? { markdown: stored.markdown, stored: true } : { markdown: await this.write(tx, tenantId, number), stored: false }
    })
  }

  /** Once for each closing; tells the group, the ops room and the war room, which is then archived. */
  async finish(tenantId: string, number: string): Promise<void> {
    await this.transactions.run(async tx => {
      const { incident, ticket, tenant } = await openCase(tx, tenantId, { number })
      if (ticket.state !== 'closed') return
      if (await tx.reports.first(tenantId, { kind: 'incident', period: periodOf(number) })) return
      const room = await openRoomOf(tx, incident)
      const report: Report = {
        id: tx.id(),
        tenantId,
        number: await tx.number('RP', tenant),
        kind: 'incident',
        period: periodOf(number),
        scope: number,
        version: 1,
        state: 'sent',
        content: null,
        sentAt: tx.at,
        markdown: await this.write(tx, tenantId, number),
        figures: {},
        createdAt: tx.at,
      }
      await tx.reports.insert(report)
      tx.audit({
        tenantId,
        actor: 'system',
        action: 'report.created',
        subject: report.number,
        details: { kind: 'incident', incident: number },
      })
      tx.announce({
        tenantId,
        kind: 'incident-report-ready',
        refs: { reportId: report.id, number, robot: room?.robot ?? '', chatId: room?.chatId ?? '' },
        key: `incident-report:${report.id}`,
      })
      await closeRoomIn(tx, incident, 'system')
    })
  }

  private async write(tx: Tx, tenantId: string, number: string): Promise<string> {
    const { incident, ticket, tenant } = await openCase(tx, tenantId, { number })
    const run = (await runOf(tx, incident, 'running')) ?? (await runOf(tx, incident, 'finished'))
    const people = [...(await tx.people.find(tenantId, {})), ...(await tx.people.find(PLATFORM, {}))]
    return incidentReport({
      tenant,
      incident,
      ticket,
      transitions: await tx.transitions.find(tenantId, { ticketId: ticket.id }, { order: { at: 'asc', id: 'asc' }, limit: MOST }),
      moments: await timelineOf(tx, incident),
      disposals: await tx.disposals.find(tenantId, { incidentId: incident.id }, { order: { proposedAt: 'asc' }, limit: MOST }),
      steps: run ? await stepsOf(tx, run) : [],
      evidence: await tx.evidenceItems.find(tenantId, { incidentId: incident.id }, { order: { collectedAt: 'asc' }, limit: MOST }),
      names: new Map(people.map(person => [person.userId, person.name])),
    })
  }
}

/** A report's period has 32 characters; the end of a number is what differs within a customer. */
function periodOf(number: string): string {
  return number.slice(-32)
}
