// Calls of WeCom that say nothing in a group but tell whether it can be reached; made by the bot role, asked by core/delivery/reach-watch.ts.
import { isAppError } from '../../../core/errors.js'
import type { Reachability, ReachProbe, ReachTarget } from '../../../core/ports/reach.js'
import { uploadByWebhook } from './group-webhook.js'
import { mediaForm } from './http-upload.js'
import type { WecomChat } from './wecom-chat.js'

const timeoutMilliseconds = 8_000
/** WeCom wants more than five bytes (doc 99110); nobody ever sees them. */
const nothing = Buffer.from('guanjia: is this webhook alive?')

export function reachProbe(chat: Pick<WecomChat, 'probe'>): ReachProbe {
  return {
    probe: target => (target.road === 'webhook' ? ofWebhook(target) : ofRobot(chat, target)),
  }
}

/** An upload is checked for its key and shows nothing; the file is forgotten after three days. */
async function ofWebhook({ address, chatId }: ReachTarget): Promise<Reachability> {
  return judged(
    uploadByWebhook({ webhook: address, body: mediaForm('probe.txt', nothing), chatId, timeoutMilliseconds }).then(() => ({
      state: 'reached',
    })),
  )
}

/**
 * A file that does not exist is pushed: it is refused for the chat (93001, 93006, 93008) or for the file (40007), never shown. Which of the
 * two WeCom looks at first is not documented, so that 40007 proves nothing.
 */
async function ofRobot(chat: Pick<WecomChat, 'probe'>, { robot, chatId }: ReachTarget): Promise<Reachability> {
  return judged(chat.probe({ robot, chatId, chatType: 'group' }).then(() => ({ state: 'unsure' })))
}

async function judged(call: Promise<Reachability>): Promise<Reachability> {
  try {
    return await call
  } catch (error) {
    if (isAppError(error, 'CHAT_TARGET_DEAD')) return { state: 'dead', code: String(error.facts['code'] ?? error.code) }
    return { state: 'unsure' }
  }
}
