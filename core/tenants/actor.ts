// The person behind a command, as the directory knows them: never what the message claims.
import { AppError } from '../errors.js'
import type { Channel } from '../tickets/ticket.js'
import { isStaff, may, roleLabel, whoMay, type Capability, type Role } from './roles.js'

export interface Actor {
  readonly userId: string
  readonly name: string
  readonly role: Role
  /** The customer's tenant; `platform` for staff. */
  readonly tenantId: string
  readonly channel: Channel
  readonly traceId: string
}

/** The one place that authorises: role and tenant together. @throws NOT_ALLOWED, OTHER_TENANT */
export function authorise(actor: Actor, capability: Capability, tenantId: string, number = ''): void {
  if (!isStaff(actor.role) && actor.tenantId !== tenantId) throw new AppError('OTHER_TENANT', { number })
  if (!may(actor.role, capability)) throw new AppError('NOT_ALLOWED', { who: whoMay(capability), capability })
}

export function describe(actor: Actor): string {
  return `${actor.name}（${roleLabel[actor.role]}）`
}
