// A report as one page of HTML with its pictures inside: opens on any phone, serves as a mail, loads nothing.
import type { DocumentSource } from '../../core/ports/documents.js'
import { blocksOf, type Block, type Span } from './blocks.js'
import { chartPicture } from './chart.js'

const escape = (text: string) => text.replaceAll(/[&<>"']/g, sign => `&#${sign.codePointAt(0)};`)
const inline = (spans: readonly Span[]) =>
  spans.map(({ text, bold }) => (bold ? `<strong>${escape(text)}</strong>` : escape(text))).join('')

const cell = 'border:1px solid #d5dde5;padding:4px 8px;text-align:left;word-break:break-word'
/** Mail programs drop style sheets: the few that count stand on the elements. */
const styles: Readonly<Record<number, string>> = {
  1: 'font-size:22px;border-bottom:3px solid #2b6cb0;padding-bottom:6px',
  2: 'font-size:18px;color:#1e4f8a;margin:24px 0 8px',
  3: 'font-size:16px;margin:16px 0 6px',
}

export function renderPage(source: DocumentSource): Buffer {
  const body = blocksOf(source.markdown)
    .map(block => htmlOf(block, source))
    .join('\n')
  const foot = source.number === '' ? '' : `<p style="color:#64748b;font-size:12px">${escape(source.number)}</p>`
  return Buffer.from(
    `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(source.title)}</title></head><body style="font:16px/1.7 system-ui,'Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif;max-width:46rem;margin:0 auto;padding:16px;color:#1f2933;background:#fff">${body}${foot}</body></html>`,
    'utf8',
  )
}

function htmlOf(block: Block, { charts }: DocumentSource): string {
  switch (block.kind) {
    case 'heading': {
      const level = Math.min(3, block.level)
      return `<h${level} style="${styles[level]}">${inline(block.spans)}</h${level}>`
    }
    case 'paragraph':
      return `<p>${inline(block.spans)}</p>`
    case 'list': {
      const name = block.ordered ? 'ol' : 'ul'
      return `<${name}>${block.items.map(item => `<li>${inline(item)}</li>`).join('')}</${name}>`
    }
    case 'table': {
      const head = block.head.map(text => `<th style="${cell};background:#eef3f8">${escape(text)}</th>`).join('')
      const rows = block.rows.map(row => `<tr>${row.map(text => `<td style="${cell}">${escape(text)}</td>`).join('')}</tr>`).join('')
      return `<div style="overflow-x:auto"><table style="border-collapse:collapse;width:100%"><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`
    }
    case 'picture': {
      const spec = charts[block.name]
      if (!spec) return ''
      return `<p><img alt="${escape(block.caption)}" style="width:100%;height:auto" src="data:image/png;base64,${chartPicture(spec).png.toString('base64')}"></p>`
    }
  }
}
