// War rooms of grave incidents (domain.md 1.1): bound to a group the robot sits in, told of every step, archived with the incident's report.
import { AppError } from '../errors.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { authorise, type Actor } from '../tenants/actor.js'
import { openCase } from '../tickets/ticket-service.js'
import type { Incident } from '../threats/incident.js'
import { timelineOf, type Moment } from './timeline.js'
import type { WarRoom } from './war-room.js'

export interface Bind {
  readonly tenantId: string
  readonly number: string
  readonly chatId: string
  readonly robot: string
}

export class WarRoomService {
  constructor(private readonly transactions: Transactions) {}

  /**
   * The group becomes the incident's war room; the customer's people and the service's may speak there from now on.
   * @throws CHOICE_NEEDED when the group already belongs to something, ALREADY_DONE when the incident has a room
   */
  async bind(actor: Actor, { tenantId, number, chatId, robot }: Bind): Promise<WarRoom> {
    authorise(actor, 'run-war-room', tenantId, number)
    return this.transactions.run(async tx => {
      const { incident, tenant } = await openCase(tx, tenantId, { number })
      if ((await tx.groups.acrossTenantsFind({ chatId }, { limit: 1 })).length > 0)
        throw new AppError('TRANSITION_NOT_ALLOWED', { number: '本群', state: '已登记的群', action: '再绑定为战情群' })
      const known = await openRoomOf(tx, incident)
      if (known) throw new AppError('ALREADY_DONE', { number, who: known.boundBy, at: '之前', what: '绑定了战情群' })
      const butler = await tx.groups.first(tenantId, { kind: 'butler' })
      const form = butler && butler.form !== 'external_relay' ? butler.form : 'provider_internal'
      await tx.groups.insert({ id: tx.id(), tenantId, chatId, name: `战情群 ${number}`, kind: 'war', form, robot, webhook: null })
      const room: WarRoom = {
        id: tx.id(),
        tenantId,
        incidentId: incident.id,
        subject: number,
        chatId,
        robot,
        boundBy: actor.userId,
        openedAt: tx.at,
        closedAt: null,
      }
      await tx.warRooms.insert(room)
      tx.audit({ tenantId, actor: actor.userId, action: 'war-room.opened', subject: number, details: { chatId, tenant: tenant.code } })
      tx.announce({
        tenantId,
        kind: 'war-room-news',
        refs: { chatId, number, words: `战情群已绑定：${incident.title}`.slice(0, 300) },
        key: `war-room:${room.id}`,
      })
      return room
    })
  }

  /** By the ticket's timer: a P1 was confirmed and has no room; the ops room is asked to make one. */
  async wanted(tenantId: string, number: string): Promise<void> {
    await this.transactions.run(async tx => {
      const { incident, ticket } = await openCase(tx, tenantId, { number })
      if (ticket.priority !== 'P1' || (await openRoomOf(tx, incident))) return
      tx.announce({
        tenantId,
        kind: 'war-room-wanted',
        refs: { number, title: incident.title.slice(0, 200) },
        key: `war-room-wanted:${incident.id}`,
      })
    })
  }

  /** What somebody did or heard that no other row knows. */
  async note(actor: Actor, tenantId: string, number: string, words: string): Promise<void> {
    authorise(actor, 'report-incident', tenantId, number)
    if (words.trim().length < 2) throw new AppError('ARGUMENT_MISSING', { what: '要记的内容', example: `记录 ${number} 已通知运营商` })
    await this.transactions.run(async tx => {
      const { incident } = await openCase(tx, tenantId, { number })
      await tx.timelineNotes.insert({
        id: tx.id(),
        tenantId,
        incidentId: incident.id,
        by: actor.userId,
        at: tx.at,
        words: words.trim().slice(0, 1_000),
      })
      tx.audit({ tenantId, actor: actor.userId, action: 'war-room.noted', subject: number, details: { words: words.slice(0, 300) } })
    })
  }

  async timeline(tenantId: string, number: string): Promise<{ incident: Incident; moments: readonly Moment[]; room: WarRoom | undefined }> {
    return this.transactions.read(async t => {
      const { incident } = await openCase(t, tenantId, { number })
      return { incident, moments: await timelineOf(t, incident), room: await openRoomOf(t, incident) }
    })
  }

  /** The number of the incident a war room belongs to. */
  async numberOf(tenantId: string, chatId: string): Promise<string | undefined> {
    const room = await this.transactions.read(t => t.warRooms.first(tenantId, { chatId, closedAt: null }))
    return room?.subject
  }

  /** Without a report: it was not needed after all. The group is no longer listened to. */
  async close(actor: Actor, tenantId: string, number: string): Promise<void> {
    authorise(actor, 'run-war-room', tenantId, number)
    await this.transactions.run(async tx => {
      const { incident } = await openCase(tx, tenantId, { number })
      if (!(await closeRoomIn(tx, incident, actor.userId))) throw new AppError('NOT_FOUND', { what: `${number} 的战情群` })
    })
  }
}

export async function openRoomOf(t: Pick<Tx, 'warRooms'>, incident: Pick<Incident, 'id' | 'tenantId'>): Promise<WarRoom | undefined> {
  return t.warRooms.first(incident.tenantId, { incidentId: incident.id, closedAt: null })
}

/** @returns whether there was one */
export async function closeRoomIn(tx: Tx, incident: Incident, by: string): Promise<boolean> {
  const room = await openRoomOf(tx, incident)
  if (!room) return false
  await tx.warRooms.update(room.tenantId, { id: room.id }, { closedAt: tx.at })
  await tx.groups.remove(room.tenantId, { chatId: room.chatId, kind: 'war' })
  tx.audit({ tenantId: room.tenantId, actor: by, action: 'war-room.closed', subject: room.subject, details: { chatId: room.chatId } })
  return true
}
