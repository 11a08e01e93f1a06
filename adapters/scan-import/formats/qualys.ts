// Qualys: asset report XML and CSV, VMDR CSV, scan results XML of the web interface, web application scanning XML.
import { defineFormat, hasColumns } from '../define-format.js'
import { placeOf, portNumber } from '../place.js'
import { plainText } from '../plain-text.js'
import { allText, child, children, textAt, type XmlElement } from '../read-xml.js'
import { severityOfStep } from '../severities.js'
import type { Declared } from '../../../core/ports/scan-import.js'

const hasFixed = (status: string): Declared => (/fixed/i.test(status) ? 'fixed' : 'open')

export const qualys = defineFormat({
  id: 'qualys',
  title: 'Qualys 资产报告（XML、CSV）',
  recognises: head =>
    head.root === 'ASSET_DATA_REPORT' ||
    (hasColumns(head, 'qid', 'title') && !head.columns.includes('kb severity')) ||
    (head.kind === 'text' && /^"?IP"?,"?(?:Network|DNS)"?[^\n]{0,300}QID/m.test(head.text)),
  async read(input, out) {
    if (input.head.kind !== 'xml') {
      for await (const { record } of input.records(cells => cells.some(cell => cell.trim() === 'QID'))) {
        const qid = record['QID'] ?? ''
        if (qid === '') {
          if (record['IP']) out.host(record['IP'])
          out.notFound('no-check')
          continue
        }
        const port = portNumber(record['Port'])
        out.found({
          check: qid,
          problem: qid,
          title: record['Title'] ?? '',
          severity: severityOfStep(record['Severity'] ?? '1', 1),
          host: record['IP'] || record['DNS'] || '',
          port,
          protocol: port === null ? '' : (record['Protocol'] || 'tcp').toLowerCase(),
          cve: [record['CVE ID'] ?? ''],
          score: Number.parseFloat(record['CVSS3 Base'] || record['CVSS Base'] || 'NaN'),
          evidence: record['Results'] ?? '',
          description: plainText(record['Threat'] ?? ''),
          solution: plainText(record['Solution'] ?? ''),
          declared: hasFixed(record['Vuln Status'] ?? ''),
          toVerify: /potential|practice/i.test(record['Type'] ?? ''),
        })
      }
      return
    }
    // Hosts come before the glossary that explains their numbers.
    const glossary = new Map<string, XmlElement>()
    for await (const details of input.xml('VULN_DETAILS')) glossary.set(textAt(details, 'QID'), details)
    for await (const host of input.xml('HOST')) {
      const address = textAt(host, 'IP')
      out.host(address)
      for (const item of children(host, 'VULN_INFO_LIST/VULN_INFO')) {
        const qid = textAt(item, 'QID')
        const details = glossary.get(qid)
        const port = portNumber(textAt(item, 'PORT'))
        const status = textAt(item, 'VULN_STATUS')
        out.found({
          check: qid,
          problem: [address, qid, port ?? '', textAt(item, 'PROTOCOL'), textAt(item, 'INSTANCE')].join('|'),
          title: textAt(details, 'TITLE') || `QID ${qid}`,
          severity: severityOfStep(textAt(details, 'SEVERITY') || '1', 1),
          host: address,
          port,
          protocol: port === null ? '' : (textAt(item, 'PROTOCOL') || 'tcp').toLowerCase(),
          cve: children(details, 'CVE_ID_LIST/CVE_ID').map(cve => textAt(cve, 'ID')),
          score: Number.parseFloat(textAt(details, 'CVSS3_SCORE/CVSS3_BASE') || textAt(details, 'CVSS_SCORE/CVSS_BASE') || 'NaN'),
          evidence: textAt(item, 'RESULT'),
          description: plainText(textAt(details, 'THREAT')),
          solution: plainText(textAt(details, 'SOLUTION')),
          declared: hasFixed(status),
          toVerify: /practice|potential/i.test(textAt(item, 'TYPE')),
        })
      }
    }
  },
})

export const qualysVmdr = defineFormat({
  id: 'qualys-vmdr',
  title: 'Qualys VMDR CSV',
  engine: 'qualys',
  recognises: head =>
    head.kind === 'text' &&
    (hasColumns(head, 'qid', 'kb severity') ||
      /^"?(?:CVE"?,"?CVE-Description|QID"?,"?Title"?,"?Severity"?,"?KB Severity)/m.test(head.text)),
  async read(input, out) {
    for await (const { record } of input.records(cells => cells.some(cell => cell.trim() === 'QID'))) {
      const qid = record['QID'] ?? ''
      const host =
        [record['Asset IPV4'], record['Asset IPV6'], record['Asset Name']]
          .find(text => text)
          ?.split(',')[0]
          ?.trim() ?? ''
      const port = portNumber(record['Port'])
      const cve = record['CVE'] ?? ''
      out.found({
        check: cve === '' ? qid : `${qid}:${cve}`,
        problem: [host, qid, cve, port ?? ''].join('|'),
        title: record['Title'] ?? '',
        severity: severityOfStep(record['Severity'] ?? '1', 1),
        host,
        port,
        protocol: port === null ? '' : (record['Protocol'] || 'tcp').toLowerCase(),
        cve: [cve],
        score: Number.parseFloat(record['CVSSv3.1 Base (nvd)'] || record['CVSSv3.1 Base'] || 'NaN'),
        evidence: record['Results'] ?? '',
        description: record['CVE-Description'] || plainText(record['Threat'] ?? ''),
        solution: plainText(record['Solution'] ?? ''),
        declared: hasFixed(record['Status'] ?? ''),
      })
    }
  },
})

export const qualysInfrascan = defineFormat({
  id: 'qualys-infrascan',
  title: 'Qualys 扫描结果 XML',
  engine: 'qualys',
  recognises: head => head.root === 'SCAN' && /<IP |<HEADER>|qualys/i.test(head.text),
  async read(input, out) {
    let status = ''
    for await (const element of input.xml('IP', 'KEY')) {
      if (element.name === 'KEY') {
        if (element.attributes['value'] === 'STATUS') status = element.text.trim()
        continue
      }
      const host = element.attributes['value'] ?? ''
      out.host(host)
      for (const [list, item] of [
        ['VULNS', 'VULN'],
        ['PRACTICES', 'PRACTICE'],
        ['INFOS', 'INFO'],
      ] as const) {
        for (const category of children(element, `${list}/CAT`)) {
          const port = portNumber(category.attributes['port'])
          for (const entry of children(category, item)) {
            const qid = entry.attributes['number'] ?? ''
            out.found({
              kind: list === 'INFOS' ? 'fact' : 'vulnerability',
              check: qid,
              title: textAt(entry, 'TITLE'),
              severity: list === 'INFOS' ? 'info' : severityOfStep(entry.attributes['severity'] ?? '1', 1),
              host,
              port,
              protocol: port === null ? '' : (category.attributes['protocol'] ?? 'tcp').toLowerCase(),
              cve: [entry.attributes['cveid'] ?? '', ...children(entry, 'CVE_ID_LIST/CVE_ID').map(cve => textAt(cve, 'ID'))],
              score: Number.parseFloat(textAt(entry, 'CVSS3_BASE') || textAt(entry, 'CVSS_BASE') || 'NaN'),
              evidence: textAt(entry, 'RESULT'),
              description: plainText(textAt(entry, 'DIAGNOSIS')),
              solution: plainText(textAt(entry, 'SOLUTION')),
              toVerify: list === 'PRACTICES',
            })
          }
        }
      }
    }
    if (status !== '' && status !== 'FINISHED') out.partial(`扫描状态是 ${status}`)
  },
})

export const qualysWebapp = defineFormat({
  id: 'qualys-webapp',
  title: 'Qualys 网站扫描 XML',
  engine: 'qualys-was',
  recognises: head => head.root === 'WAS_SCAN_REPORT' || head.root === 'WAS_WEBAPP_REPORT' || head.root === 'WEBAPP_REPORT',
  async read(input, out) {
    const glossary = new Map<string, XmlElement>()
    for await (const list of input.xml('QID_LIST')) for (const item of children(list, 'QID')) glossary.set(textAt(item, 'QID'), item)
    for await (const item of input.xml('VULNERABILITY_LIST', 'INFORMATION_GATHERED_LIST', 'SENSITIVE_CONTENT_LIST')) {
      for (const entry of item.children) {
        const qid = textAt(entry, 'QID')
        if (qid === '') continue
        const details = glossary.get(qid)
        const place = placeOf(textAt(entry, 'URL'))
        const gathered = item.name === 'INFORMATION_GATHERED_LIST'
        out.found({
          kind: gathered ? 'fact' : 'vulnerability',
          check: qid,
          problem: `${item.name}|${qid}`,
          title: textAt(details, 'TITLE') || `QID ${qid}`,
          severity: gathered ? 'info' : severityOfStep(textAt(details, 'SEVERITY') || '1', 1),
          host: place.host,
          port: place.port,
          instances: [[place.path, textAt(entry, 'PARAM')].filter(text => text !== '').join(' ')],
          cwe: textAt(details, 'CWE').split(/[,\s]+/),
          score: Number.parseFloat(textAt(details, 'CVSS_V3/BASE') || textAt(details, 'CVSS_BASE') || 'NaN'),
          evidence: allText(child(entry, 'PAYLOADS/PAYLOAD/PAYLOAD')),
          description: plainText(textAt(details, 'DESCRIPTION')),
          solution: plainText(textAt(details, 'SOLUTION')),
          declared: textAt(entry, 'IGNORED') === 'true' ? 'accepted' : hasFixed(textAt(entry, 'STATUS')),
        })
      }
    }
  },
})
