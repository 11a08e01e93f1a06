// Nessus and Tenable: .nessus XML, CSV of Nessus, Tenable.io, Tenable.sc and Web App Scanning.
import { defineFormat, hasColumns } from '../define-format.js'
import { placeOf, portNumber } from '../place.js'
import { children, textAt } from '../read-xml.js'
import { severityOfStep, severityOr } from '../severities.js'
import { ScanProblem } from '../../shared/scan-problem.js'

export const nessus = defineFormat({
  id: 'nessus',
  title: 'Nessus、Tenable（XML、CSV）',
  recognises: head =>
    head.root === 'NessusClientData_v2' ||
    hasColumns(head, 'plugin id', 'name') ||
    hasColumns(head, 'plugin', 'plugin name') ||
    hasColumns(head, 'definition.id') ||
    hasColumns(head, 'asset.name', 'severity'),
  async read(input, out) {
    if (input.head.kind !== 'xml') return readTable(input, out)
    for await (const item of input.xml('ReportItem', 'HostProperties', 'ReportHost')) {
      if (item.name !== 'ReportHost') continue
      const properties = Object.fromEntries(
        children(item, 'HostProperties/tag').map(tag => [tag.attributes['name'] ?? '', tag.text.trim()]),
      )
      const host = properties['host-ip'] || item.attributes['name'] || ''
      out.host(host)
      const ended = properties['HOST_END'] !== undefined || children(item, 'HostProperties').length === 0
      for (const report of children(item, 'ReportItem')) {
        const place = placeOf(textAt(report, 'plugin_output').match(/^https?:\/\/\S+/)?.[0] ?? '')
        const port = portNumber(report.attributes['port'])
        const plugin = report.attributes['pluginID'] ?? ''
        const name = report.attributes['pluginName'] ?? ''
        const score = Number(
          textAt(report, 'cvss4_base_score') || textAt(report, 'cvss3_base_score') || textAt(report, 'cvss_base_score') || NaN,
        )
        out.found({
          check: plugin || name,
          problem: `${report.attributes['severity'] ?? ''}|${plugin}|${name}`,
          title: name,
          severity: severityOfStep(report.attributes['severity'] ?? '0', 0),
          host,
          port,
          protocol: port === null ? '' : (report.attributes['protocol'] ?? 'tcp').toLowerCase(),
          instances: place.path === '' ? [] : [place.path],
          cve: children(report, 'cve').map(cve => cve.text),
          cwe: children(report, 'cwe').map(cwe => cwe.text),
          score: Number.isFinite(score) ? score : null,
          vector: textAt(report, 'cvss3_vector') || textAt(report, 'cvss_vector') || null,
          evidence: textAt(report, 'plugin_output'),
          description: textAt(report, 'synopsis') || textAt(report, 'description'),
          solution: textAt(report, 'solution'),
          references: textAt(report, 'see_also').split(/\s+/),
        })
      }
      if (ended) out.asked({ host })
      else out.warn(`${host} 没有结束时间，检查可能没有做完`)
    }
  },
})

type Read = Parameters<typeof nessus.read>

async function readTable(input: Read[0], out: Read[1]): Promise<void> {
  for await (const { record, line } of input.records()) {
    const pick = (...names: readonly string[]): string => names.map(name => record[name] ?? '').find(text => text !== '') ?? ''
    const plugin = pick('Plugin ID', 'Plugin', 'definition.id', 'plugin.id')
    const title = pick('Name', 'Plugin Name', 'definition.name', 'plugin.name')
    if (plugin === '' && title === '') throw new ScanProblem('这一行没有插件编号', line)
    const security = pick('IP Address')
    const address = pick('Host', 'asset.host_name', 'asset.display_ipv4_address', 'asset.name', 'DNS Name') || security
    const port = portNumber(pick('Port', 'asset.port', 'port'))
    const risk = pick('Risk', 'Severity', 'severity', 'Risk Factor', 'definition.severity')
    // Each port of a host is a finding of its own; Tenable.sc lists a host's ports one below the other.
    const problem = security === '' ? [risk, title, address, pick('Port'), pick('Synopsis')] : [risk, title, security]
    const place = placeOf(address)
    const score = Number(
      pick(
        'CVSS v4.0 Base Score',
        'CVSS v3.0 Base Score',
        'CVSS V3 Base Score',
        'CVSSv3',
        'CVSS v2.0 Base Score',
        'CVSS V2 Base Score',
        'CVSS',
        'definition.cvss3.base_score',
      ) || NaN,
    )
    out.found({
      check: plugin || title,
      problem: problem.join('|'),
      title,
      severity: /^\d$/.test(risk) ? severityOfStep(risk, 0) : severityOr(risk),
      host: place.host || security,
      port: port ?? place.port,
      protocol:
        (port ?? place.port) === null
          ? ''
          : /^(?:tcp|udp)$/i.test(pick('Protocol', 'asset.protocol'))
            ? pick('Protocol', 'asset.protocol').toLowerCase()
            : 'tcp',
      cve: [pick('CVE', 'definition.cve')],
      cwe: pick('CWE') === '' ? [] : pick('CWE').split(/[,\s]+/),
      score: Number.isFinite(score) ? score : null,
      vector: pick('CVSS V3 Vector', 'CVSS v3.0 Vector', 'CVSS V2 Vector') || null,
      evidence: pick('Plugin Output', 'output'),
      description: pick('Synopsis', 'Description', 'definition.description'),
      solution: pick('Solution', 'definition.solution'),
      references: pick('See Also', 'definition.see_also').split(/\s+/),
    })
  }
}
