// A report as DOCX: real headings and tables, so that it can be edited; Chinese set in a Chinese font wherever it is opened.
import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  Header,
  HeadingLevel,
  ImageRun,
  Packer,
  PageNumber,
  Paragraph,
  ShadingType,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
  type FileChild,
} from 'docx'
import type { DocumentSource } from '../../core/ports/documents.js'
import { blocksOf, readable, type Block, type Span } from './blocks.js'
import { chartPicture } from './chart.js'
import { columnShares } from './column-widths.js'

const FONT = { ascii: 'Noto Sans SC', hAnsi: 'Noto Sans SC', cs: 'Noto Sans SC', eastAsia: 'Microsoft YaHei' }
/** A4 with margins of 2 cm, in twentieths of a point. */
const PAGE = { width: 11_906, height: 16_838, margin: 1134 }
const WIDTH = PAGE.width - 2 * PAGE.margin
const PICTURE_PIXELS = 620

export async function renderDocx(source: DocumentSource): Promise<Buffer> {
  let pictures = 0
  const children = blocksOf(source.markdown).flatMap(block => childrenOf(block, source, () => ++pictures))
  const grey = { font: FONT, size: 17, color: '64748B' }
  const document = new Document({
    creator: '云端安全管家',
    lastModifiedBy: '云端安全管家',
    title: source.title,
    subject: source.number,
    styles: {
      default: {
        document: { run: { font: FONT, size: 21 }, paragraph: { spacing: { after: 120, line: 320 } } },
        heading1: { run: { font: FONT, size: 38, bold: true, color: '1F2933' }, paragraph: { spacing: { after: 240 } } },
        heading2: { run: { font: FONT, size: 28, bold: true, color: '1E4F8A' }, paragraph: { spacing: { before: 280, after: 120 } } },
        heading3: { run: { font: FONT, size: 23, bold: true, color: '1F2933' }, paragraph: { spacing: { before: 160, after: 80 } } },
      },
    },
    sections: [
      {
        properties: {
          page: {
            size: { width: PAGE.width, height: PAGE.height },
            margin: { top: PAGE.margin, bottom: PAGE.margin, left: PAGE.margin, right: PAGE.margin },
          },
        },
        headers: {
          default: new Header({
            children: [new Paragraph({ children: [new TextRun({ ...grey, text: `${readable(source.tenantName)}　${source.number}` })] })],
          }),
        },
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                alignment: AlignmentType.CENTER,
                children: [new TextRun({ ...grey, children: ['第 ', PageNumber.CURRENT, ' 页 / 共 ', PageNumber.TOTAL_PAGES, ' 页'] })],
              }),
            ],
          }),
        },
        children,
      },
    ],
  })
  return Packer.toBuffer(document)
}

const runs = (items: readonly Span[]) => items.map(({ text, bold }) => new TextRun({ text, bold }))
const levels = [HeadingLevel.HEADING_1, HeadingLevel.HEADING_1, HeadingLevel.HEADING_2, HeadingLevel.HEADING_3]

function childrenOf(block: Block, { charts }: DocumentSource, nextPicture: () => number): FileChild[] {
  switch (block.kind) {
    case 'heading':
      return [new Paragraph({ heading: levels[block.level] ?? HeadingLevel.HEADING_3, keepNext: true, children: runs(block.spans) })]
    case 'paragraph':
      return [new Paragraph({ children: runs(block.spans) })]
    case 'list':
      return block.items.map(
        (item, index) =>
          new Paragraph({
            indent: { left: 360, hanging: 360 },
            children: [new TextRun(block.ordered ? `${index + 1}. ` : '· '), ...runs(item)],
          }),
      )
    case 'table':
      return [tableOf(block.head, block.rows), new Paragraph({ children: [] })]
    case 'picture': {
      const spec = charts[block.name]
      if (!spec) return []
      const { png, width, height } = chartPicture(spec)
      const id = String(nextPicture())
      const transformation = { width: PICTURE_PIXELS, height: Math.round((PICTURE_PIXELS * height) / width) }
      const altText = { id, name: spec.title, title: spec.title, description: block.caption }
      return [new Paragraph({ children: [new ImageRun({ type: 'png', data: png, transformation, altText })] })]
    }
  }
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): Table {
  const widths = columnShares(head, rows).map(share => Math.floor(share * WIDTH))
  const line = { style: BorderStyle.SINGLE, size: 4, color: 'CBD5E1' }
  const none = { style: BorderStyle.NONE, size: 0, color: 'FFFFFF' }
  const row = (cells: readonly string[], isHead: boolean) =>
    new TableRow({
      tableHeader: isHead,
      cantSplit: true,
      children: head.map(
        (_, column) =>
          new TableCell({
            width: { size: widths[column] ?? 0, type: WidthType.DXA },
            margins: { top: 40, bottom: 40, left: 80, right: 80 },
            ...(isHead ? { shading: { type: ShadingType.CLEAR, color: 'auto', fill: 'E8EFF7' } } : {}),
            children: [
              new Paragraph({
                spacing: { after: 0, line: 280 },
                children: [new TextRun({ text: cells[column] ?? '', size: 18, bold: isHead })],
              }),
            ],
          }),
      ),
    })
  return new Table({
    columnWidths: widths,
    width: { size: WIDTH, type: WidthType.DXA },
    borders: { top: line, bottom: line, insideHorizontal: line, left: none, right: none, insideVertical: none },
    rows: [row(head, true), ...rows.map(cells => row(cells, false))],
  })
}
