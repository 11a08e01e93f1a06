// Text of a warning list file to lists; pure, used by load-content.ts.
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import type { WarningEffect, WarningList } from '../../core/threats/indicators/warning-lists.js'
import type { ContentFault, ContentFile } from './content-files.js'

const effects: Readonly<Record<WarningEffect, true>> = { ignore: true, shared: true }
const Lists = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(100),
      effect: z.enum(Object.keys(effects) as [WarningEffect, ...WarningEffect[]]),
      networks: z.array(z.string().min(1).max(64)).max(100_000).default([]),
      domains: z.array(z.string().min(1).max(256)).max(100_000).default([]),
    }),
  )
  .max(1_000)

/** A file with a fault is left out as a whole: half a warning list would look like a whole one. */
export function parseWarningLists(file: ContentFile): { lists: readonly WarningList[]; faults: readonly ContentFault[] } {
  const lines = new LineCounter()
  const document = parseDocument(file.text, { lineCounter: lines, uniqueKeys: true, logLevel: 'silent' })
  const [error] = document.errors
  if (error) {
    const problem = `不是有效的 YAML：${error.message.split('\n')[0]!.slice(0, 200)}`
    return { lists: [], faults: [{ file: file.path, line: lines.linePos(error.pos[0]).line, problem }] }
  }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 10 }) as unknown
  } catch {
    return { lists: [], faults: [{ file: file.path, problem: '读不出内容' }] }
  }
  const read = Lists.safeParse(value ?? [], { error: z.locales.zhCN().localeError })
  if (read.success) return { lists: read.data, faults: [] }
  const faults = read.error.issues.slice(0, 20).map(issue => {
    const range = (document.getIn(issue.path, true) as { range?: readonly number[] } | undefined)?.range
    const problem = [issue.path.join('.'), issue.message].filter(Boolean).join('：')
    return { file: file.path, problem, ...(range ? { line: lines.linePos(range[0] ?? 0).line } : {}) }
  })
  return { lists: [], faults }
}
