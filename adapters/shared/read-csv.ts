// Tables with separators (RFC 4180 and what products make of it) as a stream of rows; an open quote or a half last row is an error.
import { ScanProblem } from './scan-problem.js'

const MAX_CELL = 8 * 1024 * 1024
const MAX_COLUMNS = 2000

export interface CsvRow {
  readonly cells: readonly string[]
  readonly line: number
}

/** The separator that occurs most in the first line outside quotes. */
export function separatorOf(head: string): string {
  const counts = new Map([
    [',', 0],
    [';', 0],
    ['\t', 0],
    ['|', 0],
  ])
  let quoted = false
  for (const c of head) {
    if (c === '"') quoted = !quoted
    else if (c === '\n' && !quoted) break
    else if (!quoted && counts.has(c)) counts.set(c, (counts.get(c) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ','
}

/** Rows, blank ones left out. @throws ScanProblem */
export async function* csvRows(pieces: AsyncIterable<string>, separator: string): AsyncGenerator<CsvRow> {
  let cells: string[] = []
  let cell = ''
  let quoted = false
  let afterQuote = false
  let line = 1
  let rowLine = 1
  let endsWithBreak = true
  let lastWidth = 0
  let first = true
  const endCell = (): void => {
    cells.push(cell)
    cell = ''
    afterQuote = false
    if (cells.length > MAX_COLUMNS) throw new ScanProblem(`一行超过 ${MAX_COLUMNS} 列`, rowLine)
  }
  for await (const piece of pieces) {
    let from = 0
    const ready: CsvRow[] = []
    for (let at = 0; at < piece.length; at++) {
      const c = piece[at]
      if (quoted) {
        if (c === '"') {
          cell += piece.slice(from, at)
          from = at + 1
          quoted = false
          afterQuote = true
        } else if (c === '\n') line++
        continue
      }
      if (first && c === '\ufeff') {
        from = at + 1
        continue
      }
      first = false
      endsWithBreak = false
      if (c === '"' && afterQuote) {
        // A doubled quote inside a quoted cell.
        cell += '"'
        quoted = true
        afterQuote = false
        from = at + 1
      } else if (c === '"' && cell === '' && from === at) {
        quoted = true
        from = at + 1
      } else if (c === separator) {
        cell += piece.slice(from, at)
        from = at + 1
        endCell()
      } else if (c === '\n') {
        cell += piece.slice(from, at).replace(/\r$/, '')
        from = at + 1
        if (cell.endsWith('\r')) cell = cell.slice(0, -1)
        endCell()
        if (cells.some(item => item !== '')) {
          ready.push({ cells, line: rowLine })
          lastWidth = Math.max(lastWidth, cells.length)
        }
        cells = []
        line++
        rowLine = line
        endsWithBreak = true
      }
    }
    cell += piece.slice(from)
    if (cell.length > MAX_CELL) throw new ScanProblem(`一个单元格超过 ${MAX_CELL} 个字符`, rowLine)
    yield* ready
  }
  if (quoted) throw new ScanProblem('引号没有闭合，文件可能被截断', rowLine)
  if (endsWithBreak && cell === '' && cells.length === 0) return
  endCell()
  if (!cells.some(item => item !== '')) return
  if (cells.length * 2 < lastWidth) throw new ScanProblem('最后一行不完整，文件可能被截断', rowLine)
  yield { cells, line: rowLine }
}

/** Rows as objects by the header's names (trimmed, as written). */
export function byHeader(header: readonly string[], row: CsvRow): Record<string, string> {
  const record: Record<string, string> = Object.create(null) as Record<string, string>
  header.forEach((name, index) => {
    const key = name.trim()
    if (!(key in record) || record[key] === '') record[key] = (row.cells[index] ?? '').trim()
  })
  return record
}
