// Finds and reads the files of content folders laid over each other; used by load-content.ts.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface ContentFault {
  readonly file: string
  readonly line?: number
  /** Chinese, for the operator. */
  readonly problem: string
}

export interface ContentFile {
  /** `rules/web/a.yml`: relative to its folder, the same for what it replaces. */
  readonly name: string
  /** For faults. */
  readonly path: string
  readonly text: string
}

export const MAX_BYTES = 1024 * 1024
export const MAX_FILES = 20_000
const MAX_DEPTH = 8

/** Path by relative name, in the order of loading. */
export type Found = Map<string, string>

/** Files of one kind below `folder`, by relative name; later calls with the same map replace. Names starting with a dot are passed over. */
export function findFiles(folder: string, kind: string, ending: RegExp, found: Found, faults: ContentFault[]): void {
  walk(join(folder, kind), kind, 1)

  function walk(path: string, name: string, depth: number): void {
    let entries
    try {
      entries = readdirSync(path, { withFileTypes: true })
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (!missing || depth > 1) faults.push({ file: path, problem: `文件夹读不了：${codeOf(error)}` })
      return
    }
    // Readers of a folder's listing differ in order; the order of loading must not.
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue
      const [inner, innerName] = [join(path, entry.name), `${name}/${entry.name}`]
      if (entry.isDirectory()) {
        if (depth < MAX_DEPTH) walk(inner, innerName, depth + 1)
        else faults.push({ file: inner, problem: `文件夹超过 ${MAX_DEPTH} 层` })
      } else if (ending.test(entry.name)) {
        // A symbolic link to a file is how mounted configuration looks; one to a folder is not followed.
        found.delete(innerName)
        if (found.size >= MAX_FILES) return void tooMany(faults)
        found.set(innerName, inner)
      }
    }
  }
}

function tooMany(faults: ContentFault[]): void {
  const problem = `文件超过 ${MAX_FILES} 个，其余没有装入`
  if (!faults.some(fault => fault.problem === problem)) faults.push({ file: 'content', problem })
}

/** Undefined, with a fault, for what cannot be used as a whole. */
export function readText(name: string, path: string, faults: ContentFault[]): ContentFile | undefined {
  try {
    const facts = statSync(path)
    if (!facts.isFile()) return undefined
    if (facts.size > MAX_BYTES) return void faults.push({ file: path, problem: `文件超过 ${MAX_BYTES / 1024 / 1024} MB` })
    const bytes = readFileSync(path)
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { name, path, text }
  } catch (error) {
    const problem = error instanceof TypeError ? '不是 UTF-8 文本' : `文件读不了：${codeOf(error)}`
    return void faults.push({ file: path, problem })
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '未知原因'
}
