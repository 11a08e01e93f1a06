// The road into a group by its webhook: one way, without buttons, but with mentions that ring; composed by app, chosen by core/delivery.
import { AppError } from '../../../core/errors.js'
import type { OutgoingFile, OutgoingMessage, SendReceipt } from '../../../core/ports/chat.js'
import type { Road, RoadCapabilities, RoadTarget } from '../../../core/ports/road.js'
import { postWebhook, uploadByWebhook } from './group-webhook.js'
import { mediaForm, sendUploaded } from './http-upload.js'
import { outgoingBytes } from './outgoing-bytes.js'
import { timeBudget } from './time-budget.js'
import { imageBody, maxWebhookMarkdownBytes, webhookBody } from './webhook-body.js'

export interface WebhookRoadOptions {
  /** Where a tap on a card leads; WeCom wants an address there. */
  readonly cardUrl?: string
  /** For one message, default 10 s. */
  readonly timeoutMilliseconds?: number
  /** For one file with its upload, default 120 s. */
  readonly fileMilliseconds?: number
}

/** Doc 99110; a line that mentions takes 2048 bytes only. Nothing is said of an hour. */
const can: RoadCapabilities = {
  mention: true,
  buttons: false,
  update: false,
  files: true,
  markdown: true,
  maxBytes: maxWebhookMarkdownBytes,
  perMinute: 20,
  perHour: undefined,
}

/** `target.address` is the webhook's address, a secret; errors name `target.sender` instead, so that should be the group's chatid. */
export function webhookRoad(options: WebhookRoadOptions = {}): Road {
  const { cardUrl = 'https://work.weixin.qq.com/', timeoutMilliseconds = 10_000, fileMilliseconds = 120_000 } = options
  return {
    id: 'webhook',
    can,
    async send(target: RoadTarget, message: OutgoingMessage): Promise<SendReceipt> {
      if (target.chatType !== 'group') {
        throw new AppError('CHAT_TARGET_DEAD', { code: 'GROUPS_ONLY', chatId: target.sender, reaction: 'switch-road' })
      }
      if (message.kind === 'file') await sendFile(target, message.file, timeBudget(fileMilliseconds))
      else await post(target, webhookBody(message, cardUrl), timeoutMilliseconds)
      return {}
    },
  }
}

function post(target: RoadTarget, body: object, timeoutMilliseconds: number): ReturnType<typeof postWebhook> {
  return postWebhook({ webhook: target.address, body, chatId: target.sender, timeoutMilliseconds })
}

async function sendFile(target: RoadTarget, file: OutgoingFile, left: () => number): Promise<void> {
  const { name, bytes } = outgoingBytes(file)
  const image = imageBody(name, bytes)
  if (image) {
    await post(target, image, left())
    return
  }
  await sendUploaded(
    () => uploadByWebhook({ webhook: target.address, body: mediaForm(name, bytes), chatId: target.sender, timeoutMilliseconds: left() }),
    mediaId => post(target, { msgtype: 'file', file: { media_id: mediaId } }, left()),
  )
}
