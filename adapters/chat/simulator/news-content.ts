// Reads the articles of a news message, for webhooks and applications alike.
import { asFields, asText, byteLength, type Fields, requireFields, requireText } from './json-fields.js'
import { type Draft, plainDraft } from './message-content.js'
import { WecomRefusal } from './wecom-refusal.js'

/**
 * One to eight articles; long titles and descriptions are cut as in the client.
 * @param missingTitle the code for an article without a title
 * @param miniProgram a mini program may take the place of the link
 * @throws WecomRefusal 40058, 45008, `missingTitle`
 */
export function readNews(body: Fields, missingTitle: number, miniProgram: boolean): Draft {
  const articles = requireFields(body, 'news', 'body.news')['articles']
  if (!Array.isArray(articles) || articles.length === 0) throw new WecomRefusal(40058, 'news.articles missing or invalid')
  if (articles.length > 8) throw new WecomRefusal(45008, 'article count out of limit')
  const lines = articles.map(value => {
    const article = asFields(value)
    if (!article) throw new WecomRefusal(40058, 'news.articles invalid. Warning: wrong json format. ')
    const title = asText(article['title'])
    if (title === undefined) throw new WecomRefusal(missingTitle, 'news.articles.title missing or invalid')
    const app = miniProgram && asText(article['appid']) !== undefined && asText(article['pagepath']) !== undefined
    const url = app && article['url'] === undefined ? '' : requireText(article, 'url', 'news.articles.url', 2048)
    const description = article['description'] ?? ''
    if (typeof description !== 'string') throw new WecomRefusal(40058, 'news.articles.description invalid. Warning: wrong json format. ')
    return [cutBytes(title, 128), cutBytes(description, 512), url].filter(line => line !== '').join('\n')
  })
  return plainDraft('news', lines.join('\n'))
}

/** Cuts at a byte length without splitting a character. */
export function cutBytes(text: string, maxBytes: number): string {
  if (byteLength(text) <= maxBytes) return text
  let bytes = 0
  let kept = ''
  for (const character of text) {
    bytes += byteLength(character)
    if (bytes > maxBytes) break
    kept += character
  }
  return kept
}
