// A link that decides, inside a message that waits: sealed in the outbox, opened right before the sending. second-road.ts seals, the dispatcher opens.
import type { OutgoingMessage } from '../ports/chat.js'
import type { Secrets } from '../ports/secrets.js'
import type { Delivery } from './delivery.js'

const SEALED = /<sealed:([^<>\s]{1,2000})>/g

const contextOf = (key: string) => `link:${key}`

/** Stands where the address would stand, in angle brackets. @param key of the delivery: it opens in no other */
export function sealedLink(secrets: Secrets, address: string, key: string): string {
  return `sealed:${secrets.seal(address, contextOf(key))}`
}

/** The message as it is to leave. @throws SECRET_UNREADABLE */
export function withOpenLinks(secrets: Secrets, { message, road, key }: Pick<Delivery, 'message' | 'road' | 'key'>): OutgoingMessage {
  if (road !== 'mail' || message.kind !== 'markdown') return message
  return { ...message, text: message.text.replaceAll(SEALED, (_, sealed: string) => `<${secrets.open(sealed, contextOf(key))}>`) }
}
