// The exchange format of findings (JSON with `findings`, CSV with Title and Severity) that several managers write; strict about its fields.
import { defineFormat, hasColumns, hasKeys } from '../define-format.js'
import { placeOf, portNumber } from '../place.js'
import { list, number, object, str, texts, type JsonObject } from '../../shared/read-json.js'
import { ScanProblem } from '../../shared/scan-problem.js'
import { severityOfWord } from '../severities.js'
import type { Collector, Found } from '../collector.js'

const REQUIRED = ['title', 'severity', 'description'] as const
const ALLOWED = new Set([
  ...REQUIRED,
  ...'date cwe cwes cve cvssv3 cvssv3_score cvssv4 cvssv4_score epss_score epss_percentile mitigation impact steps_to_reproduce severity_justification references active verified false_p risk_accepted out_of_scope duplicate is_mitigated mitigated thread_id numerical_severity param payload line file_path component_name component_version static_finding dynamic_finding unique_id_from_tool vuln_id_from_tool sast_source_object sast_sink_object sast_source_line sast_source_file_path nb_occurences publish_date service planned_remediation_date planned_remediation_version effort_for_fixing tags endpoints locations vulnerability_ids files hash_code fix_available fix_version kev_date known_exploited ransomware_used url'.split(
    ' ',
  ),
])

export const generic = defineFormat({
  id: 'generic',
  title: '通用发现格式（JSON、CSV）',
  recognises: head =>
    (hasKeys(head, 'findings') && !hasKeys(head, 'SchemaVersion')) || hasColumns(head, 'title', 'severity', 'description', 'mitigation'),
  async read(input, out) {
    if (input.head.kind === 'json') {
      const document = object(await input.json())
      if (!Array.isArray(document['findings'])) throw new ScanProblem('缺少 findings 列表', 1)
      list(document['findings']).forEach((value, index) => {
        const item = object(value)
        const where = `第 ${index + 1} 条发现`
        const missing = REQUIRED.filter(name => item[name] === undefined)
        if (missing.length > 0) throw new ScanProblem(`${where}缺少字段 ${missing.join('、')}`, 1)
        const unknown = Object.keys(item).filter(name => !ALLOWED.has(name))
        if (unknown.length > 0) throw new ScanProblem(`${where}有不认识的字段 ${unknown.slice(0, 5).join('、').slice(0, 200)}`, 1)
        add(out, item, item => places(item), 1, where)
      })
      return
    }
    for await (const { record, line } of input.records()) {
      const lower: Record<string, string> = Object.fromEntries(
        Object.entries(record).map(([name, value]) => [name.trim().toLowerCase(), value]),
      )
      if ((lower['title'] ?? '') === '') throw new ScanProblem('Title 是空的', line)
      const item: JsonObject = {
        title: lower['title'] ?? '',
        severity: lower['severity'] ?? '',
        description: lower['description'] ?? '',
        mitigation: lower['mitigation'] ?? '',
        impact: lower['impact'] ?? '',
        references: lower['references'] ?? '',
        cwe: lower['cweid'] ?? lower['cwe'] ?? '',
        cve: lower['cve'] ?? lower['vulnerability id'] ?? '',
        cvssv3: lower['cvssv3'] ?? '',
        cvssv3_score: lower['cvssv3_score'] ?? '',
        false_p: /^true$/i.test(lower['falsepositive'] ?? ''),
        url: lower['url'] ?? '',
      }
      add(out, item, () => [lower['url'] ?? ''], line, '这一行')
    }
  },
})

function places(item: JsonObject): string[] {
  const given = [...list(item['endpoints']), ...list(item['locations'])].map(value => {
    if (typeof value === 'string') return value
    const endpoint = object(value)
    const port = portNumber(str(endpoint['port']))
    const host = str(endpoint['host'])
    return host === ''
      ? str(endpoint['url'])
      : `${str(endpoint['protocol']) || 'tcp'}://${host}${port === null ? '' : `:${port}`}/${str(endpoint['path']).replace(/^\//, '')}`
  })
  return given.length > 0 ? given : [str(item['file_path']) || str(item['url'])]
}

function add(out: Collector, item: JsonObject, placesOf: (item: JsonObject) => string[], line: number, where: string): void {
  const title = str(item['title'])
  const severity = severityOfWord(str(item['severity']))
  if (severity === undefined) throw new ScanProblem(`${where}的级别“${str(item['severity']).slice(0, 40)}”不认识`, line)
  const check = str(item['unique_id_from_tool']) || str(item['vuln_id_from_tool']) || title
  for (const address of placesOf(item)) {
    const place = placeOf(address)
    const found: Found = {
      check,
      problem: [severity, title, str(item['description'])].join('|'),
      title,
      severity,
      host: place.host,
      port: place.port,
      instances: [place.path],
      cve: [...texts(item['cve']), ...texts(item['vulnerability_ids']), title],
      cwe: [...texts(item['cwe']), ...texts(item['cwes'])],
      score: number(item['cvssv3_score']),
      vector: str(item['cvssv3']) || null,
      evidence: str(item['steps_to_reproduce']),
      description: str(item['description']),
      solution: str(item['mitigation']),
      references: str(item['references']).split(/\s+/),
      declared:
        item['false_p'] === true
          ? 'false_positive'
          : item['risk_accepted'] === true
            ? 'accepted'
            : item['is_mitigated'] === true
              ? 'fixed'
              : 'open',
    }
    out.found(found)
  }
}
