// Network scanners of other makers: Nexpose, Outpost24, fscan.
import { defineFormat, hasKeys } from '../define-format.js'
import { placeOf, portNumber } from '../place.js'
import { list, object, str, type JsonObject } from '../../shared/read-json.js'
import { allText, child, children, textAt, type XmlElement } from '../read-xml.js'
import { severityOfScore, severityOr } from '../severities.js'
import type { Collector } from '../collector.js'
import type { Severity } from '../../../core/threats/terms.js'

/** Nexpose rates 1 to 10: 1-3 moderate, 4-7 severe, 8-10 critical in its own words; domain.md keeps one step lower for the first two. */
function nexposeSeverity(step: number): Severity {
  return step >= 9 ? 'critical' : step >= 7 ? 'high' : step >= 4 ? 'medium' : 'low'
}

export const nexpose = defineFormat({
  id: 'nexpose',
  title: 'Nexpose XML 2.0',
  recognises: head => head.root === 'NexposeReport',
  async read(input, out) {
    const definitions = new Map<string, XmlElement>()
    for await (const definition of input.xml('vulnerability'))
      definitions.set((definition.attributes['id'] ?? '').toLowerCase(), definition)
    for await (const node of input.xml('node')) {
      const host = node.attributes['address'] ?? ''
      out.host(host)
      if (node.attributes['status'] === 'alive')
        out.found({ kind: 'fact', check: 'host-up', problem: 'host-up', title: `主机在线`, severity: 'info', host })
      tests(out, node, { host, port: null, protocol: '' }, definitions)
      for (const endpoint of children(node, 'endpoints/endpoint')) {
        const place = { host, port: portNumber(endpoint.attributes['port']), protocol: endpoint.attributes['protocol'] ?? 'tcp' }
        for (const service of children(endpoint, 'services/service')) {
          if (endpoint.attributes['status'] === undefined || endpoint.attributes['status'] === 'open')
            out.found({
              kind: 'fact',
              check: 'open-port',
              problem: `open|${place.port ?? ''}|${place.protocol}|${service.attributes['name'] ?? ''}`,
              title: `开放端口 ${place.port ?? ''}/${place.protocol}（${service.attributes['name'] ?? ''}）`,
              severity: 'info',
              ...place,
            })
          tests(out, service, place, definitions)
        }
      }
    }
  },
})

interface Place {
  readonly host: string
  readonly port: number | null
  readonly protocol: string
}

function tests(out: Collector, around: XmlElement, place: Place, definitions: ReadonlyMap<string, XmlElement>): void {
  for (const test of children(around, 'tests/test')) {
    const status = test.attributes['status'] ?? ''
    const id = (test.attributes['id'] ?? '').toLowerCase()
    const definition = definitions.get(id)
    if (status === 'not-vulnerable' || status === 'skipped-by-user') {
      out.covered(place, id)
      out.notFound('passed')
      continue
    }
    if (!/^(?:vulnerable-|exception-vulnerable|potential)/.test(status) || !definition) {
      out.notFound(definition ? status || 'unknown' : 'no-definition')
      continue
    }
    const references = children(definition, 'references/reference')
    out.found({
      check: id,
      problem: id,
      title: definition.attributes['title'] ?? id,
      severity: nexposeSeverity(Number(definition.attributes['severity'])),
      ...place,
      instances: [test.attributes['key'] ?? ''],
      cve: references.filter(item => item.attributes['source'] === 'CVE').map(item => item.text),
      score: Number.parseFloat(definition.attributes['cvssScore'] ?? 'NaN'),
      vector: definition.attributes['cvssVector'] ?? null,
      evidence: allText(test),
      description: allText(child(definition, 'description')),
      solution: allText(child(definition, 'solution')),
      references: references.filter(item => item.attributes['source'] === 'URL').map(item => item.text.trim()),
      declared: status.startsWith('exception') ? 'accepted' : 'open',
      toVerify: status === 'potential' || status === 'vulnerable-potential' || status === 'vulnerable-version',
    })
  }
}

export const outpost24 = defineFormat({
  id: 'outpost24',
  title: 'Outpost24 XML',
  recognises: head => head.root === 'main' && /detaillist|OUTSCAN|outpost24/i.test(head.text),
  async read(input, out) {
    for await (const element of input.xml('detail', 'host')) {
      if (element.name === 'host') {
        out.host(textAt(element, 'ip'))
        if (textAt(element, 'completescan') === 'true') out.asked({ host: textAt(element, 'ip') })
        continue
      }
      const port = portNumber(textAt(element, 'portinfo/portnumber'))
      const score = Number.parseFloat(textAt(element, 'cvss_v3_score') || textAt(element, 'cvss_score') || 'NaN')
      const risk = Number(textAt(element, 'risk'))
      out.found({
        check: textAt(element, 'id'),
        problem: [textAt(element, 'id'), textAt(element, 'ip'), port ?? '', textAt(element, 'virtualhost')].join('|'),
        title: textAt(element, 'name'),
        severity: Number.isFinite(score)
          ? severityOfScore(score)
          : ((['info', 'low', 'medium', 'high', 'critical'] as const)[risk] ?? 'info'),
        host: textAt(element, 'ip'),
        port,
        protocol: port === null ? '' : textAt(element, 'portinfo/protocol').toLowerCase() || 'tcp',
        cve: children(element, 'cve/id').map(item => item.text),
        score: Number.isFinite(score) ? score : null,
        vector: textAt(element, 'cvss_v3_vector') || textAt(element, 'cvss_vector') || null,
        evidence: textAt(element, 'information'),
        description: textAt(element, 'description'),
        solution: textAt(element, 'solution'),
        references: children(element, 'referencelist/reference').map(item => textAt(item, 'url')),
        declared: textAt(element, 'falsepositive') === '1' ? 'false_positive' : 'open',
      })
    }
  },
})

export const fscan = defineFormat({
  id: 'fscan',
  title: 'fscan（JSON、文本）',
  recognises: head =>
    (hasKeys(head, 'scan_time') && (hasKeys(head, 'vulns') || hasKeys(head, 'ports'))) ||
    hasKeys(head, 'time', 'type', 'target', 'status') ||
    (head.kind === 'text' && /^\[[+*]\]\s+(?:PocScan|WebTitle|SSH|Redis|mysql|MS17|NetInfo|ftp|mssql|FTP|SMB)\b/im.test(head.text)),
  async read(input, out) {
    if (input.head.kind === 'text') {
      for await (const { text } of input.lines()) {
        const open = /^(\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5}) open/.exec(text)
        const said = /^\[\+\]\s+(\S{1,40})[:\s]+(.{1,1000})$/.exec(text.trim())
        if (open) fscanFound(out, { type: 'PORT', target: open[1] ?? '', status: 'open', details: { port: Number(open[2]) } })
        else if (said) {
          // Passwords stand in the line itself: only where it was is kept.
          const where = /(\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?|https?:\/\/[^\s/]{1,253})/.exec(said[2] ?? '')?.[1] ?? ''
          fscanFound(out, {
            type: 'VULN',
            target: where,
            status:
              said[1] === 'PocScan' ? (/poc-yaml-[\w.-]{1,100}/.exec(said[2] ?? '')?.[0] ?? 'poc') : `${said[1] ?? ''} 弱口令或未授权`,
            details: {},
          })
        }
      }
      return
    }
    for await (const { value } of input.items()) {
      const record = object(value)
      if (record['hosts'] !== undefined || record['ports'] !== undefined || record['vulns'] !== undefined)
        for (const kind of ['hosts', 'ports', 'services', 'vulns']) for (const item of list(record[kind])) fscanFound(out, object(item))
      else fscanFound(out, record)
    }
  },
})

function fscanFound(out: Collector, record: JsonObject): void {
  const type = str(record['type']).toUpperCase()
  const details = object(record['details'])
  const place = placeOf(str(details['url']) || str(record['target']))
  const port = portNumber(str(details['port'])) ?? place.port
  if (type === 'HOST') {
    out.host(place.host)
    return out.notFound('host')
  }
  if (type === 'VULN') {
    const name = str(details['vulnerability']) || str(details['type']) || str(record['status'])
    const weak = /weak|口令|password/i.test(`${name} ${str(details['type'])}`)
    const account = str(details['username'])
    out.found({
      kind: weak ? 'weak_credential' : 'vulnerability',
      check: weak ? `weak-credential:${str(details['service'])}:${account}` : name,
      title: weak ? `${str(details['service']) || place.host} 存在弱口令${account === '' ? '' : `（账号 ${account}）`}` : name,
      severity: severityOr(str(details['severity']), 'high'),
      host: place.host,
      port,
      cve: [name],
      evidence: weak ? '口令在字典中' : name,
      toVerify: !weak,
    })
    return
  }
  out.found({
    kind: 'fact',
    check: 'open-port',
    title: `开放端口 ${port ?? ''}${str(details['service']) === '' ? '' : `（${str(details['service'])}）`}`,
    severity: 'info',
    host: place.host,
    port,
  })
}
