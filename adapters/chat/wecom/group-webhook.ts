// Calls a group's webhook (doc 99110), which alone makes phones ring; WebhookRoad sends by it, WecomChat its mentions.
import { AppError } from '../../../core/errors.js'
import { callWecom, type Fields } from './call-wecom.js'
import { checkedAddress } from './checked-address.js'
import { mentionBody } from './webhook-body.js'

const defaultTimeout = 10_000

export interface WebhookPost {
  /** Holds the key: it must not appear in a log or an error. */
  readonly webhook: string | undefined
  readonly body: object | FormData
  readonly chatId: string
  readonly timeoutMilliseconds?: number
}

export interface MentionOrder extends Omit<WebhookPost, 'body'> {
  readonly text: string
  readonly userIds: readonly string[]
}

/** @throws CHAT_REFUSED, CHAT_BUSY, CHAT_TARGET_DEAD, CHAT_UNREACHABLE (nothing was sent), CHAT_OUTCOME_UNKNOWN */
export async function sendMention({ text, userIds, ...order }: MentionOrder): Promise<void> {
  await postWebhook({ ...order, body: mentionBody(text, userIds) })
}

/** @throws as `sendMention` */
export async function postWebhook({ webhook, body, chatId, timeoutMilliseconds = defaultTimeout }: WebhookPost): Promise<Fields> {
  return callWecom({ url: webhookUrl(webhook), body, chatId, effect: 'says', timeoutMilliseconds })
}

/** The webhook's own upload lies beside it and takes the same key. @throws as `sendMention` but CHAT_OUTCOME_UNKNOWN */
export async function uploadByWebhook({ webhook, body, chatId, timeoutMilliseconds = defaultTimeout }: WebhookPost): Promise<Fields> {
  const url = webhookUrl(webhook)
  if (!url.pathname.endsWith('/send')) throw new AppError('CHAT_REFUSED', { code: 'WEBHOOK_INVALID', reaction: 'tell-staff' })
  url.pathname = `${url.pathname.slice(0, -'send'.length)}upload_media`
  url.searchParams.set('type', 'file')
  return callWecom({ url, body, chatId, effect: 'prepares', timeoutMilliseconds })
}

function webhookUrl(webhook: string | undefined): URL {
  if (webhook === undefined || webhook === '') throw new AppError('CHAT_REFUSED', { code: 'NO_WEBHOOK', reaction: 'tell-staff' })
  return checkedAddress(webhook, 'WEBHOOK_INVALID')
}
