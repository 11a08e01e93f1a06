// Reads content/playbooks of the product and an operator's folder of the same shape, which lies over it; called by app/compose.ts.
import { LineCounter, parseDocument } from 'yaml'
import { Playbook } from '../../core/ports/playbook.js'
import { findFiles, readText, type ContentFault, type Found } from './content-files.js'

const MOST = 200

export interface LoadedPlaybooks {
  /** In the order of their numbers. */
  readonly playbooks: readonly Playbook[]
  readonly faults: readonly ContentFault[]
}

/** Never throws: what cannot be used is a fault with file and line, the rest is loaded. Of two with one number the later folder's counts. */
export function loadPlaybooks(folders: readonly string[]): LoadedPlaybooks {
  const faults: ContentFault[] = []
  const found: Found = new Map()
  for (const folder of folders) findFiles(folder, 'playbooks', /\.ya?ml$/, found, faults)
  const byId = new Map<string, Playbook>()
  for (const [name, path] of found) {
    if (byId.size >= MOST) {
      faults.push({ file: path, problem: `预案超过 ${MOST} 份` })
      break
    }
    const file = readText(name, path, faults)
    const playbook = file && readPlaybook(file.text, path, faults)
    if (playbook) byId.set(playbook.id, playbook)
  }
  return { playbooks: [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), faults }
}

function readPlaybook(text: string, path: string, faults: ContentFault[]): Playbook | undefined {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, logLevel: 'silent' })
  const [error] = document.errors
  if (error) {
    const problem = `不是有效的 YAML：${error.message.split('\n')[0]!.slice(0, 200)}`
    return void faults.push({ file: path, line: lines.linePos(error.pos[0]).line, problem })
  }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 0 })
  } catch {
    return void faults.push({ file: path, line: 1, problem: '不能使用别名' })
  }
  const parsed = Playbook.safeParse(value)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues.slice(0, 5)) {
    const node = document.getIn(issue.path, true) as { range?: readonly number[] } | undefined
    const at = node?.range?.[0]
    faults.push({
      file: path,
      ...(at === undefined ? {} : { line: lines.linePos(at).line }),
      problem: `${issue.path.join('.') || '文件'}：${issue.message.slice(0, 200)}`,
    })
  }
  return undefined
}
