// Text of an indicator file to indicators, each bad entry named by its line; pure, used by load-content.ts.
import { isSeq, LineCounter, parseDocument } from 'yaml'
import type { Indicator } from '../../core/threats/indicators/indicator.js'
import type { ContentFile, ContentFault } from './content-files.js'
import { readIndicator } from './indicator-schema.js'

/** More faults of one file help nobody. */
const MAX_FAULTS = 20

export interface ParsedIndicators {
  readonly indicators: Indicator[]
  readonly faults: ContentFault[]
}

export function parseIndicators(file: ContentFile): ParsedIndicators {
  const entries = file.name.endsWith('.ndjson') ? ndjsonEntries(file.text) : yamlEntries(file.text)
  const indicators: Indicator[] = []
  const problems: { line: number; problem: string }[] = []
  for (const { line, value, problem } of entries) {
    const read = problem === undefined ? readIndicator(value) : { problem }
    if ('indicator' in read) indicators.push(read.indicator)
    else problems.push({ line, problem: read.problem })
  }
  const faults = problems.slice(0, MAX_FAULTS).map(fault => ({ file: file.path, ...fault }))
  const more = problems.length - faults.length
  if (more > 0) faults.push({ file: file.path, line: problems[MAX_FAULTS]!.line, problem: `从这里起还有 ${more} 处错误` })
  return { indicators, faults }
}

interface Entry {
  readonly line: number
  readonly value?: unknown
  readonly problem?: string
}

function* ndjsonEntries(text: string): Generator<Entry> {
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      yield { line: index + 1, value: JSON.parse(line) as unknown }
    } catch {
      yield { line: index + 1, problem: '不是有效的 JSON' }
    }
  }
}

function* yamlEntries(text: string): Generator<Entry> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, logLevel: 'silent' })
  for (const { pos, message } of document.errors)
    yield { line: lines.linePos(pos[0]).line, problem: `不是有效的 YAML：${message.split('\n')[0]!.slice(0, 200)}` }
  const broken = document.errors.length > 0
  const { contents } = document
  if (contents === null) return
  if (!isSeq(contents)) {
    if (!broken) yield { line: 1, problem: '应当是一个列表' }
    return
  }
  for (const item of contents.items) {
    const range = (item as { range?: [number, number, number] | null } | null)?.range
    const line = lines.linePos(range?.[0] ?? 0).line
    try {
      yield { line, value: (item as { toJS(document: unknown, options: object): unknown }).toJS(document, { maxAliasCount: 10 }) }
    } catch {
      yield { line, problem: '读不出这一条' }
    }
  }
}
