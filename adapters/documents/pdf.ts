// A report as PDF: A4, fonts embedded, page numbers, table heads repeated on each page, the customer's name at the head.
import { createRequire } from 'node:module'
import type { DocumentSource } from '../../core/ports/documents.js'
import { blocksOf, readable, type Block, type Span } from './blocks.js'
import { chartPicture } from './chart.js'
import { columnShares } from './column-widths.js'
import { boldFont, regularFont } from './fonts.js'

const PAGE_WIDTH = 595.28
const MARGIN = 48
const WIDTH = PAGE_WIDTH - 2 * MARGIN
/** A figure, or none; addresses have more points. */
const FIGURE = /^(?:[-+]?\d[\d,]*(?:\.\d+)?%?|—|持平)$/
/** Share of the page's height. */
const LOWEST_HEADING = 0.84
/** Inside a cell, both sides. */
const PADDING = 12

/** What is used of pdfmake. Its own types would bring those of a browser into every file. */
interface PdfMake {
  setFonts(fonts: object): void
  setUrlAccessPolicy(allow: (url: string) => boolean): void
  setLocalAccessPolicy(allow: (path: string) => boolean): void
  createPdf(definition: object): { getBuffer(): Promise<Buffer> }
}
type Content = object
const pdfmake = createRequire(import.meta.url)('pdfmake') as PdfMake

pdfmake.setFonts({ Noto: { normal: regularFont, bold: boldFont, italics: regularFont, bolditalics: boldFont } })
pdfmake.setUrlAccessPolicy(() => false)
pdfmake.setLocalAccessPolicy(path => path === regularFont || path === boldFont)

export async function renderPdf(source: DocumentSource): Promise<Buffer> {
  const at = new Date(source.createdAt)
  const definition = {
    pageSize: 'A4',
    pageMargins: [MARGIN, 64, MARGIN, 56],
    info: {
      title: source.title,
      author: '云端安全管家',
      subject: source.number,
      creationDate: at,
      modDate: at,
      creator: 'Guanjia',
      producer: 'Guanjia',
    },
    language: 'zh-CN',
    defaultStyle: { font: 'Noto', fontSize: 10, lineHeight: 1.35, color: '#1f2933' },
    header: () => ({
      margin: [MARGIN, 28, MARGIN, 0],
      columns: [
        { text: readable(source.tenantName), fontSize: 8.5, color: '#64748b' },
        { text: source.number, fontSize: 8.5, color: '#64748b', alignment: 'right' },
      ],
    }),
    footer: (page: number, pages: number) => ({
      text: `第 ${page} 页 / 共 ${pages} 页`,
      alignment: 'center',
      fontSize: 8.5,
      color: '#64748b',
      margin: [0, 20, 0, 0],
    }),
    content: contents(source),
    // A heading must not be the last thing on a page; how far down it stands tells, as tables count for where they might have begun.
    pageBreakBefore: (node: { headlineLevel?: number; startPosition?: { verticalRatio: number } }) =>
      node.headlineLevel !== undefined && (node.startPosition?.verticalRatio ?? 0) > LOWEST_HEADING,
  }
  return pdfmake.createPdf(definition).getBuffer()
}

// Only what is bold by itself says so: a heading is bold as a whole.
const spans = (items: readonly Span[]) => items.map(({ text, bold }) => (bold ? { text, bold } : { text }))

/** A heading stays with the text or picture it stands over. */
function contents(source: DocumentSource): Content[] {
  const blocks = blocksOf(source.markdown)
  const done: Content[] = []
  for (let at = 0; at < blocks.length; at++) {
    const group = [blocks[at]!]
    while (isHeading(group.at(-1)!) && blocks[at + 1] && blocks[at + 1]!.kind !== 'table' && blocks[at + 1]!.kind !== 'list')
      group.push(blocks[++at]!)
    // What is kept together moves as a whole; a break of its own inside would leave an empty page.
    const content = group.map(block => contentOf(block, source, group.length === 1))
    done.push(content.length === 1 ? content[0]! : { stack: content, unbreakable: true })
  }
  return done
}

const isHeading = (block: Block): boolean => block.kind === 'heading' && block.level > 1

function contentOf(block: Block, { charts }: DocumentSource, standsAlone: boolean): Content {
  switch (block.kind) {
    case 'heading':
      if (block.level === 1)
        return {
          stack: [
            { text: spans(block.spans), fontSize: 19, bold: true, lineHeight: 1.2 },
            { canvas: [{ type: 'line', x1: 0, y1: 4, x2: WIDTH, y2: 4, lineWidth: 2, lineColor: '#2b6cb0' }] },
          ],
          margin: [0, 0, 0, 12],
        }
      return {
        text: spans(block.spans),
        ...(standsAlone ? { headlineLevel: block.level } : {}),
        fontSize: block.level === 2 ? 14 : 11.5,
        bold: true,
        color: block.level === 2 ? '#1e4f8a' : '#1f2933',
        margin: [0, block.level === 2 ? 14 : 8, 0, 5],
      }
    case 'paragraph':
      return { text: spans(block.spans), margin: [0, 0, 0, 6] }
    case 'list': {
      const items = block.items.map(item => ({ text: spans(item) }))
      return block.ordered ? { ol: items, margin: [0, 0, 0, 6] } : { ul: items, margin: [0, 0, 0, 6] }
    }
    case 'table':
      return tableOf(block.head, block.rows)
    case 'picture': {
      const spec = charts[block.name]
      if (!spec) return { text: '' }
      return { image: `data:image/png;base64,${chartPicture(spec).png.toString('base64')}`, width: WIDTH, margin: [0, 4, 0, 10] }
    }
  }
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): Content {
  const isFigure = head.map((_, column) => rows.length > 0 && rows.every(row => FIGURE.test(row[column] ?? '')))
  const inner = WIDTH - PADDING * head.length
  return {
    table: {
      headerRows: 1,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths: columnShares(head, rows).map(share => share * inner),
      body: [
        head.map((text, column) => ({ text, bold: true, color: '#1e3a5f', ...(isFigure[column] ? { alignment: 'right' as const } : {}) })),
        ...rows.map(row =>
          head.map((_, column) => ({ text: row[column] ?? '', ...(isFigure[column] ? { alignment: 'right' as const } : {}) })),
        ),
      ],
    },
    fontSize: 9,
    layout: {
      hLineWidth: () => 0.5,
      vLineWidth: () => 0,
      hLineColor: () => '#cbd5e1',
      fillColor: (index: number) => (index === 0 ? '#e8eff7' : index % 2 === 0 ? '#f8fafc' : null),
      paddingLeft: () => PADDING / 2,
      paddingRight: () => PADDING / 2,
      paddingTop: () => 3,
      paddingBottom: () => 2,
    },
    margin: [0, 2, 0, 10],
  }
}
