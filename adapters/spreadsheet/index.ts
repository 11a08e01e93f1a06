// Tables as files: XLSX and CSV in, XLSX out (read-excel-file, write-excel-file); composed in app/compose.ts.
import writeExcelFile from 'write-excel-file/node'
import { AppError } from '../../core/errors.js'
import type { Sheet, Spreadsheets, TableRow } from '../../core/ports/spreadsheet.js'
import { decodeText } from '../shared/decode-text.js'
import { csvRows, separatorOf } from '../shared/read-csv.js'
import { isWorkbook, workbookRows } from '../shared/read-workbook.js'
import { ScanProblem } from '../shared/scan-problem.js'

const MAX_BYTES = 32 * 1024 * 1024
/** Excel's own limit of a cell. */
const MAX_CELL = 32_000
const SHEET_NAME = 31

export const spreadsheets: Spreadsheets = {
  async read(name, bytes, mostRows) {
    const file = { name, size: bytes.length, open: () => one(bytes) }
    try {
      if (bytes.length > MAX_BYTES) throw new ScanProblem(`文件超过 ${MAX_BYTES / 1024 / 1024} MB`, 1)
      const rows: TableRow[] = []
      const take = (row: TableRow): void => {
        if (rows.length >= mostRows) throw new ScanProblem(`超过 ${mostRows} 行，请拆分后再导入`, row.line)
        rows.push(row)
      }
      if (await isWorkbook(file)) for (const row of await workbookRows(file)) take(row)
      else {
        const source = await decodeText(() => file.open(), MAX_BYTES)
        for await (const row of csvRows(source.pieces(), separatorOf(source.head))) take(row)
      }
      return rows
    } catch (error) {
      if (error instanceof ScanProblem)
        throw new AppError('FILE_INVALID', { file: name, line: error.line, problem: error.problem }, { cause: error })
      throw error
    }
  },

  async write(sheets) {
    return writeExcelFile(sheets.map(sheetOf)).toBuffer()
  },
}

function sheetOf({ name, columns, rows }: Sheet) {
  const text = (value: string) => ({
    type: String,
    value: value.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ' ').slice(0, MAX_CELL),
  })
  return {
    sheet: name.replaceAll(/[\\/?*[\]:]/g, ' ').slice(0, SHEET_NAME),
    columns: columns.map(({ width }) => ({ width: width ?? 16 })),
    stickyRowsCount: 1,
    data: [
      columns.map(({ title }) => ({ ...text(title), fontWeight: 'bold' as const })),
      ...rows.map(row =>
        row.map(cell => (cell === null || cell === '' ? null : typeof cell === 'number' ? { type: Number, value: cell } : text(cell))),
      ),
    ],
  }
}

async function* one(bytes: Buffer): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}
