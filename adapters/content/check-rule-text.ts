// Says at which line a rule file stops being YAML; pure, used by load-content.ts. What the rules mean is compile-rules.ts's business.
import { LineCounter, parseAllDocuments } from 'yaml'
import type { ContentFault, ContentFile } from './content-files.js'

/** `usable`: some document of the file can still be compiled. */
export function checkRuleText(file: ContentFile): { usable: boolean; faults: ContentFault[] } {
  const lines = new LineCounter()
  const parsed = parseAllDocuments(file.text, { lineCounter: lines, merge: true, uniqueKeys: true, logLevel: 'silent' })
  const documents = Array.isArray(parsed) ? parsed : []
  const faults = documents
    .flatMap(document => document.errors.slice(0, 1))
    .map(error => ({
      file: file.path,
      line: lines.linePos(error.pos[0]).line,
      problem: `不是有效的 YAML：${error.message.split('\n')[0]!.slice(0, 200)}`,
    }))
  return { usable: documents.some(document => document.errors.length === 0), faults: faults.slice(0, 20) }
}
