// A message as its road takes it: shortened, with the whole text behind it as a file; called right before the sending.
import type { OutgoingMessage } from '../ports/chat.js'
import type { Transactions } from '../ports/transaction.js'
import type { Delivery } from './delivery.js'
import { newDelivery } from './new-delivery.js'
import { byteLength, shorten } from './shorten.js'

/** The file is queued once, however often the message is tried. */
export async function fittedMessage(transactions: Transactions, delivery: Delivery, maxBytes: number): Promise<OutgoingMessage> {
  const { message } = delivery
  if (message.kind !== 'markdown' || byteLength(message.text) <= maxBytes) return message
  const { text } = shorten(message.text, maxBytes, '……（全文见附件）')
  const file = { name: `${delivery.subject || '全文'}.txt`, base64: Buffer.from(message.text, 'utf8').toString('base64') }
  const whole = {
    ...delivery,
    message: { kind: 'file', file },
    key: `${delivery.key}#full`.slice(-200),
    replyTo: null,
    state: 'queued',
  } as const
  await transactions.run(tx => tx.deliveries.insertIfAbsent(newDelivery(tx, whole)))
  return { kind: 'markdown', text }
}
