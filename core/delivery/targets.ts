// Where a delivery goes on its road: secrets are opened here, right before the sending, and nowhere kept.
import type { RoadTarget } from '../ports/road.js'
import type { Secrets } from '../ports/secrets.js'
import type { Transactions } from '../ports/transaction.js'
import { sealContext } from '../tenants/sealing.js'
import type { Delivery } from './delivery.js'

/** Undefined when the group or person is gone, or has no address on that road. */
export function makeTargets(
  transactions: Transactions,
  secrets: Secrets,
  hookUrl?: string,
): (delivery: Delivery) => Promise<RoadTarget | undefined> {
  return async ({ road, robot, chatId, chatType, tenantId }) => {
    if (road === 'robot' || road === 'app') return { address: chatId, sender: robot, chatType }
    if (road === 'hook') return hookUrl === undefined ? undefined : { address: hookUrl, sender: robot, chatType }
    if (road === 'mail') {
      const person = await transactions.read(t => t.people.first(tenantId, { userId: chatId }))
      return person?.mail ? { address: person.mail, sender: robot, chatType: 'single' } : undefined
    }
    const group = (await transactions.read(t => t.groups.acrossTenantsFind({ chatId }, { limit: 1 })))[0]
    if (!group?.webhook) return undefined
    return { address: secrets.open(group.webhook, sealContext('group', group.id)), sender: robot, chatType: 'group' }
  }
}
