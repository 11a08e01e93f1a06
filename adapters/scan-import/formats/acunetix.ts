// Acunetix XML and Acunetix 360 / Invicti (Netsparker) JSON.
import { defineFormat, hasKeys } from '../define-format.js'
import { placeOf } from '../place.js'
import { at, list, number, object, str } from '../../shared/read-json.js'
import { children, textAt } from '../read-xml.js'
import { severityOr } from '../severities.js'
import { plainText } from '../plain-text.js'

export const acunetix = defineFormat({
  id: 'acunetix',
  title: 'Acunetix XML',
  recognises: head => head.root === 'ScanGroup',
  async read(input, out) {
    for await (const scan of input.xml('Scan')) {
      const start = textAt(scan, 'StartURL')
      const place = placeOf(/^[a-z]+:\/\//i.test(start) ? start : start.includes(':') || start === '' ? start : `http://${start}`)
      out.host(place.host)
      for (const item of children(scan, 'ReportItems/ReportItem')) {
        const title = textAt(item, 'Name')
        const score = Number(textAt(item, 'CVSS3/Score') || textAt(item, 'CVSS/Score') || NaN)
        out.found({
          check: textAt(item, 'ModuleName') === '' ? title : `${textAt(item, 'ModuleName')}:${title}`,
          problem: [place.host, title, textAt(item, 'Impact'), textAt(item, 'Recommendation')].join('|'),
          title,
          severity: severityOr(textAt(item, 'Severity')),
          host: place.host,
          port: place.port,
          instances: [[textAt(item, 'Affects'), textAt(item, 'Parameter')].filter(text => text !== '').join(' ')],
          cwe: children(item, 'CWEList/CWE').map(cwe => cwe.attributes['id'] ?? cwe.text),
          cve: children(item, 'CVEList/CVE').map(cve => textAt(cve, 'Text') || cve.text),
          score: Number.isFinite(score) ? score : null,
          vector: textAt(item, 'CVSS3/Descriptor') || textAt(item, 'CVSS/Descriptor') || null,
          evidence: plainText(textAt(item, 'Details')),
          description: plainText(textAt(item, 'Description')),
          solution: plainText(textAt(item, 'Recommendation')),
          references: children(item, 'References/Reference').map(reference => textAt(reference, 'URL')),
          declared: /^(?:1|true)$/i.test(textAt(item, 'IsFalsePositive')) ? 'false_positive' : 'open',
        })
      }
      if (textAt(scan, 'Aborted').toLowerCase() === 'true') out.partial('扫描被中止')
      else out.asked({ host: place.host, port: place.port })
    }
  },
})

export const invicti = defineFormat({
  id: 'acunetix360',
  title: 'Acunetix 360、Invicti、Netsparker JSON',
  engine: 'invicti',
  recognises: head => hasKeys(head, 'Generated', 'Target', 'Vulnerabilities'),
  async read(input, out) {
    const document = object(await input.json(text => text.replace(/^\ufeff/, '')))
    const target = placeOf(str(at(document, 'Target.Url')))
    out.host(target.host)
    for (const value of list(document['Vulnerabilities'])) {
      const item = object(value)
      const place = placeOf(str(item['Url']))
      const state = str(item['State'])
      const title = str(item['Name'])
      const cvss = object(at(item, 'Classification.Cvss31') ?? at(item, 'Classification.Cvss'))
      out.found({
        check: str(item['Type']) || title,
        problem: title,
        title,
        severity: severityOr(str(item['Severity'])),
        host: place.host || target.host,
        port: place.port ?? target.port,
        instances: [place.path],
        cwe: str(at(item, 'Classification.Cwe')).split(/[,\s]+/),
        score: number(at(cvss, 'BaseScore.Value')),
        vector: str(cvss['Vector']) || null,
        description: plainText(str(item['Description'])),
        solution: plainText(str(item['RemedialProcedure']) || str(item['RemedialActions'])),
        declared: /FalsePositive/i.test(state)
          ? 'false_positive'
          : /AcceptedRisk/i.test(state)
            ? 'accepted'
            : /Fixed/i.test(state)
              ? 'fixed'
              : 'open',
      })
    }
    out.asked({ host: target.host, port: target.port })
  },
})
