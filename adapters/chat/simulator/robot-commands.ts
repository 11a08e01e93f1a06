// What a subscribed robot may order over the long connection: reply, update a card, push, upload; the connection calls it once per frame.
import type { Clock } from '../../../core/ports/clock.js'
import type { Callbacks, MessageHandle } from './callbacks.js'
import type { ChatBook } from './chat-book.js'
import { asText, byteLength, type Fields, requireFields, requireText } from './json-fields.js'
import type { MediaShelf } from './media-shelf.js'
import { cardDraft, type Draft, longestMarkdown, plainDraft, readCard, readContent, readRobotDraft } from './message-content.js'
import type { Quota } from './quota.js'
import type { Place, Roster } from './roster.js'
import type { SandboxLimits } from './sandbox-limits.js'
import type { SandboxCard } from './sandbox-types.js'
import type { Uploads } from './uploads.js'
import { WecomRefusal } from './wecom-refusal.js'

export interface RobotCommandParts {
  readonly clock: Clock
  readonly limits: SandboxLimits
  readonly roster: Roster
  readonly book: ChatBook
  readonly callbacks: Callbacks
  readonly quota: Quota
  readonly shelf: MediaShelf
  readonly uploads: Uploads
  readonly fileUrl: (mediaId: string) => string
}

const maxStreamsPerMessage = 20

export class RobotCommands {
  constructor(private readonly parts: RobotCommandParts) {}

  /** Carries one command out; returns the body of the acknowledgement. @throws WecomRefusal */
  run(botId: string, command: string, reqId: string, body: Fields): object | undefined {
    switch (command) {
      case 'aibot_respond_msg':
        return this.respond(botId, this.parts.callbacks.message(botId, reqId), body)
      case 'aibot_respond_welcome_msg':
        return this.welcome(botId, reqId, body)
      case 'aibot_respond_update_msg':
        return this.update(botId, reqId, body)
      case 'aibot_send_msg':
        return this.push(botId, body)
      case 'aibot_upload_media_init':
        return this.parts.uploads.init(botId, body)
      case 'aibot_upload_media_chunk':
        return void this.parts.uploads.chunk(botId, body)
      case 'aibot_upload_media_finish': {
        const media = this.parts.uploads.finish(botId, body)
        return { type: media.type, media_id: media.id, created_at: Math.floor(media.createdAt / 1000) }
      }
      default:
        throw new WecomRefusal(846609, 'unsupported business type')
    }
  }

  /** The chat a frame is meant for; empty when it names none that is known. */
  chatOf(botId: string, reqId: string, body: Fields): string {
    const chatid = asText(body['chatid'])
    if (chatid === undefined) return this.parts.callbacks.chatOf(botId, reqId) ?? ''
    return (this.parts.roster.group(chatid) ?? this.parts.roster.single(chatid, botId))?.chat ?? ''
  }

  /** What may come by a response_url: Markdown or a card, never an update. @throws WecomRefusal 40008, 45009, 42014, 93006, and those of the content */
  answerLate(botId: string, chat: string, body: Fields): void {
    const { msgtype } = body
    if (body['response_type'] !== undefined || (msgtype !== 'markdown' && msgtype !== 'template_card')) {
      throw new WecomRefusal(40008, 'invalid message type')
    }
    this.deliver(botId, chat, this.readDraft(botId, body))
  }

  private respond(botId: string, handle: MessageHandle, body: Fields): undefined {
    if (body['msgtype'] === 'stream') this.stream(botId, handle, body)
    else this.deliver(botId, handle.chat, this.readDraft(botId, body))
  }

  /** A stream frame always carries the whole text so far. */
  private stream(botId: string, handle: MessageHandle, body: Fields): void {
    const stream = requireFields(body, 'stream', 'body.stream')
    const id = requireText(stream, 'id', 'body.stream.id', 1024)
    const finish = stream['finish'] ?? false
    if (typeof finish !== 'boolean') throw new WecomRefusal(40058, 'body.stream.finish invalid. Warning: wrong json format. ')
    const content = stream['content'] ?? ''
    if (typeof content !== 'string') throw new WecomRefusal(40058, 'body.stream.content invalid. Warning: wrong json format. ')
    if (byteLength(content) > longestMarkdown) throw new WecomRefusal(40058, `stream.content exceed max length ${longestMarkdown}`)
    const feedback = stream['feedback'] === undefined ? undefined : requireFields(stream, 'feedback', 'body.stream.feedback')
    if (feedback) requireText(feedback, 'id', 'body.stream.feedback.id', 256)

    const open = handle.streams.get(id)
    if (!open) {
      if (handle.streams.size >= maxStreamsPerMessage) throw new WecomRefusal(846605, 'too many streams for this req_id')
      const msgid = this.deliver(botId, handle.chat, { ...plainDraft('stream', content), finished: finish })
      handle.streams.set(id, { msgid, startedAt: this.parts.clock.now(), finished: finish })
      return
    }
    if (open.finished || this.parts.clock.now() - open.startedAt > this.parts.limits.streamWindowMilliseconds) {
      throw new WecomRefusal(846608, 'stream message update expired or finished')
    }
    open.finished = finish
    this.parts.book.change(handle.chat, open.msgid, { text: content, finished: finish }, finish)
  }

  private welcome(botId: string, reqId: string, body: Fields): undefined {
    const handle = this.parts.callbacks.enter(botId, reqId)
    const msgtype = body['msgtype']
    if (msgtype !== 'text' && msgtype !== 'template_card') throw new WecomRefusal(40008, 'invalid message type')
    const draft = msgtype === 'text' ? plainDraft('text', readContent(body, 'text', longestMarkdown)) : this.readDraft(botId, body)
    this.deliver(botId, handle.chat, draft)
    handle.answered = true
  }

  /** Only the pressed copy changes: a forwarded card is another message. */
  private update(botId: string, reqId: string, body: Fields): undefined {
    const handle = this.parts.callbacks.press(botId, reqId)
    if (body['response_type'] !== 'update_template_card') throw new WecomRefusal(40058, 'body.response_type missing or invalid')
    const userids = readUserids(body['userids'])
    const card = readCard(body, 'robot', true)
    if (card.taskId !== handle.taskId) throw new WecomRefusal(42014, 'template_card.task_id differs from the pressed card')
    handle.answered = true
    if (userids === undefined) {
      const { kind, text, buttons } = cardDraft(card)
      this.parts.book.change(handle.chat, handle.msgid, { kind, text, buttons, card, views: {} })
      return
    }
    const views = this.parts.book.find(handle.chat, handle.msgid)?.message.views ?? {}
    const fresh = Object.fromEntries(userids.map(userid => [userid.toLowerCase(), card]))
    this.parts.book.change(handle.chat, handle.msgid, { views: keepRecent({ ...views, ...fresh }) })
  }

  private push(botId: string, body: Fields): undefined {
    const chatid = asText(body['chatid'])
    if (chatid === undefined) throw new WecomRefusal(86201, 'missing chatid')
    const chatType = body['chat_type'] ?? 0
    if (chatType !== 0 && chatType !== 1 && chatType !== 2) throw new WecomRefusal(40058, 'body.chat_type invalid')
    const group = chatType === 1 ? undefined : this.groupOf(botId, chatid)
    const place = group ?? (chatType === 2 ? undefined : this.parts.roster.single(chatid, botId))
    if (!place) throw new WecomRefusal(93006, 'invalid chatid')
    if (!this.parts.book.isActive(place.chat, botId)) {
      throw new WecomRefusal(93006, 'invalid chatid, nobody has talked to the robot in this chat yet')
    }
    if (this.parts.roster.isMuted(place.chat)) throw new WecomRefusal(93008, 'robot is not allowed in this group')
    this.deliver(botId, place.chat, this.readDraft(botId, body))
  }

  private groupOf(botId: string, chatid: string): Place | undefined {
    const group = this.parts.roster.group(chatid)
    return group?.robots.some(robot => robot.botId === botId) ? group : undefined
  }

  private readDraft(botId: string, body: Fields): Draft {
    return readRobotDraft(body, `robot:${botId}`, this.parts.shelf, this.parts.fileUrl)
  }

  /** Puts a checked message into the chat and counts it. @throws WecomRefusal 45009, 42014 (task_id used before), 93006 (no longer there) */
  private deliver(botId: string, chat: string, draft: Draft): string {
    const place = chat.startsWith('single:') ? this.singleOf(chat, botId) : this.groupOf(botId, chat)
    const name = place?.robots.find(robot => robot.botId === botId)?.name
    if (name === undefined) throw new WecomRefusal(93006, 'invalid chatid')
    const key = JSON.stringify([botId, chat])
    this.parts.quota.check(key)
    this.spendTask(botId, draft.card)
    this.parts.quota.take(key)
    return this.parts.book.add(chat, draft, { from: name, fromName: name, botId }).msgid
  }

  private singleOf(chat: string, botId: string): Place | undefined {
    return this.parts.roster.single(chat.slice('single:'.length, -botId.length - 1), botId)
  }

  /** A task id belongs to one card of a robot for ever. */
  private spendTask(botId: string, card: SandboxCard | undefined): void {
    if (card?.taskId === undefined) return
    if (this.parts.book.isTaskUsed(botId, card.taskId)) throw new WecomRefusal(42014, 'template_card.task_id duplicated')
    this.parts.book.useTask(botId, card.taskId)
  }
}

function readUserids(value: unknown): string[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value) || value.length === 0) throw new WecomRefusal(40031, 'invalid userid list')
  if (value.length > 1000) throw new WecomRefusal(40032, 'userid list too long')
  return value.map(userid => {
    if (typeof userid !== 'string' || userid === '' || byteLength(userid) > 64) throw new WecomRefusal(40031, 'invalid userid list')
    return userid
  })
}

/** The last 50 personal views of one card are kept: each is a whole card in memory and in the journal. */
function keepRecent(views: Readonly<Record<string, SandboxCard>>): Record<string, SandboxCard> {
  return Object.fromEntries(Object.entries(views).slice(-50))
}
