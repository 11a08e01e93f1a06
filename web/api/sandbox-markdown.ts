// Renders the Markdown of a chat message to HTML that loads and executes nothing; web/api/sandbox-wire.ts calls it for the sandbox page.
import MarkdownIt from 'markdown-it'

// WeCom shows a single line feed as one, hence `breaks`. `html: false` escapes every tag that is not ours below.
const markdown = new MarkdownIt({ html: false, linkify: false, breaks: true, maxNesting: 20 })

markdown.validateLink = url => /^(https?:\/\/|mailto:|\/(?!\/))/i.test(url.trim())

markdown.renderer.rules['image'] = (tokens, index) => {
  const alt = tokens[index]?.content ?? ''
  return `<span class="md-image">[图片${alt === '' ? '' : `：${markdown.utils.escapeHtml(alt)}`}]</span>`
}

markdown.renderer.rules['link_open'] = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('target', '_blank')
  tokens[index]?.attrSet('rel', 'noopener noreferrer nofollow')
  return self.renderToken(tokens, index, options)
}

// The two tags of WeCom's own dialect: `<font color="info|comment|warning">…</font>` and `<@userid>`.
markdown.inline.ruler.before('autolink', 'wecom_tag', (state, silent) => {
  if (state.src.charCodeAt(state.pos) !== 0x3c) return false
  // A window keeps the match linear: the longest tag of the dialect fits into it.
  const window = state.src.slice(state.pos, Math.min(state.posMax, state.pos + 140))
  const mention = /^<@([^<>\s]{1,128})>/.exec(window)
  if (mention) {
    if (!silent) state.push('wecom_mention', '', 0).content = mention[1] ?? ''
    state.pos += mention[0].length
    return true
  }
  const open = /^<font color="(info|comment|warning)">/.exec(window)
  if (open) {
    if (!silent) state.push('wecom_font_open', '', 0).info = open[1] ?? ''
    state.pos += open[0].length
    return true
  }
  if (!window.startsWith('</font>')) return false
  if (!silent) state.push('wecom_font_close', '', 0)
  state.pos += '</font>'.length
  return true
})

// Tags need not be paired in a hostile text: only those that close within their paragraph become elements.
markdown.core.ruler.push('wecom_pairs', state => {
  for (const block of state.tokens) {
    const open: NonNullable<typeof block.children> = []
    for (const token of block.children ?? []) {
      if (token.type === 'wecom_font_open') open.push(token)
      if (token.type !== 'wecom_font_close') continue
      const partner = open.pop()
      token.hidden = partner === undefined
    }
    for (const lonely of open) lonely.hidden = true
  }
})
markdown.renderer.rules['wecom_mention'] = (tokens, index) =>
  `<span class="mention">@${markdown.utils.escapeHtml(tokens[index]?.content ?? '')}</span>`
markdown.renderer.rules['wecom_font_open'] = (tokens, index) =>
  tokens[index]?.hidden === true ? '' : `<span class="md-${tokens[index]?.info ?? ''}">`
markdown.renderer.rules['wecom_font_close'] = (tokens, index) => (tokens[index]?.hidden === true ? '' : '</span>')

/** Characters that reorder or hide other characters; a person must see that they are there. */
const invisible = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g

/**
 * @param text Markdown from anywhere
 * @returns HTML without scripts, images, styles or foreign protocols; characters that reorder text are spelled out
 */
export function renderMarkdown(text: string): string {
  return markdown.render(text.replace(invisible, spelled))
}

function spelled(character: string): string {
  return `[U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`
}
