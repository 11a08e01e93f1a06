// What is said in a chat → subject, plain text, HTML and attachment of a mail; pure, called by mailRoad.
import { AppError } from '../../core/errors.js'
import type { Card, OutgoingFile, OutgoingMessage } from '../../core/ports/chat.js'
import { cleanBody, cleanLine, shortened } from './clean-words.js'
import { escapeHtml, firstLine, markdownToHtml, plainToHtml } from './mail-markdown.js'

export const maxTextBytes = 100_000
const maxFileBytes = 20 * 1024 * 1024
const maxSubjectCharacters = 120
/** IN-uni-261124-3 and its sisters (alert, incident, ticket, disposal, advisory, service, letter, report). */
const numberPattern = /(?<![A-Za-z0-9-])(?:AL|IN|TK|DP|AD|SO|AU|RP)-[A-Za-z0-9]{1,20}-\d{6}-\d{1,8}(?![A-Za-z0-9-])/

export interface ComposedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly attachment?: { readonly name: string; readonly content: Buffer }
}

/** @throws CHAT_REFUSED for what cannot be a mail: a card's replacement, an empty or too long text, a broken file */
export function composeMail(message: OutgoingMessage, footer = ''): ComposedMail {
  switch (message.kind) {
    case 'markdown':
    case 'mention': {
      const text = cleanBody(message.text)
      if (text.trim() === '') throw refused('EMPTY')
      if (Buffer.byteLength(text) > maxTextBytes) throw refused('TOO_LONG')
      const isMarkdown = message.kind === 'markdown'
      const title = isMarkdown ? firstLine(text) : (text.trim().split('\n', 1)[0] ?? '')
      return page(subject(title, text), text, isMarkdown ? markdownToHtml(text) : plainToHtml(text), footer)
    }
    case 'card':
      return cardMail(message.card, footer)
    case 'file':
      return fileMail(message.file, footer)
    case 'card-update':
      throw refused('UPDATE_NOT_SUPPORTED')
  }
}

/** Ends with the number it is about, also when the line is cut, so that a mailbox can be searched for it. */
function subject(title: string, everything: string): string {
  const line = cleanLine(title) || '管家通知'
  const number = numberPattern.exec(line)?.[0] ?? numberPattern.exec(everything)?.[0]
  const short = shortened(line, maxSubjectCharacters)
  if (number === undefined || short.includes(number)) return short
  const tail = `（${number}）`
  return shortened(line, maxSubjectCharacters - tail.length) + tail
}

/** Buttons cannot be pressed in a mail; who wants an answer puts a signed link into the card's text. */
function cardMail(card: Card, footer: string): ComposedMail {
  const source = cleanLine(card.source)
  const title = cleanLine(card.title)
  const desc = cleanLine(card.desc ?? '')
  const text = cleanBody(card.text ?? '').trim()
  const facts = card.facts.map(({ name, value }) => ({ name: cleanLine(name), value: cleanLine(value) }))
  const lines = [source, title, desc, facts.map(({ name, value }) => `${name}：${value}`).join('\n'), text].filter(part => part !== '')
  const plain = lines.join('\n\n')
  if (Buffer.byteLength(plain) > maxTextBytes) throw refused('TOO_LONG')
  const cell = 'border:1px solid #d0d7de;padding:6px 10px;vertical-align:top'
  const rows = facts.map(
    ({ name, value }) =>
      `<tr><th align="left" style="${cell};background-color:#f6f8fa;text-align:left;white-space:nowrap">${escapeHtml(name)}</th>` +
      `<td style="${cell};word-break:break-all">${escapeHtml(value)}</td></tr>`,
  )
  const html = [
    source && `<p style="margin:0 0 4px;color:#57606a;font-size:12px">${escapeHtml(source)}</p>`,
    `<h2 style="margin:0 0 8px;font-size:18px;line-height:1.4">${escapeHtml(title)}</h2>`,
    desc && `<p style="margin:0 0 10px;color:#57606a">${escapeHtml(desc)}</p>`,
    rows.length > 0 && `<table cellspacing="0" cellpadding="0" style="border-collapse:collapse;margin:0 0 12px">${rows.join('')}</table>`,
    text && plainToHtml(text),
  ]
  return page(subject(title, plain), plain, html.filter(part => part !== false).join('\n'), footer)
}

function fileMail(file: OutgoingFile, footer: string): ComposedMail {
  const content = Buffer.from(file.base64, 'base64')
  const whole = /^[A-Za-z0-9+/]*={0,2}$/.test(file.base64) && file.base64.length % 4 === 0
  if (!whole || content.length === 0 || content.length > maxFileBytes) throw refused('FILE_INVALID')
  const name = attachmentName(file.name)
  const text = `附件：${name}`
  return { ...page(subject(name, name), text, plainToHtml(text), footer), attachment: { name, content } }
}

/** Without folders and what Windows refuses; the ending survives the cut. */
function attachmentName(given: string): string {
  const name = cleanLine(given)
    .replace(/[\\/:*?"<>|]/g, '_')
    .replace(/^\.+/, '')
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? ''
  const stem = name.slice(0, name.length - ending.length)
  return `${shortened(stem, 80) || '附件'}${ending}`
}

function page(subjectLine: string, text: string, html: string, footer: string): ComposedMail {
  const last = cleanBody(footer).trim()
  const font = "font-family:'Microsoft YaHei','PingFang SC',Arial,sans-serif"
  const foot =
    last &&
    `<tr><td style="padding:12px 24px;border-top:1px solid #d0d7de;${font};font-size:12px;color:#57606a">${plainToHtml(last)}</td></tr>`
  return {
    subject: subjectLine,
    text: last ? `${text.trimEnd()}\n\n-- \n${last}\n` : `${text.trimEnd()}\n`,
    // Outlook draws with Word's engine: tables hold the frame, because it knows neither max-width on a div nor flex.
    html: [
      '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"></head>',
      '<body style="margin:0;padding:0;background-color:#f6f8fa">',
      '<table role="presentation" width="100%" cellspacing="0" cellpadding="0"><tr><td align="center" style="padding:16px">',
      '<table role="presentation" width="680" cellspacing="0" cellpadding="0" style="width:100%;max-width:680px;background-color:#ffffff;border:1px solid #d0d7de">',
      `<tr><td style="padding:20px 24px;${font};font-size:14px;line-height:1.7;color:#1f2328;word-break:break-word">`,
      html,
      `</td></tr>${foot}</table></td></tr></table></body></html>`,
    ].join('\n'),
  }
}

const refused = (code: string) => new AppError('CHAT_REFUSED', { code })
