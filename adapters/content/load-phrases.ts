// Reads content/phrases of the product and an operator's folder of the same shape, which adds to it; called by app/compose.ts and the CLI.
import { LineCounter, parseDocument, type YAMLMap } from 'yaml'
import { z } from 'zod'
import type { Phrases } from '../../core/ports/phrases.js'
import { findFiles, readText, type ContentFault, type Found } from './content-files.js'

const CONCEPTS = 'phrases/concepts.yaml'
/** Sentences kept in all; an operator's file must not make the first question slow. */
const MOST = 20_000

const Entries = z.array(z.union([z.string().trim().min(1).max(200), z.number().transform(String)])).max(2_000)

export interface LoadedPhrases {
  readonly phrases: Phrases
  readonly faults: readonly ContentFault[]
}

/** Never throws; lists of the same word in several files are joined. */
export function loadPhrases(folders: readonly string[]): LoadedPhrases {
  const faults: ContentFault[] = []
  const concepts = new Map<string, string[]>()
  const said = new Map<string, string[]>()
  let count = 0
  for (const folder of folders) {
    const found: Found = new Map()
    findFiles(folder, 'phrases', /\.ya?ml$/, found, faults)
    for (const [name, path] of found) {
      const file = readText(name, path, faults)
      if (file === undefined) continue
      const into = name === CONCEPTS ? concepts : said
      for (const { word, entries } of listsOf(file.text, path, faults)) {
        count += entries.length
        if (count > MOST) return { phrases: asPhrases(concepts, said), faults: [...faults, { file: path, problem: `句子超过 ${MOST} 条` }] }
        into.set(word, [...(into.get(word) ?? []), ...entries])
      }
    }
  }
  return { phrases: asPhrases(concepts, said), faults }
}

function asPhrases(concepts: ReadonlyMap<string, string[]>, said: ReadonlyMap<string, string[]>): Phrases {
  return { concepts: Object.fromEntries(concepts), said: Object.fromEntries(said) }
}

function* listsOf(text: string, path: string, faults: ContentFault[]): Generator<{ word: string; entries: string[] }> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, logLevel: 'silent' })
  for (const { pos, message } of document.errors)
    faults.push({ file: path, line: lines.linePos(pos[0]).line, problem: `不是有效的 YAML：${message.split('\n')[0]!.slice(0, 200)}` })
  const map = document.contents as YAMLMap | null
  if (map === null) return
  if (!('items' in map) || !map.items.every(item => typeof item === 'object' && item !== null && 'key' in item))
    return void faults.push({ file: path, line: 1, problem: '应当是“命令词: 句子列表”' })
  for (const { key, value } of map.items) {
    const line = lines.linePos((key as { range?: readonly number[] }).range?.[0] ?? 0).line
    const named = (key as { value?: unknown }).value
    const word = typeof named === 'string' || typeof named === 'number' ? String(named).trim() : ''
    const list: unknown = (value as { toJS?(document: unknown, options: object): unknown } | null)?.toJS?.(document, { maxAliasCount: 0 })
    const entries = Entries.safeParse(list)
    if (word === '' || word.length > 40 || !entries.success) faults.push({ file: path, line, problem: `“${word.slice(0, 40)}”应当是句子的列表` })
    else yield { word, entries: entries.data }
  }
}
