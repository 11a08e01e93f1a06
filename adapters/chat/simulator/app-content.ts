// Reads the content of an application's message (text, Markdown, text card, news, media, template card) into a draft of the chat's message.
import { asFields, asText, byteLength, type Fields, requireFields } from './json-fields.js'
import { asMediaType, type MediaShelf } from './media-shelf.js'
import { cardDraft, type Draft, plainDraft, readCard, readContent, readMedia } from './message-content.js'
import { cutBytes, readNews } from './news-content.js'
import type { SandboxLimits } from './sandbox-limits.js'
import type { SandboxCard } from './sandbox-types.js'
import { WecomRefusal } from './wecom-refusal.js'

export interface AppContentContext {
  /** `corp:<corpId>`: media are shared by all apps of a corp. */
  readonly owner: string
  readonly limits: SandboxLimits
  readonly shelf: MediaShelf
  readonly fileUrl: (mediaId: string) => string
}

const longestRead = 1024 * 1024
const longestArticle = 666 * 1024

/** @throws WecomRefusal 40008, 48002, 44004, 45002, 41016, 41033, 45034, 45008, 40058, 40007, 40004, and those of `checkCard` */
export function readAppDraft(body: Fields, context: AppContentContext): Draft {
  const { limits, owner, shelf, fileUrl } = context
  const msgtype = body['msgtype']
  switch (msgtype) {
    case 'text':
      return plainDraft('text', cutBytes(readContent(body, 'text', longestRead), limits.appTextBytes))
    case 'markdown': {
      const content = readContent(body, 'markdown', longestRead)
      if (byteLength(content) > limits.appMarkdownBytes && limits.appMarkdownOverflow === 'refuse') {
        throw new WecomRefusal(45002, 'content size out of limit')
      }
      return plainDraft('markdown', cutBytes(content, limits.appMarkdownBytes))
    }
    case 'textcard':
      return readTextCard(body)
    case 'news':
      return readNews(body, 41016, true)
    case 'mpnews':
      return readArticles(body, context)
    case 'template_card':
      return cardDraft(readCard(body, 'app'))
    case 'miniprogram_notice':
      throw new WecomRefusal(48002, 'api forbidden, the app is no mini program')
    default: {
      const type = asMediaType(msgtype)
      if (!type) throw new WecomRefusal(40008, 'invalid message type')
      return readMedia(body, type, owner, shelf, fileUrl)
    }
  }
}

/** Title and description are cut at 128 and 512 characters, the button at four. */
function readTextCard(body: Fields): Draft {
  const card = requireFields(body, 'textcard', 'body.textcard')
  const title = asText(card['title'])
  const description = asText(card['description'])
  const url = asText(card['url'])
  if (title === undefined) throw new WecomRefusal(41016, 'textcard.title missing')
  if (description === undefined) throw new WecomRefusal(41033, 'textcard.description missing')
  if (url === undefined || byteLength(url) > 2048) throw new WecomRefusal(40058, 'textcard.url missing or invalid')
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) throw new WecomRefusal(45034, 'url without scheme')
  const button = card['btntxt'] ?? ''
  if (typeof button !== 'string') throw new WecomRefusal(40058, 'textcard.btntxt invalid. Warning: wrong json format. ')
  const shown: SandboxCard = {
    type: 'textcard',
    title: cutCharacters(title, 128),
    text: cutCharacters(description, 512)
      .replace(/<br\s*\/?>|<\/div>/gi, '\n')
      .replace(/<div[^<>]{0,200}>/gi, '')
      .trim(),
    facts: [],
    details: [],
    links: [{ title: cutCharacters(button, 4) || '详情', url }],
    url,
    questions: [],
    buttons: [],
    menu: [],
    replaced: false,
  }
  return cardDraft(shown)
}

function readArticles(body: Fields, { owner, shelf, fileUrl }: AppContentContext): Draft {
  const articles = requireFields(body, 'mpnews', 'body.mpnews')['articles']
  if (!Array.isArray(articles) || articles.length === 0) throw new WecomRefusal(40058, 'mpnews.articles missing or invalid')
  if (articles.length > 8) throw new WecomRefusal(45008, 'article count out of limit')
  const read = articles.map(value => {
    const article = asFields(value) ?? {}
    const title = asText(article['title'])
    const content = asText(article['content'])
    if (title === undefined) throw new WecomRefusal(41016, 'mpnews.articles.title missing')
    if (content === undefined) throw new WecomRefusal(44004, 'empty content')
    if (byteLength(content) > longestArticle) throw new WecomRefusal(45002, 'content size out of limit')
    const thumb = shelf.own(owner, 'image', asText(article['thumb_media_id']) ?? '')
    const digest = asText(article['digest']) ?? content.replace(/<[^<>]{0,2000}>/g, '').slice(0, 200)
    return { text: `${cutBytes(title, 128)}\n${cutBytes(digest, 512)}`, file: { name: thumb.name, url: fileUrl(thumb.id) } }
  })
  return { ...plainDraft('news', read.map(one => one.text).join('\n')), files: read.map(one => one.file) }
}

function cutCharacters(text: string, max: number): string {
  return text.length <= max ? text : Array.from(text).slice(0, max).join('')
}
