// What an application hears of its members: posts messages, presses and openings as encrypted XML and carries out the passive answer.
import { randomInt } from 'node:crypto'
import type { Clock } from '../../../core/ports/clock.js'
import type { AppMessages } from './app-messages.js'
import { unseal } from './callback-crypto.js'
import type { CallbackEnvelope, CallbackLine } from './callback-line.js'
import { cardOfXml, fromXml, toXml, type XmlFields } from './callback-xml.js'
import { checkCard } from './card-check.js'
import { viewCard } from './card-view.js'
import type { ChatBook } from './chat-book.js'
import { asFields, asText, type Fields } from './json-fields.js'
import { cardDraft, plainDraft } from './message-content.js'
import { cutBytes } from './news-content.js'
import { sameUser } from './roster.js'
import type { SandboxLimits } from './sandbox-limits.js'
import type { SandboxApp, SandboxCallback, SandboxCard } from './sandbox-types.js'
import { WecomRefusal } from './wecom-refusal.js'

export interface AppCallbackParts {
  readonly clock: Clock
  readonly limits: SandboxLimits
  readonly line: CallbackLine
  readonly book: ChatBook
  readonly messages: AppMessages
}

/** Who does something in which single chat of an app. */
export interface AppScene {
  readonly app: SandboxApp
  readonly chat: string
  readonly userid: string
}

export interface AppPress {
  readonly msgid: string
  readonly card: SandboxCard
  readonly key: string
  readonly selected: Readonly<Record<string, readonly string[]>>
}

export class AppCallbacks {
  constructor(private readonly parts: AppCallbackParts) {}

  said(scene: AppScene, text: string): void {
    const id = `7${String(randomInt(2 ** 47)).padStart(18, '0')}`
    this.tell(scene, { MsgType: 'text', Content: text, MsgId: BigInt(id) })
  }

  entered(scene: AppScene): void {
    this.tell(scene, { MsgType: 'event', Event: 'enter_agent', EventKey: '' })
  }

  pressed(scene: AppScene, press: AppPress): void {
    const { card, key, msgid, selected } = press
    const code = this.parts.messages.newCode(scene.app.agentId, msgid, [scene.chat])
    const items = Object.entries(selected).map(([question, ids]) => ({
      QuestionKey: question,
      OptionIds: { OptionId: ids },
    }))
    const event = {
      MsgType: 'event',
      Event: card.menu.some(entry => entry.key === key) ? 'template_card_menu_event' : 'template_card_event',
      EventKey: key,
      TaskId: card.taskId ?? '',
      CardType: card.type,
      ResponseCode: code,
      ...(items.length > 0 ? { SelectedItems: { SelectedItem: items } } : {}),
    }
    this.tell(scene, event, press)
  }

  private tell(scene: AppScene, content: XmlFields, press?: AppPress): void {
    const { app, chat, userid } = scene
    if (!app.callback) return
    const target: SandboxCallback = { ...app.callback, receiveId: app.callback.receiveId ?? app.corpId }
    const seconds = Math.floor(this.parts.clock.now() / 1000)
    const message = toXml({ ToUserName: app.corpId, FromUserName: userid, CreateTime: seconds, ...content, AgentID: app.agentId })
    this.parts.line.start(chat, async () => {
      const answer = await this.parts.line.call(target, envelopeOf(app), message, this.parts.limits.callbackAttempts, chat)
      // Older programs say the word `success` where nothing is meant.
      if (answer === undefined || answer.trim() === '' || answer.trim() === 'success') return
      this.carryOut(scene, readReply(target, answer), press)
    })
  }

  /** @throws WecomRefusal 40003 (for somebody else), 40008, 44004, 42020, and those of `checkCard` */
  private carryOut({ app, chat, userid }: AppScene, reply: Fields, press: AppPress | undefined): void {
    const { book, limits } = this.parts
    if (!sameUser(asText(reply['ToUserName']) ?? '', userid)) throw new WecomRefusal(40003, 'answer is for somebody else')
    const msgtype = reply['MsgType']
    if (msgtype === 'text') {
      const text = asText(reply['Content'])
      if (text === undefined) throw new WecomRefusal(44004, 'empty content')
      book.add(chat, plainDraft('text', cutBytes(text, limits.appTextBytes)), {
        from: app.name,
        fromName: app.name,
        botId: `app:${app.agentId}`,
      })
      return
    }
    if (!press || (msgtype !== 'update_button' && msgtype !== 'update_template_card')) throw new WecomRefusal(40008, 'invalid message type')
    const card = msgtype === 'update_button' ? greyed(reply, press.card) : replacement(reply, press.card)
    const { kind, text, buttons } = cardDraft(card)
    // A single chat has one reader, so the presser's view is the message.
    book.change(chat, press.msgid, { kind, text, buttons, card })
  }
}

function greyed(reply: Fields, old: SandboxCard): SandboxCard {
  const name = asText(asFields(reply['Button'])?.['ReplaceName'])
  if (name === undefined) throw new WecomRefusal(42020, 'Button.ReplaceName missing')
  return { ...old, buttons: [], replaced: true, replaceText: name }
}

function replacement(reply: Fields, old: SandboxCard): SandboxCard {
  const fields = checkCard(cardOfXml(asFields(reply['TemplateCard']) ?? {}), 'app', true)
  const card = viewCard(fields, true, asText(fields['replace_text']))
  return card.taskId === undefined && old.taskId !== undefined ? { ...card, taskId: old.taskId } : card
}

function envelopeOf(app: SandboxApp): CallbackEnvelope {
  return {
    contentType: 'text/xml',
    write: encrypt => toXml({ ToUserName: app.corpId, AgentID: String(app.agentId), Encrypt: encrypt }),
  }
}

/** @throws WecomRefusal -40001, -40002, -40005, -40007 */
function readReply(target: SandboxCallback, answer: string): Fields {
  const outer = fromXml(answer)
  const part = (name: string): string => asText(outer[name]) ?? ''
  const sealed = { encrypt: part('Encrypt'), signature: part('MsgSignature'), timestamp: part('TimeStamp'), nonce: part('Nonce') }
  return fromXml(unseal(target, sealed))
}
