// How a format is declared: how its files are recognised from their beginning, and how they are read; index.ts lists them.
import type { Collector } from './collector.js'
import type { CsvRow } from '../shared/read-csv.js'
import type { Json, JsonItem } from '../shared/read-json.js'
import type { XmlElement } from './read-xml.js'

export interface ScanHead {
  readonly kind: 'empty' | 'xml' | 'html' | 'json' | 'workbook' | 'text'
  /** Base name, lower case. */
  readonly name: string
  /** At most 64 KiB. */
  readonly text: string
  /** Name of the first element, without prefix; `''` when there is none. */
  readonly root: string
  /** First line cut into columns, lower case; one column when it is no table. */
  readonly columns: readonly string[]
}

export interface ScanInput {
  readonly head: ScanHead
  /** Column names given by a person: our field → their header. */
  readonly mapping: Readonly<Record<string, string>>
  /** Whole elements with these names, outermost first. */
  xml(...names: readonly string[]): AsyncGenerator<XmlElement>
  /** The whole document; `repair` may change the text before it is read. */
  json(repair?: (text: string) => string): Promise<Json>
  /** Objects of a stream or of one array. */
  items(): AsyncGenerator<JsonItem>
  /** Rows of a table, or of a workbook's sheets. */
  rows(): AsyncGenerator<CsvRow>
  /** Rows by the names of the first row, or of the first row for which `isHeader` says yes. */
  records(
    isHeader?: (cells: readonly string[]) => boolean,
  ): AsyncGenerator<{ readonly record: Record<string, string>; readonly line: number }>
  lines(): AsyncGenerator<{ readonly text: string; readonly line: number }>
  /** The whole text, at most 32 Mi characters. */
  text(): Promise<string>
}

export interface ScanFormat {
  readonly id: string
  readonly title: string
  /** Files of several formats of one engine are compared with each other. */
  readonly engine: string
  recognises(head: ScanHead): boolean
  read(input: ScanInput, out: Collector): Promise<void>
}

export function defineFormat(format: Omit<ScanFormat, 'engine'> & { readonly engine?: string }): ScanFormat {
  return { engine: format.id, ...format }
}

/** All keys occur, as JSON keys, in the beginning of the file. */
export function hasKeys(head: ScanHead, ...keys: readonly string[]): boolean {
  return head.kind === 'json' && keys.every(key => head.text.includes(`"${key}"`))
}

export function hasColumns(head: ScanHead, ...names: readonly string[]): boolean {
  return (head.kind === 'text' || head.kind === 'workbook') && names.every(name => head.columns.includes(name))
}
