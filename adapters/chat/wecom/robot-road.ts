// The road of a robot on the long connection: replies, pushes, buttons and updates; composed by app over its WecomChat, chosen by core/delivery.
import type { Chat, OutgoingMessage, SendOptions, SendReceipt } from '../../../core/ports/chat.js'
import type { Road, RoadCapabilities, RoadTarget } from '../../../core/ports/road.js'
import { notOnThisRoad } from './not-on-this-road.js'

/** Doc 101463; replies and pushes of one conversation count together. A robot's Markdown cannot mention. */
const can: RoadCapabilities = {
  mention: false,
  buttons: true,
  update: true,
  files: true,
  markdown: true,
  maxBytes: 20_480,
  perMinute: 30,
  perHour: 1000,
}

/** `target.address` is a chatid or userid, `target.sender` the robot's name. */
export function robotRoad(wecomChat: Chat): Road {
  return {
    id: 'robot',
    can,
    async send({ address, sender, chatType }: RoadTarget, message: OutgoingMessage, options?: SendOptions): Promise<SendReceipt> {
      if (message.kind === 'mention') throw notOnThisRoad('robot', 'mention')
      return wecomChat.send({ robot: sender, chatId: address, chatType }, message, options)
    },
  }
}
