// nuclei and httpx: records of JSON, one for each match or answer.
import { defineFormat, hasKeys } from '../define-format.js'
import { placeOf, portNumber } from '../place.js'
import { at, number, object, str, texts } from '../../shared/read-json.js'
import { ScanProblem } from '../../shared/scan-problem.js'
import { severityOr } from '../severities.js'

export const nuclei = defineFormat({
  id: 'nuclei',
  title: 'nuclei JSON、JSONL',
  recognises: head => (hasKeys(head, 'template-id') || hasKeys(head, 'templateID') || hasKeys(head, 'template')) && hasKeys(head, 'info'),
  async read(input, out) {
    for await (const { value, line } of input.items()) {
      const record = object(value)
      const template = str(record['template-id'] ?? record['templateID'] ?? record['template'])
      if (template === '') throw new ScanProblem('记录里没有 template-id', line)
      if (record['matcher-status'] === false) {
        out.notFound('no-match')
        continue
      }
      const info = object(record['info'])
      const matcher = str(record['matcher-name'] ?? record['matcher_name'])
      const extractor = str(record['extractor-name'] ?? record['extractor_name'])
      const matched = str(record['matched-at'] ?? record['matched']) || str(record['host'])
      const type = str(record['type'])
      const place = placeOf(matched)
      const host = place.host || placeOf(str(record['host'])).host || str(record['ip'])
      const classification = object(info['classification'])
      const severity = severityOr(str(info['severity']))
      out.found({
        kind: severity === 'info' ? 'fact' : 'vulnerability',
        check: [template, matcher, extractor].filter(part => part !== '').join(':'),
        problem: [template, type, matcher, host].join('|'),
        title: `${str(info['name']) || template}${matcher === '' ? '' : `（${matcher}）`}`,
        severity,
        host,
        port: place.port ?? portNumber(str(record['port'])),
        protocol: type === 'dns' ? '' : place.port === null ? '' : 'tcp',
        instances: [matched, ...texts(record['extracted-results'] ?? record['extracted_results'])],
        cve: [...texts(classification['cve-id']), ...(/^CVE-/i.test(template) ? [template] : [])],
        cwe: texts(classification['cwe-id']),
        score: number(classification['cvss-score']),
        vector: str(classification['cvss-metrics']) || null,
        evidence: texts(record['extracted-results'] ?? record['extracted_results']).join('\n') || str(at(record, 'response')),
        description: str(info['description']),
        solution: str(info['remediation']),
        references: texts(info['reference']),
      })
    }
  },
})

export const httpx = defineFormat({
  id: 'httpx',
  title: 'httpx JSONL',
  recognises: head =>
    hasKeys(head, 'url') && (hasKeys(head, 'status_code') || hasKeys(head, 'status-code')) && !hasKeys(head, 'template-id'),
  async read(input, out) {
    for await (const { value, line } of input.items()) {
      const record = object(value)
      const url = str(record['url'])
      if (url === '') throw new ScanProblem('记录里没有 url', line)
      if (record['failed'] === true) {
        out.notFound('failed')
        continue
      }
      const place = placeOf(url)
      const status = str(record['status_code'] ?? record['status-code'])
      out.found({
        kind: 'fact',
        check: `http:${place.path}`,
        problem: url,
        title: `${url} 可访问（${status}）`,
        severity: 'info',
        host: place.host,
        port: place.port,
        instances: [url],
        evidence: [str(record['title']), str(record['webserver']), ...texts(record['tech'] ?? record['technologies'])]
          .filter(text => text !== '')
          .join('，'),
      })
    }
  },
})
