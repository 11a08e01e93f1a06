// What somebody asks for and people do by hand is passed on to the customer manager and written down; called by bot/requests.
import type { Actor } from '../tenants/actor.js'
import type { Transactions } from '../ports/transaction.js'
import { PLATFORM } from '../tenants/tenant.js'

const LONGEST = 500

export interface PassedOn {
  /** The customer manager's name; absent when none is declared. */
  readonly manager?: string
}

/** Announces it in the ops room, with the customer manager rung, and audits it. The same words within a minute are passed on once. */
export async function passOn(
  transactions: Transactions,
  actor: Actor,
  request: { readonly tenantId: string; readonly word: string; readonly text: string },
): Promise<PassedOn> {
  return transactions.run(async tx => {
    const tenant = await tx.tenants.get(request.tenantId, request.tenantId)
    const manager = tenant?.manager ? await tx.people.first(PLATFORM, { userId: tenant.manager }) : undefined
    const text = request.text.slice(0, LONGEST)
    tx.announce({
      tenantId: request.tenantId,
      kind: 'request-passed-on',
      refs: { word: request.word, text, userId: actor.userId, name: actor.name },
      key: `request:${request.tenantId}:${actor.userId}:${request.word}:${tx.at.slice(0, 16)}`,
    })
    tx.audit({
      tenantId: request.tenantId,
      actor: actor.userId,
      action: 'request.passed-on',
      subject: request.word,
      details: { text },
      traceId: actor.traceId,
    })
    return manager ? { manager: manager.name } : {}
  })
}
