// Reads the shipped content folder and an operator's folder laid over it; called by app/compose.ts at the start and when content changed.
import type { Indicator } from '../../core/threats/indicators/indicator.js'
import type { WarningList } from '../../core/threats/indicators/warning-lists.js'
import { findFiles, readText, type ContentFault, type ContentFile, type Found } from './content-files.js'
import { originOf, readPack, type RulePack } from './rule-pack.js'
import { parseIndicators } from './parse-indicators.js'
import { parseWarningLists } from './parse-warning-lists.js'

export interface RuleFile {
  readonly file: string
  readonly text: string
  /** Whose rules these are, when the pack says so. */
  readonly origin?: { readonly license?: string; readonly link?: string }
}

export interface LoadedContent {
  /** Sigma rules as text, folder by folder, in order of their names; `file` is relative to the content folder. */
  readonly rules: readonly RuleFile[]
  /** In the same order, so that of two with the same value an operator's own comes last and counts. */
  readonly indicators: readonly Indicator[]
  /** What a list may call bad and is not. */
  readonly warnings: readonly WarningList[]
  /** What products write as text, one file each. */
  readonly formats: readonly ContentFile[]
  /** What could not be used; the rest is loaded all the same. */
  readonly faults: readonly ContentFault[]
}

/**
 * Of files with the same relative name the later folder's counts. Never throws: a folder that is not there is empty, one that cannot be
 * read is a fault. Synchronous, because nothing can be judged before it is done.
 */
export function loadContent(folders: readonly string[]): LoadedContent {
  const faults: ContentFault[] = []
  const rules: RuleFile[] = []
  const packs = new Map<string, RulePack>()
  const indicators: Indicator[] = []
  for (const [name, path] of findAll(folders, 'rules', /\.ya?ml$/, faults)) {
    const file = readText(name, path, faults)
    if (file === undefined) continue
    const folder = /^(.*)\/pack\.yaml$/.exec(name)?.[1]
    if (folder === undefined) rules.push({ file: name, text: file.text })
    else {
      const pack = readPack(file, faults)
      if (pack !== undefined) packs.set(folder, pack)
    }
  }
  for (const [name, path] of findAll(folders, 'indicators', /\.(?:ya?ml|ndjson)$/, faults)) {
    const file = readText(name, path, faults)
    if (file === undefined) continue
    const parsed = parseIndicators(file)
    for (const indicator of parsed.indicators) indicators.push(indicator)
    faults.push(...parsed.faults)
  }
  const warnings: WarningList[] = []
  for (const [name, path] of findAll(folders, 'warning-lists', /\.ya?ml$/, faults)) {
    const file = readText(name, path, faults)
    if (file === undefined) continue
    const parsed = parseWarningLists(file)
    warnings.push(...parsed.lists)
    faults.push(...parsed.faults)
  }
  return { rules: rules.map(rule => ({ ...rule, ...originOf(rule.file, packs) })), indicators, warnings, formats: loadFormats(folders, faults), faults }
}

/** Formats alone: `guanjia parse` needs nothing else. */
export function loadFormats(folders: readonly string[], faults: ContentFault[]): ContentFile[] {
  return [...findAll(folders, 'formats', /\.ya?ml$/, faults)].flatMap(([name, path]) => readText(name, path, faults) ?? [])
}

/** Baselines alone: checking a configuration needs nothing else. */
export function loadBaselines(folders: readonly string[], faults: ContentFault[]): ContentFile[] {
  return [...findAll(folders, 'baselines', /\.ya?ml$/, faults)].flatMap(([name, path]) => readText(name, path, faults) ?? [])
}

function findAll(folders: readonly string[], kind: string, ending: RegExp, faults: ContentFault[]): Found {
  const found: Found = new Map()
  for (const folder of folders) findFiles(folder, kind, ending, found, faults)
  return found
}
