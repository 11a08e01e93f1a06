// Reads a report's Markdown into the few blocks a page is made of; shared by pdf.ts, docx.ts and html.ts. What is not known is text.
import MarkdownIt from 'markdown-it'

export interface Span {
  readonly text: string
  readonly bold: boolean
}

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly spans: readonly Span[] }
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Span[])[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'picture'; readonly caption: string; readonly name: string }

const markdown = new MarkdownIt({ html: false, linkify: false })
// Pictures have a scheme of their own; everything else markdown-it lets through stays text here anyway.
const checked = markdown.validateLink.bind(markdown)
markdown.validateLink = url => url.startsWith('chart:') || checked(url)
type Token = ReturnType<typeof markdown.parse>[number]

export function blocksOf(text: string): readonly Block[] {
  const tokens = markdown.parse(text, {})
  const blocks: Block[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!
    if (token.type === 'heading_open') blocks.push({ kind: 'heading', level: Number(token.tag.slice(1)), spans: spansOf(tokens[at + 1]) })
    else if (token.type === 'paragraph_open') blocks.push(paragraph(tokens[at + 1]))
    else if (token.type === 'bullet_list_open' || token.type === 'ordered_list_open') {
      const end = closing(tokens, at)
      const items = tokens.slice(at, end).filter(inner => inner.type === 'inline')
      blocks.push({ kind: 'list', ordered: token.type === 'ordered_list_open', items: items.map(spansOf) })
      at = end
    } else if (token.type === 'table_open') {
      const end = closing(tokens, at)
      blocks.push(tableOf(tokens.slice(at, end)))
      at = end
    } else if (token.type === 'fence' || token.type === 'code_block')
      blocks.push({ kind: 'paragraph', spans: [{ text: readable(token.content), bold: false }] })
  }
  return blocks.filter(block => block.kind !== 'paragraph' || block.spans.length > 0)
}

function closing(tokens: readonly Token[], at: number): number {
  const { level, type } = tokens[at]!
  const close = type.replace('_open', '_close')
  const end = tokens.findIndex((token, index) => index > at && token.level === level && token.type === close)
  return end < 0 ? tokens.length : end
}

function paragraph(inline: Token | undefined): Block {
  const [only, another] = inline?.children ?? []
  const source = only?.type === 'image' && another === undefined ? String(only.attrGet('src') ?? '') : ''
  if (source.startsWith('chart:')) return { kind: 'picture', caption: readable(only?.content ?? ''), name: source.slice('chart:'.length) }
  return { kind: 'paragraph', spans: spansOf(inline) }
}

function tableOf(tokens: readonly Token[]): Block {
  const rows: string[][] = []
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'tr_open') rows.push([])
    if (token.type === 'th_open' || token.type === 'td_open')
      rows.at(-1)?.push(
        spansOf(tokens[index + 1])
          .map(span => span.text)
          .join(''),
      )
  }
  const [head = [], ...body] = rows
  return { kind: 'table', head, rows: body }
}

function spansOf(inline: Token | undefined): readonly Span[] {
  const spans: Span[] = []
  let bold = 0
  for (const child of inline?.children ?? []) {
    if (child.type === 'strong_open') bold++
    else if (child.type === 'strong_close') bold--
    const text = child.type === 'softbreak' || child.type === 'hardbreak' ? ' ' : child.content
    if (text === '') continue
    const last = spans.at(-1)
    if (last && last.bold === bold > 0) spans[spans.length - 1] = { text: last.text + readable(text), bold: last.bold }
    else spans.push({ text: readable(text), bold: bold > 0 })
  }
  return spans
}

/** The font has the characters of everyday Chinese; what lies beyond is shown as a square, what turns or hides text is left out. */
export function readable(text: string): string {
  return text
    .replaceAll(/[\p{Cf}\p{Cs}]/gu, '')
    .replaceAll(/[\p{Cc}]+/gu, ' ')
    .replaceAll(/[\u{10000}-\u{10FFFF}]/gu, '□')
    .replaceAll(/[\u2600-\u27BF\uFE0F\uE000-\uF8FF]/gu, '□')
}
