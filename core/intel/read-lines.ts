// Plain lists, hosts files, CSV and one JSON object a line to entries, a line at a time; called by read-feed.ts.
import { z } from 'zod'
import { indicatorTypes } from '../threats/indicators/indicator.js'
import type { FeedEntry, ReadEntry } from './entry.js'
import { feedColumns, type FeedColumn } from './feed.js'

/** A comment line that names columns, as some feeds write their header. */
const COMMENT = /^\s*(?:#|\/\/|;|!)/

/** One value a line; what follows blanks or `#` is a note. `0.0.0.0 name` is how hosts files block. */
export function readPlainLine(line: string): ReadEntry | undefined {
  const text = line.trim()
  if (text === '' || COMMENT.test(text)) return undefined
  const [first = '', second] = text.split(/\s+|,(?=\s|$)/, 2)
  const isHosts = second !== undefined && /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)$/.test(first)
  const note = /#\s*(.{1,200})$/.exec(text)?.[1]
  return { entry: { value: isHosts ? second : first, ...(note === undefined ? {} : { note }) } }
}

const field = z.union([z.string(), z.number()]).nullish()
const Line = z.object({
  type: z.string().nullish(),
  value: z.string().nullish(),
  indicator: z.string().nullish(),
  ioc: z.string().nullish(),
  kind: z.string().nullish(),
  threat: z.string().nullish(),
  confidence: z.number().nullish(),
  tlp: z.string().nullish(),
  family: z.string().nullish(),
  note: z.string().nullish(),
  firstSeen: field,
  first_seen: field,
  valid_from: field,
  lastSeen: field,
  last_seen: field,
  expires: field,
  valid_until: field,
})

export function readJsonLine(line: string): ReadEntry | undefined {
  if (line.trim() === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { problem: '不是有效的 JSON' }
  }
  const read = Line.safeParse(value)
  if (!read.success) return { problem: `${read.error.issues[0]?.path.join('.') ?? '内容'} 不对` }
  const { data } = read
  const found = data.value ?? data.indicator ?? data.ioc
  if (!found) return { problem: '没有 value' }
  return {
    entry: {
      value: found,
      type: indicatorTypes.find(type => type === data.type),
      kind: data.kind ?? data.threat ?? undefined,
      confidence: data.confidence ?? undefined,
      tlp: data.tlp ?? undefined,
      family: data.family ?? undefined,
      note: data.note ?? undefined,
      firstSeen: data.firstSeen ?? data.first_seen ?? data.valid_from ?? undefined,
      lastSeen: data.lastSeen ?? data.last_seen ?? undefined,
      expires: data.expires ?? data.valid_until ?? undefined,
    },
  }
}

/** Words headers use, compared without case and punctuation. */
const headerWords: Readonly<Record<FeedColumn, readonly string[]>> = {
  value: [
    'value',
    'ioc',
    'iocvalue',
    'indicator',
    'indicatorvalue',
    'url',
    'ip',
    'ipaddress',
    'dstip',
    'srcip',
    'domain',
    'host',
    'hostname',
    'hash',
    'sha256',
    'sha256hash',
    'md5',
    'md5hash',
    'address',
    '指标',
    '地址',
    '域名',
  ],
  type: ['type', 'ioctype', 'indicatortype', '类型'],
  kind: ['kind', 'threat', 'threattype', 'category', 'tags', 'malwaretype', '威胁类型'],
  confidence: ['confidence', 'confidencelevel', 'score', '置信度'],
  firstSeen: ['firstseen', 'firstseenutc', 'dateadded', 'created', 'date', '首次发现'],
  lastSeen: ['lastseen', 'lastseenutc', 'lastonline', 'updated', '最近发现'],
  expires: ['expires', 'validuntil', 'expiration', '到期'],
  family: ['family', 'malware', 'malwareprintable', 'malwarefamily', 'signature', '家族'],
  note: ['note', 'comment', 'description', 'reference', '备注'],
}

/** Reads lines of a CSV one after another; the first one, or a comment before it, may be the header. */
export class CsvReader {
  private columns: Partial<Record<FeedColumn, number>> | undefined
  private delimiter: string | undefined

  /** @param mapping what the operator declared: names of the header, or numbers from 1 */
  constructor(private readonly mapping: Readonly<Partial<Record<FeedColumn, string>>> = {}) {
    const numbers = Object.entries(mapping).map(([key, name]) => [key, Number(name) - 1] as const)
    if (numbers.length > 0 && numbers.every(([, at]) => Number.isInteger(at) && at >= 0)) this.columns = Object.fromEntries(numbers)
  }

  read(line: string): ReadEntry | undefined {
    const comment = COMMENT.test(line)
    const text = line.replace(comment ? /^\s*(?:#|\/\/|;|!)+\s*/ : /^\uFEFF/, '').replace(/\r$/, '')
    if (text.trim() === '') return undefined
    this.delimiter ??= comment
      ? undefined
      : [',', ';', '\t', '|'].map(sign => [sign, text.split(sign).length] as const).sort((a, b) => b[1] - a[1])[0]![0]
    const cells = splitCells(text, this.delimiter ?? ',')
    if (comment || this.columns === undefined) {
      const header = this.headerOf(cells)
      if (header && (comment || this.columns === undefined)) {
        this.columns ??= header
        return undefined
      }
      if (comment) return undefined
      // No header: the first cell that looks like something.
      this.columns ??= {
        value: Math.max(
          0,
          cells.findIndex(cell => /[.:]|^[0-9a-f]{32,64}$/i.test(cell) && !/^\d{4}-\d{2}-\d{2}/.test(cell)),
        ),
      }
    }
    const cell = (column: FeedColumn) => cells[this.columns![column] ?? -1]?.trim() || undefined
    const value = cell('value')
    if (value === undefined) return { problem: '没有值' }
    const confidence = Number(cell('confidence'))
    const entry: FeedEntry = {
      value,
      type: indicatorTypes.find(type => type === cell('type')?.toLowerCase()),
      kind: cell('kind'),
      confidence: cell('confidence') !== undefined && Number.isFinite(confidence) ? confidence : undefined,
      firstSeen: cell('firstSeen'),
      lastSeen: cell('lastSeen'),
      expires: cell('expires'),
      family: cell('family'),
      note: cell('note'),
    }
    return { entry }
  }

  private headerOf(cells: readonly string[]): Partial<Record<FeedColumn, number>> | undefined {
    const names = cells.map(plainName)
    const found: Partial<Record<FeedColumn, number>> = {}
    for (const column of feedColumns) {
      const declared = this.mapping[column]
      const wanted = declared === undefined ? headerWords[column] : [plainName(declared)]
      // In the order of our words, so that `ioc_value` goes before `url`.
      const at = wanted.map(word => names.indexOf(word)).find(index => index >= 0)
      if (at !== undefined) found[column] = at
    }
    return found.value === undefined ? undefined : found
  }
}

const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** RFC 4180 within one line. */
function splitCells(line: string, delimiter: string): string[] {
  const cells: string[] = []
  let [cell, quoted] = ['', false]
  for (let i = 0; i < line.length; i += 1) {
    const sign = line[i]!
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (line[i + 1] === '"') {
        cell += '"'
        i += 1
      } else quoted = false
    } else if (sign === '"' && cell.trim() === '') {
      cell = ''
      quoted = true
    } else if (sign === delimiter) {
      cells.push(cell)
      cell = ''
    } else cell += sign
  }
  return [...cells, cell].map(one => one.trim())
}
