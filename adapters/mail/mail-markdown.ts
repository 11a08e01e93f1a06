// Markdown and plain text to HTML that Outlook and QQ mail show as meant: styles on every element, nothing fetched from elsewhere.
import MarkdownIt from 'markdown-it'

const border = '1px solid #d0d7de'
const mono = "font-family:Consolas,Menlo,'Courier New',monospace;font-size:13px"
/** Mail programs drop style sheets, so each element carries its own. */
const styles: Readonly<Record<string, string>> = {
  h1: 'margin:0 0 12px;font-size:20px;line-height:1.4',
  h2: 'margin:16px 0 10px;font-size:18px;line-height:1.4',
  h3: 'margin:14px 0 8px;font-size:16px;line-height:1.4',
  h4: 'margin:12px 0 8px;font-size:14px',
  p: 'margin:0 0 10px',
  ul: 'margin:0 0 10px;padding-left:24px',
  ol: 'margin:0 0 10px;padding-left:24px',
  li: 'margin:0 0 4px',
  blockquote: 'margin:0 0 10px;padding:4px 12px;border-left:4px solid #d0d7de;color:#57606a',
  table: 'border-collapse:collapse;margin:0 0 12px',
  th: `border:${border};padding:6px 10px;background-color:#f6f8fa;text-align:left`,
  td: `border:${border};padding:6px 10px;vertical-align:top`,
  a: 'color:#0969da;text-decoration:underline',
  hr: `border:0;border-top:${border};margin:16px 0`,
}
const codeStyle = `${mono};background-color:#f6f8fa;padding:1px 4px`
const blockStyle = `${mono};background-color:#f6f8fa;padding:10px;margin:0 0 12px;white-space:pre-wrap;word-break:break-all`

/** Only the web, and no name or password before the host: there a reader sees one host and lands on another. */
function isWebLink(address: string): boolean {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return false
  const { username, password } = new URL(address)
  return username === '' && password === ''
}

type Renderer = InstanceType<typeof MarkdownIt>

function styled(md: Renderer): Renderer {
  const { escapeHtml } = md.utils
  md.validateLink = isWebLink
  md.core.ruler.push('inline_styles', state => {
    for (const token of state.tokens)
      for (const one of [token, ...(token.children ?? [])]) {
        const style = one.nesting === -1 ? undefined : styles[one.tag]
        if (style === undefined) continue
        // A table's alignment is a style already; ours goes first, so that the writer's wins.
        const own = one.attrGet('style')
        one.attrSet('style', own === null ? style : `${style};${own}`)
      }
  })
  // A picture would be fetched from elsewhere, which tells the sender of a log line who reads it; its caption remains.
  md.renderer.rules['image'] = (tokens, index) => escapeHtml(tokens[index]?.content ?? '')
  md.renderer.rules['code_inline'] = (tokens, index) => `<code style="${codeStyle}">${escapeHtml(tokens[index]?.content ?? '')}</code>`
  const block = (content: string) => `<pre style="${blockStyle}">${escapeHtml(content)}</pre>\n`
  md.renderer.rules['code_block'] = (tokens, index) => block(tokens[index]?.content ?? '')
  md.renderer.rules['fence'] = (tokens, index) => block(tokens[index]?.content ?? '')
  return md
}

const markdown = styled(new MarkdownIt({ html: false, linkify: false, breaks: true }))
const plain = styled(new MarkdownIt('zero', { html: false, linkify: true, breaks: true }).enable(['linkify', 'newline']))
// Addresses named in an alert (evil.example.com) must not become links; only what is written out as a link is one.
plain.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })

export const escapeHtml = (text: string): string => markdown.utils.escapeHtml(text)

export function markdownToHtml(text: string): string {
  return markdown.render(text)
}

/** Line breaks stay, `https://…` written out becomes a link, everything else is literal. */
export function plainToHtml(text: string): string {
  return plain.render(text)
}

/** The first line a person would read, without the marks; '' when there is none. */
export function firstLine(text: string): string {
  for (const token of markdown.parse(text.slice(0, 4000), {})) {
    if (token.type === 'fence' || token.type === 'code_block') return token.content.trim().split('\n', 1)[0] ?? ''
    if (token.type !== 'inline') continue
    const parts: string[] = []
    for (const child of token.children ?? []) {
      if (child.type === 'softbreak' || child.type === 'hardbreak') {
        if (parts.join('').trim() !== '') break
      } else parts.push(child.content)
    }
    const line = parts.join('').trim()
    if (line !== '') return line
  }
  return ''
}
