// Reads one scanner's file: decodes, recognises the format, lets it read, and says clearly what is wrong when it cannot.
import { AppError } from '../../core/errors.js'
import type { ReadOptions, ScanFile, ScanReading } from '../../core/ports/scan-import.js'
import { Collector } from './collector.js'
import { decodeText, type TextSource } from '../shared/decode-text.js'
import type { ScanFormat, ScanHead, ScanInput } from './define-format.js'
import { byHeader, csvRows, separatorOf, type CsvRow } from '../shared/read-csv.js'
import { jsonDocument, jsonItems } from '../shared/read-json.js'
import { isWorkbook, workbookRows } from '../shared/read-workbook.js'
import { xmlElements } from './read-xml.js'
import { ScanProblem } from '../shared/scan-problem.js'

const MAX_BYTES = 2 * 1024 ** 3
const MAX_TEXT = 32 * 1024 * 1024
const MAX_LINE = 1024 * 1024

/** @throws FILE_INVALID, SCAN_FORMAT_UNKNOWN */
export async function readScan(formats: readonly ScanFormat[], file: ScanFile, options: ReadOptions = {}): Promise<ScanReading> {
  try {
    const rows = (await isWorkbook(file)) ? await workbookRows(file) : undefined
    const source = rows ? undefined : await decodeText(() => file.open(), MAX_BYTES)
    const head = headOf(file.name, source, rows)
    const format = choose(formats, head, options)
    if (!format) return nothing(head, file)
    const out = new Collector()
    if (head.kind === 'empty') out.warn('文件是空的：引擎什么都没写，不能证明目标没有问题')
    else await format.read(inputOf(head, source, rows, options), out)
    return out.reading(format.id, format.engine)
  } catch (error) {
    if (error instanceof ScanProblem)
      throw new AppError('FILE_INVALID', { file: file.name, line: error.line, problem: error.problem }, { cause: error })
    throw error
  }
}

function choose(formats: readonly ScanFormat[], head: ScanHead, options: ReadOptions): ScanFormat | undefined {
  if (options.format !== undefined) {
    const wanted = options.format.toLowerCase()
    const format = formats.find(item => item.id === wanted)
    if (!format) throw new AppError('SCAN_FORMAT_UNKNOWN', { file: head.name, known: formats.map(item => item.id).join(' ') })
    return format
  }
  if (options.columns && Object.keys(options.columns).length > 0) return formats.find(item => item.id === 'table')
  return formats.find(item => head.kind !== 'empty' && item.recognises(head)) ?? byName(formats, head)
}

/** Engines that find nothing write nothing, or an empty list: then only the file's name tells which it was. */
function byName(formats: readonly ScanFormat[], head: ScanHead): ScanFormat | undefined {
  if (!saysNothing(head)) return undefined
  const words = head.name.split(/[^a-z0-9]+/)
  return formats.find(item => words.includes(item.id))
}

const saysNothing = (head: ScanHead): boolean => head.kind === 'empty' || /^\s*(?:\[\s*\]|null)\s*$/.test(head.text)

function nothing(head: ScanHead, file: ScanFile): ScanReading {
  if (!saysNothing(head)) throw new AppError('SCAN_FORMAT_UNKNOWN', { file: file.name })
  const out = new Collector()
  out.warn('文件里什么都没有，看不出是哪种引擎，也不能证明目标没有问题')
  return out.reading('empty', 'empty')
}

function headOf(name: string, source: TextSource | undefined, rows: readonly CsvRow[] | undefined): ScanHead {
  const lower = name.toLowerCase()
  if (!source) {
    const columns = (rows?.[0]?.cells ?? []).map(cell => cell.trim().toLowerCase())
    return {
      kind: 'workbook',
      name: lower,
      text: (rows ?? [])
        .slice(0, 20)
        .map(row => row.cells.join('\t'))
        .join('\n'),
      root: '',
      columns,
    }
  }
  const text = source.head.replace(/^\ufeff/, '')
  const start = text.trimStart()
  const root = start.startsWith('<') ? rootOf(start) : ''
  const kind =
    start === ''
      ? 'empty'
      : /^(?:html|!doctype html)/i.test(root)
        ? 'html'
        : root !== '' || start.startsWith('<?xml')
          ? 'xml'
          : /^\{|^\[\s*(?:[[{\"\],]|$)|^null\s*$/.test(start)
            ? 'json'
            : 'text'
  const separator = separatorOf(text)
  const firstLine = /^[^\n]*/.exec(text)?.[0] ?? ''
  const columns = kind === 'text' ? firstLine.split(separator).map(cell => cell.trim().replace(/^"|"$/g, '').trim().toLowerCase()) : []
  return { kind, name: lower, text, root, columns }
}

/** Skips declaration, comments and document type; `html` wins by its document type as well. */
function rootOf(start: string): string {
  let rest = start
  for (;;) {
    rest = rest.trimStart()
    if (rest.startsWith('<?')) rest = after(rest, '?>')
    else if (rest.startsWith('<!--')) rest = after(rest, '-->')
    else if (/^<!doctype\s+html/i.test(rest)) return 'html'
    else if (/^<!doctype/i.test(rest)) rest = /^<!doctype[^[>]{0,500}\[/i.test(rest) ? after(after(rest, ']'), '>') : after(rest, '>')
    else break
  }
  return /^<(?:[\w.-]{1,60}:)?([\w.-]{1,100})/.exec(rest)?.[1] ?? ''
}

function after(text: string, mark: string): string {
  const index = text.indexOf(mark)
  return index === -1 ? '' : text.slice(index + mark.length)
}

function inputOf(head: ScanHead, source: TextSource | undefined, rows: readonly CsvRow[] | undefined, options: ReadOptions): ScanInput {
  const pieces = (): AsyncIterable<string> => {
    if (!source) throw new ScanProblem('这个格式不能是工作簿', 1)
    return source.pieces()
  }
  async function* everyRow(): AsyncGenerator<CsvRow> {
    if (rows) yield* rows
    else yield* csvRows(pieces(), separatorOf(head.text))
  }
  return {
    head,
    mapping: options.columns ?? {},
    xml: (...names) => {
      const wanted = new Set(names)
      return xmlElements(pieces(), name => wanted.has(name))
    },
    json: repair => jsonDocument(pieces(), repair),
    items: () => jsonItems(pieces()),
    rows: everyRow,
    async *records(isHeader = () => true) {
      let header: readonly string[] | undefined
      for await (const row of everyRow()) {
        if (header) yield { record: byHeader(header, row), line: row.line }
        else if (isHeader(row.cells)) header = row.cells
      }
      if (!header) throw new ScanProblem('没有找到表头', 1)
    },
    async *lines() {
      let rest = ''
      let line = 0
      for await (const piece of pieces()) {
        const parts = (rest + piece).split('\n')
        rest = parts.pop() ?? ''
        if (rest.length > MAX_LINE) throw new ScanProblem(`一行超过 ${MAX_LINE} 个字符`, line + 1)
        for (const text of parts) yield { text: text.replace(/\r$/, ''), line: ++line }
      }
      if (rest !== '') yield { text: rest, line: line + 1 }
    },
    async text() {
      let all = ''
      for await (const piece of pieces()) {
        all += piece
        if (all.length > MAX_TEXT) throw new ScanProblem(`文件超过 ${MAX_TEXT} 个字符`, 1)
      }
      return all
    },
  }
}
