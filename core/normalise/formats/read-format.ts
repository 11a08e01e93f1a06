// Text of a format file to a format that compiles, or what is wrong with it and in which line; pure, called wherever formats are loaded.
import { isMap, isNode, isSeq, LineCounter, parseDocument, type Document } from 'yaml'
import { z } from 'zod'
import { compileFormat } from './compile-format.js'
import { Format } from './format.js'

export interface FormatFile {
  /** For faults. */
  readonly path: string
  readonly text: string
}
export interface FormatFault {
  readonly file: string
  readonly line?: number
  /** Chinese, for the operator. */
  readonly problem: string
}

/** More faults of one file help nobody. */
const MAX_FAULTS = 20

/** Of two with the same id the later one counts; a faulty one is left out. */
export function readFormats(files: readonly FormatFile[]): { formats: Format[]; faults: FormatFault[] } {
  const formats = new Map<string, Format>()
  const faults: FormatFault[] = []
  for (const file of files) {
    const read = readFormat(file)
    if (read.format !== undefined) formats.set(read.format.id, read.format)
    faults.push(...read.faults)
  }
  return { formats: [...formats.values()], faults }
}

export function readFormat(file: FormatFile): { format?: Format; faults: FormatFault[] } {
  const lines = new LineCounter()
  const document = parseDocument(file.text, { lineCounter: lines, uniqueKeys: true, merge: true, logLevel: 'silent' })
  const fault = (problem: string, offset?: number): FormatFault => ({
    file: file.path,
    ...(offset === undefined ? {} : { line: lines.linePos(offset).line }),
    problem,
  })
  if (document.errors.length > 0)
    return {
      faults: document.errors
        .slice(0, 1)
        .map(error => fault(`不是有效的 YAML：${error.message.split('\n')[0]!.slice(0, 200)}`, error.pos[0])),
    }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 100 })
  } catch {
    return { faults: [fault('别名展开过大', 0)] }
  }
  const read = Format.safeParse(value, { error: z.locales.zhCN().localeError })
  if (!read.success) {
    const faults = read.error.issues
      .slice(0, MAX_FAULTS)
      .map(issue => fault([issue.path.join('.'), issue.message].filter(Boolean).join('：'), offsetOf(document, issue.path)))
    return { faults }
  }
  try {
    compileFormat(read.data)
  } catch (error) {
    return {
      faults: [fault(`写法有误：${error instanceof Error ? error.message.slice(0, 200) : '原因不明'}`, patternOffset(document, error))],
    }
  }
  return { format: read.data, faults: [] }
}

/** Where the value at the path stands, or the nearest thing around it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

/** A pattern that does not compile carries its text in `source`; it is looked for among the file's values. */
function patternOffset(document: Document, error: unknown): number {
  const source = (error as { source?: unknown }).source
  let found = 0
  const walk = (node: unknown): void => {
    if (isMap(node)) for (const pair of node.items) walk(pair.value)
    else if (isSeq(node)) for (const item of node.items) walk(item)
    else if (isNode(node) && 'value' in node && node.value === source && node.range && found === 0) found = node.range[0]
  }
  if (typeof source === 'string') walk(document.contents)
  return found
}
