// OpenVAS / Greenbone: XML reports of all GMP versions and CSV; what was detected with less than 70 % quality is to be verified.
import { defineFormat, hasColumns, type ScanHead } from '../define-format.js'
import { portNumber } from '../place.js'
import { child, children, textAt } from '../read-xml.js'
import { severityOfScore, severityOr } from '../severities.js'

const SURE = 70

/** `443/tcp`, `general/tcp`, `https (443/tcp)`. */
function portOf(text: string): { port: number | null; protocol: string } {
  const found = /(\d{1,5}|general)\/(\w{1,10})/.exec(text)
  const port = portNumber(found?.[1])
  return { port, protocol: port === null ? '' : (found?.[2] ?? 'tcp').toLowerCase() }
}

export const openvas = defineFormat({
  id: 'openvas',
  title: 'OpenVAS、Greenbone（XML、CSV）',
  recognises: (head: ScanHead) =>
    ((head.root === 'report' || head.root === 'get_reports_response') &&
      /<(?:gmp|omp|scan_run_status|report_format|results|nvt)\b|format_id=/.test(head.text)) ||
    hasColumns(head, 'nvt name') ||
    hasColumns(head, 'nvt oid'),
  async read(input, out) {
    if (input.head.kind !== 'xml') {
      for await (const { record } of input.records(cells => cells.some(cell => /^nvt (?:name|oid)$/i.test(cell.trim())))) {
        const score = record['CVSS'] ? Number(record['CVSS']) : null
        const port = portNumber(record['Port'])
        const name = record['NVT Name'] ?? ''
        const oid = record['NVT OID'] || name
        const host = record['IP'] || record['Hostname'] || ''
        out.found({
          check: `${oid}${/^CVE-/.test(name) && name !== oid ? `:${name}` : ''}`,
          problem: [
            name,
            oid,
            record['Severity'],
            host,
            record['Port'],
            port === null ? '' : record['Port Protocol'],
            record['Summary'],
          ].join('|'),
          title: name,
          severity: severityOr(record['Severity'] ?? '', severityOfScore(score)),
          host,
          port,
          protocol: port === null ? '' : (record['Port Protocol'] ?? 'tcp').toLowerCase(),
          cve: [record['CVEs'] ?? '', name],
          score,
          evidence: record['Specific Result'] ?? '',
          description: record['Summary'] ?? '',
          solution: record['Solution'] ?? '',
          references: (record['Other References'] ?? '').split(/[,\s]+/),
          toVerify: record['QoD'] !== undefined && record['QoD'] !== '' && Number(record['QoD'].replace('%', '')) < SURE,
        })
      }
      return
    }
    let status = ''
    for await (const element of input.xml('result', 'scan_run_status')) {
      if (element.name === 'scan_run_status') {
        status ||= element.text.trim()
        continue
      }
      const nvt = child(element, 'nvt')
      if (!nvt) {
        out.notFound('no-test')
        continue
      }
      const host = child(element, 'host')?.text.trim() ?? ''
      out.asked({ host })
      const { port, protocol } = portOf(textAt(element, 'port'))
      const severity = textAt(element, 'severity')
      const score = severity === '' ? null : Number(severity)
      const threat = textAt(element, 'threat')
      const quality = textAt(element, 'qod/value')
      const references = children(nvt, 'refs/ref')
      const tags = textAt(nvt, 'tags')
      const tag = (name: string): string => new RegExp(`(?:^|\\|)${name}=([^|]*)`).exec(tags)?.[1] ?? ''
      if (/^(?:false positive|error|alarm)$/i.test(threat) && /^error$/i.test(threat)) {
        out.notFound('error')
        continue
      }
      const oid = nvt.attributes['oid'] ?? textAt(element, 'name')
      out.found({
        check: oid,
        problem: [oid, host, port ?? '', protocol, textAt(element, 'name')].join('|'),
        title: textAt(element, 'name') || textAt(nvt, 'name'),
        // The product tells critical by score only.
        severity: threat === '' ? severityOfScore(score) : severityOr(threat),
        host,
        port,
        protocol,
        cve: [textAt(nvt, 'cve'), ...references.filter(item => item.attributes['type'] === 'cve').map(item => item.attributes['id'] ?? '')],
        score: score !== null && score >= 0 ? score : null,
        vector: tag('cvss_base_vector') || null,
        evidence: textAt(element, 'description'),
        description: tag('summary'),
        solution: textAt(nvt, 'solution') || tag('solution'),
        references: references.filter(item => item.attributes['type'] === 'url').map(item => item.attributes['id'] ?? ''),
        toVerify: quality !== '' && Number(quality) < SURE,
      })
    }
    if (status !== '' && status !== 'Done') out.partial(`任务状态是 ${status}，没有完成`)
  },
})
