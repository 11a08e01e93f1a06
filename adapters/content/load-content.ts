// Reads the shipped content folder and an operator's folder laid over it; called by app/compose.ts at the start and when content changed.
import type { Indicator } from '../../core/threats/indicators/indicator.js'
import { checkRuleText } from './check-rule-text.js'
import { findFiles, readText, type ContentFault, type ContentFile, type Found } from './content-files.js'
import { parseIndicators } from './parse-indicators.js'

export interface LoadedContent {
  /** Sigma rules as text, folder by folder, in order of their names; `file` is relative to the content folder. */
  readonly rules: readonly { readonly file: string; readonly text: string }[]
  /** In the same order, so that of two with the same value an operator's own comes last and counts. */
  readonly indicators: readonly Indicator[]
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
  const rules: { file: string; text: string }[] = []
  const indicators: Indicator[] = []
  for (const [name, path] of findAll(folders, 'rules', /\.ya?ml$/, faults)) {
    const file = readText(name, path, faults)
    if (file === undefined) continue
    const check = checkRuleText(file)
    faults.push(...check.faults)
    if (check.usable || check.faults.length === 0) rules.push({ file: name, text: file.text })
  }
  for (const [name, path] of findAll(folders, 'indicators', /\.(?:ya?ml|ndjson)$/, faults)) {
    const file = readText(name, path, faults)
    if (file === undefined) continue
    const parsed = parseIndicators(file)
    for (const indicator of parsed.indicators) indicators.push(indicator)
    faults.push(...parsed.faults)
  }
  return { rules, indicators, formats: loadFormats(folders, faults), faults }
}

/** Formats alone: `guanjia parse` needs nothing else. */
export function loadFormats(folders: readonly string[], faults: ContentFault[]): ContentFile[] {
  return [...findAll(folders, 'formats', /\.ya?ml$/, faults)].flatMap(([name, path]) => readText(name, path, faults) ?? [])
}

function findAll(folders: readonly string[], kind: string, ending: RegExp, faults: ContentFault[]): Found {
  const found: Found = new Map()
  for (const folder of folders) findFiles(folder, kind, ending, found, faults)
  return found
}
