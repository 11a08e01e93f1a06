// The annex as XLSX: one sheet for each list, heads bold, text stays text whatever it begins with.
import writeExcelFile from 'write-excel-file/node'
import type { DocumentSource } from '../../core/ports/documents.js'
import { readable } from './blocks.js'
import { widthOf } from './column-widths.js'

export async function renderXlsx(source: DocumentSource): Promise<Buffer> {
  const sheets = source.sheets.length > 0 ? source.sheets : [{ name: '说明', heads: ['说明'], rows: [['本期没有明细。']] }]
  const file = writeExcelFile(
    sheets.map(sheet => ({
      sheet: sheet.name.slice(0, 31),
      data: [
        sheet.heads.map(value => ({ value, type: String, fontWeight: 'bold' as const, backgroundColor: '#E8EFF7' as const })),
        ...sheet.rows.map(row =>
          row.map(value =>
            typeof value === 'number' ? { value, type: Number } : { value: readable(value).slice(0, 32_000), type: String },
          ),
        ),
      ],
      columns: sheet.heads.map((head, column) => ({
        width: Math.min(60, Math.max(widthOf(head), ...sheet.rows.slice(0, 200).map(row => widthOf(String(row[column] ?? '')))) + 2),
      })),
      stickyRowsCount: 1,
    })),
  )
  return file.toBuffer()
}
