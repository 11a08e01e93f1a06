// Counts events while they are judged and adds them to the hours in the transaction that saves the cursors, so that what is judged again after a
// crash is not counted twice. One per tenant, held by judge-tenant.ts.
import { createHash } from 'node:crypto'
import type { Instant } from '../ports/clock.js'
import type { Tables } from '../ports/transaction.js'

/** Different datasets of one hour and source are named up to here, the others together: a sender cannot fill the table. */
const MOST_NAMES = 200
const LONGEST_NAME = 64
const OTHERS = 'others'

/** Counts of one tenant that are not saved yet. */
export class EventTally {
  private readonly counts = new Map<string, Map<string, number>>()

  add(receivedAt: Instant, sourceId: string, dataset: string): void {
    const place = `${receivedAt.slice(0, 13)} ${sourceId}`
    let names = this.counts.get(place)
    if (!names) this.counts.set(place, (names = new Map<string, number>()))
    const name = names.has(dataset) || names.size < MOST_NAMES ? dataset : OTHERS
    names.set(name, (names.get(name) ?? 0) + 1)
  }

  /** Adds them to the rows; the caller's transaction and lease see to it that nobody else does. */
  async save(tables: Pick<Tables, 'eventHours'>, tenantId: string): Promise<void> {
    for (const [place, names] of this.counts) {
      const hour = `${place.slice(0, 13)}:00:00.000Z`
      const sourceId = place.slice(14)
      for (const [name, events] of names) {
        const dataset = name.slice(0, LONGEST_NAME)
        const id = createHash('sha256')
          .update(JSON.stringify([tenantId, hour, sourceId, dataset]))
          .digest('hex')
        const known = await tables.eventHours.get(tenantId, id)
        if (known) await tables.eventHours.update(tenantId, { id }, { events: known.events + events })
        else await tables.eventHours.insert({ id, tenantId, hour, sourceId, dataset, events })
      }
    }
  }
}
