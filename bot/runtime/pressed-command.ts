// A press on a card is the command its button stands for: the card's row says which, where it may be pressed and until when.
import dayjs from 'dayjs'
import type { Core } from '../../core/core.js'
import { AppError } from '../../core/errors.js'
import type { IncomingPress } from '../../core/ports/chat.js'
import { clock } from '../cards/format.js'
import type { Said } from './run-sentence.js'

/** @throws CARD_UNKNOWN, CARD_FORWARDED, CARD_EXPIRED, APPROVAL_EXPIRED */
export async function pressedCommand({ transactions, clock: time }: Core, press: IncomingPress): Promise<Said> {
  const { card, tenant } = await transactions.read(async t => {
    const card = (await t.cards.acrossTenantsFind({ id: press.taskId }, { limit: 1 }))[0]
    return { card, tenant: card && (await t.tenants.get(card.tenantId, card.tenantId)) }
  })
  const command = card?.commands[press.key]
  if (!card || command === undefined || !Object.hasOwn(card.commands, press.key)) throw new AppError('CARD_UNKNOWN')
  const subject = /[A-Z]{2}-[0-9a-z]+-\d+-\d+/.exec(command)?.[0] ?? ''
  if (card.chatId !== press.chatId || card.robot !== press.robot) throw new AppError('CARD_FORWARDED', { subject })
  const zone = tenant?.timeZone ?? 'Asia/Shanghai'
  if (dayjs(card.expiresAt).valueOf() <= time.now()) {
    const at = clock(card.expiresAt, zone)
    // Typing the same words would be refused as well: the request itself has run out.
    if (/^(?:不)?同意/.test(command)) throw new AppError('APPROVAL_EXPIRED', { number: subject, at })
    throw new AppError('CARD_EXPIRED', { at, command, subject })
  }
  return { text: command, quote: '', channel: 'card' }
}
