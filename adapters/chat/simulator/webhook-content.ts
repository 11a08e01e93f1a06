// Reads the body of a group webhook call into a draft of the chat's message, with the webhook's own types and limits.
import { createHash } from 'node:crypto'
import { asText, decodeBase64, type Fields, requireFields } from './json-fields.js'
import { imageType, type MediaShelf } from './media-shelf.js'
import { cardDraft, type Draft, plainDraft, readCard, readContent, readMedia } from './message-content.js'
import { readNews } from './news-content.js'
import type { SandboxMember } from './sandbox-types.js'
import { sameUser } from './roster.js'
import { WecomRefusal } from './wecom-refusal.js'

export interface WebhookContext {
  /** `webhook:<key>`. */
  readonly owner: string
  readonly members: readonly SandboxMember[]
  /** Documented 2048, seen larger. */
  readonly textBytes: number
  readonly shelf: MediaShelf
  readonly fileUrl: (mediaId: string) => string
}

const maxImageBytes = 2 * 1024 * 1024

/** @throws WecomRefusal 40008, 40058, 44004, 45008, 93018, 301019, 40005, 40007, and those of `checkCard` */
export function readWebhookDraft(body: Fields, context: WebhookContext): Draft {
  switch (body['msgtype']) {
    case 'text':
      return readText(body, context)
    case 'markdown': {
      const text = readContent(body, 'markdown', 4096)
      const named = [...text.matchAll(/<@([^<>\s]{1,64})>/g)].map(match => match[1] ?? '')
      return plainDraft('markdown', text, knownUsers(named, context.members))
    }
    case 'markdown_v2':
      return plainDraft('markdown_v2', readContent(body, 'markdown_v2', 4096))
    case 'image':
      return readImage(body, context)
    case 'news':
      return readNews(body, 40058, false)
    case 'file':
      return readMedia(body, 'file', context.owner, context.shelf, context.fileUrl)
    case 'voice':
      return readMedia(body, 'voice', context.owner, context.shelf, context.fileUrl)
    case 'template_card':
      return cardDraft(readCard(body, 'webhook'))
    default:
      throw new WecomRefusal(40008, 'invalid message type')
  }
}

/** The mention stands at the end of the text, as in the client. */
function readText(body: Fields, { members, textBytes }: WebhookContext): Draft {
  const content = readContent(body, 'text', textBytes)
  const text = requireFields(body, 'text', 'body.text')
  const users = knownUsers(userList(text, 'mentioned_list'), members)
  // Mobile numbers are not known here; only `@all` can be resolved from that list.
  const all = users.includes('@all') || userList(text, 'mentioned_mobile_list').includes('@all')
  const mentions = all ? ['@all', ...users.filter(user => user !== '@all')] : users
  const names = mentions.map(user => (user === '@all' ? '所有人' : (members.find(member => sameUser(member.userid, user))?.name ?? user)))
  return plainDraft('text', [content, ...names.map(name => `@${name}`)].join(' '), mentions)
}

function userList(text: Fields, name: string): string[] {
  const value = text[name] ?? []
  if (!Array.isArray(value) || value.length > 1000 || !value.every(entry => typeof entry === 'string')) {
    throw new WecomRefusal(40058, `text.${name} invalid. Warning: wrong json format. `)
  }
  return value
}

/** Whoever is not in the group is not mentioned, silently, as in WeCom. */
function knownUsers(users: readonly string[], members: readonly SandboxMember[]): string[] {
  const known = users.map(user => (user === '@all' ? user : members.find(member => sameUser(member.userid, user))?.userid))
  return [...new Set(known.filter(user => user !== undefined))]
}

function readImage(body: Fields, context: WebhookContext): Draft {
  const image = requireFields(body, 'image', 'body.image')
  const base64 = asText(image['base64'])
  const md5 = asText(image['md5'])
  if (base64 === undefined || md5 === undefined) throw new WecomRefusal(40058, 'image.base64 or image.md5 missing')
  const bytes = decodeBase64(base64)
  if (!bytes) throw new WecomRefusal(40058, 'image.base64 invalid')
  if (bytes.length > maxImageBytes) throw new WecomRefusal(93018, 'image size out of limit')
  if (createHash('md5').update(bytes).digest('hex') !== md5.toLowerCase()) throw new WecomRefusal(301019, 'file md5 not match')
  const type = imageType(bytes)
  if (!type) throw new WecomRefusal(40005, 'invalid file type')
  const media = context.shelf.put(context.owner, 'image', type === 'image/png' ? 'image.png' : 'image.jpg', bytes)
  return { ...plainDraft('image', media.name), files: [{ name: media.name, url: context.fileUrl(media.id) }] }
}
