// Loads what the cards of bot/cards show; pushes and commands both come here.
import { willing } from '../../core/delivery/personal.js'
import type { Tables } from '../../core/ports/transaction.js'
import { AppError } from '../../core/errors.js'
import { clauseLabel } from '../../core/disposal/leave.js'
import { withDelegation } from '../../core/tenants/delegation.js'
import { PLATFORM, type Person } from '../../core/tenants/tenant.js'
import { openCase } from '../../core/tickets/ticket-service.js'
import { plain } from '../cards/format.js'
import type { DisposalView } from '../cards/disposal-cards.js'
import type { IncidentView } from '../cards/incident-cards.js'

export async function incidentView(t: Tables, tenantId: string, by: { incidentId: string } | { number: string }): Promise<IncidentView> {
  const { incident, ticket, tenant } = await openCase(t, tenantId, by)
  const alerts = await t.alerts.find(tenantId, { incidentId: incident.id }, { order: { strength: 'desc', lastAt: 'desc' }, limit: 10 })
  return { tenant, incident, ticket, alerts, assignee: ticket.assignee ? await nameOf(t, tenantId, ticket.assignee) : undefined }
}

export async function disposalView(t: Tables, tenantId: string, disposalId: string): Promise<DisposalView> {
  const disposal = await t.disposals.get(tenantId, disposalId)
  const tenant = await t.tenants.get(tenantId, tenantId)
  if (!disposal || !tenant) throw new AppError('NUMBER_NOT_FOUND', { number: disposalId })
  const device = await t.devices.get(tenantId, disposal.deviceId)
  const incident = disposal.incidentId ? await t.incidents.get(tenantId, disposal.incidentId) : undefined
  const decidedBy = disposal.decidedBy ? await nameOf(t, tenantId, disposal.decidedBy) : null
  return {
    disposal: { ...disposal, decidedBy },
    tenant,
    deviceName: device?.name ?? '防火墙',
    proposer: await nameOf(t, tenantId, disposal.proposedBy),
    incidentNumber: incident?.number,
  }
}

/** A person of the tenant or of the staff, by name. */
export async function nameOf(t: Tables, tenantId: string, userId: string): Promise<string> {
  if (userId === 'system') return '系统'
  const clause = clauseLabel(userId)
  if (clause !== undefined) return clause
  const person = (await t.people.first(tenantId, { userId })) ?? (await t.people.first(PLATFORM, { userId }))
  return person?.name ?? userId
}

export interface TicketLine {
  /** Number people know it by. */
  readonly subject: string
  readonly zone: string
  readonly assignee: string
  /** Rings who has it; empty when nobody has. */
  readonly mention: { readonly mention?: { readonly text: string; readonly userIds: readonly string[] } }
}

/** Undefined when the ticket is gone. */
export async function ticketLine(t: Tables, tenantId: string, ticketId: string): Promise<TicketLine | undefined> {
  const ticket = await t.tickets.get(tenantId, ticketId)
  const incident = ticket && (await t.incidents.get(tenantId, ticket.subjectId))
  const tenant = await t.tenants.get(tenantId, tenantId)
  if (!ticket || !incident || !tenant) return undefined
  const { assignee } = ticket
  return {
    subject: incident.number,
    zone: tenant.timeZone,
    assignee: assignee === null ? '待认领' : plain(await nameOf(t, tenantId, assignee), 30),
    mention: assignee === null ? {} : { mention: { text: `${incident.number} 时限提醒`, userIds: [assignee] } },
  }
}

/** Whom a card about leave should ring: the first approver, else the owner; who is in quiet hours only when all are. */
export async function approvers(t: Tables & { readonly at: string }, tenantId: string): Promise<readonly Person[]> {
  const deciding = await t.people.find(
    tenantId,
    { role: { oneOf: ['approver', 'owner'] } },
    { order: { role: 'asc', userId: 'asc' }, limit: 20 },
  )
  // Who lent the word is away: the one it was lent to is asked first.
  const others = await t.people.find(tenantId, { role: { oneOf: ['operator', 'viewer'] } }, { limit: 200 })
  const lent = (await Promise.all(others.map(person => withDelegation(t, person, t.at)))).filter(person => person.role === 'approver')
  const people = [...lent, ...deciding]
  const tenant = await t.tenants.get(tenantId, tenantId)
  if (!tenant) return []
  return (await willing(t, tenant, people, { level: null, topic: '', now: Date.parse(t.at) })).slice(0, 1)
}
