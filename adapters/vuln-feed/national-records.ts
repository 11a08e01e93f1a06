// CNNVD's monthly and CNVD's weekly XML, which are not well-formed (unescaped < > & in texts): read entry by entry by the names of their tags.
import type { VulnRecord } from '../../core/vulnerabilities/vulnerability.js'
import type { TextSource } from '../shared/decode-text.js'
import { ScanProblem } from '../shared/scan-problem.js'
import { emptyRecord } from './parse-records.js'

const MAX_ENTRY = 1024 * 1024
const tags = { cnnvd: 'entry', cnvd: 'vulnerability' } as const
const severities: Readonly<Record<string, string>> = {
  超危: 'critical',
  高危: 'high',
  高: 'high',
  中危: 'medium',
  中: 'medium',
  低危: 'low',
  低: 'low',
}

export async function* nationalRecords(source: TextSource, kind: 'cnnvd' | 'cnvd'): AsyncGenerator<VulnRecord> {
  const tag = tags[kind]
  let rest = ''
  let ended = false
  for await (const piece of source.pieces()) {
    rest += piece
    for (;;) {
      const from = rest.indexOf(`<${tag}>`)
      const to = from === -1 ? -1 : rest.indexOf(`</${tag}>`, from)
      if (to === -1) {
        if (from === -1) {
          ended ||= /<\/(?:cnnvd|vulnerabilitys)>/i.test(rest)
          rest = rest.slice(-200)
        } else if (rest.length - from > MAX_ENTRY) throw new ScanProblem(`一条记录超过 ${MAX_ENTRY} 个字符`, 1)
        break
      }
      const record = entryOf(rest.slice(from, to), kind)
      rest = rest.slice(to + tag.length + 3)
      if (record) yield record
    }
  }
  if (!ended && !/<\/(?:cnnvd|vulnerabilitys)>/i.test(rest)) throw new ScanProblem('XML 没有结束，文件可能被截断', 1)
}

function entryOf(text: string, kind: 'cnnvd' | 'cnvd'): VulnRecord | undefined {
  const value = (name: string): string => {
    const from = text.indexOf(`<${name}>`)
    const to = text.lastIndexOf(`</${name}>`)
    return from === -1 || to < from ? '' : plain(text.slice(from + name.length + 2, to))
  }
  const own = kind === 'cnnvd' ? value('vuln-id') : value('number')
  if (own === '') return undefined
  const cves = [...new Set(text.match(/CVE-\d{4}-\d{4,10}/gi) ?? [])].map(id => id.toUpperCase())
  const cve =
    (kind === 'cnnvd'
      ? value('cve-id')
          .match(/CVE-\d{4}-\d{4,10}/i)?.[0]
          ?.toUpperCase()
      : undefined) ?? cves[0]
  return {
    ...emptyRecord(kind, cve ?? own),
    aliases: [own, ...cves].filter(id => id !== cve).slice(0, 50),
    title: (kind === 'cnnvd' ? value('name') : value('title')).slice(0, 300),
    description: (kind === 'cnnvd' ? value('vuln-descript') : value('description')).slice(0, 1000),
    // CNVD spells it so.
    severity: severities[kind === 'cnnvd' ? value('severity') : value('serverity') || value('severity')] ?? '',
    modified: kind === 'cnnvd' ? value('modified') : value('openTime') || value('submitTime'),
  }
}

function plain(text: string): string {
  return text
    .replace(/^\s*<!\[CDATA\[|\]\]>\s*$/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .trim()
}
