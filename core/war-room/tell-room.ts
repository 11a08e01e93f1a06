// Tells the war room of an incident what its ticket just did; called where tickets move.
import type { Tx } from '../ports/transaction.js'
import type { Ticket } from '../tickets/ticket.js'

export async function tellRoom(tx: Tx, ticket: Ticket, number: string, words: string): Promise<void> {
  if (ticket.priority !== 'P1') return
  const room = await tx.warRooms.first(ticket.tenantId, { incidentId: ticket.subjectId, closedAt: null })
  if (!room) return
  tx.announce({
    tenantId: ticket.tenantId,
    kind: 'war-room-news',
    refs: { chatId: room.chatId, number, words: words.slice(0, 300) },
    key: `war-news:${room.id}:${ticket.state}:${tx.at}`,
  })
}
