// Which chats a refused HTTP call was meant for, as far as the call itself tells; only the count of refusals asks.
import { chatOf } from './app-door.js'
import { readRecipients } from './app-recipients.js'
import { type Fields, parseObject } from './json-fields.js'
import type { Roster } from './roster.js'
import { WecomRefusal } from './wecom-refusal.js'

/** At least one; an empty text when the call names nothing that is known, `app:<agentId>` when it names an app but no member. */
export function namedChats(path: string, query: Readonly<Record<string, string | undefined>>, body: Buffer, roster: Roster): string[] {
  if (path.startsWith('/cgi-bin/webhook/')) return [roster.ownerOfKey(query['key'] ?? '') ?? '']
  if (!path.startsWith('/cgi-bin/message/')) return ['']
  let fields: Fields = {}
  try {
    fields = parseObject(body.toString('utf8'))
    const sender = `app:${String(fields['agentid'])}`
    const app = roster.appOf(sender)
    if (!app) return ['']
    if (path !== '/cgi-bin/message/send') return [sender]
    return readRecipients(fields, app, roster).userids.map(userid => chatOf(app, userid))
  } catch (error) {
    if (!(error instanceof WecomRefusal)) throw error
    const sender = `app:${String(fields['agentid'])}`
    return [roster.appOf(sender) ? sender : '']
  }
}
