// OpenSCAP: XCCDF results (1.1, 1.2, ARF); a rule that was not applicable proves nothing.
import { defineFormat } from '../define-format.js'
import { allText, child, children, textAt, type XmlElement } from '../read-xml.js'
import { severityOr } from '../severities.js'

export const openscap = defineFormat({
  id: 'openscap',
  title: 'OpenSCAP XCCDF、ARF',
  recognises: head => ['Benchmark', 'TestResult', 'asset-report-collection'].includes(head.root),
  async read(input, out) {
    const rules = new Map<string, { title: string; severity: string; description: string }>()
    let applicable = 0
    let results = 0
    for await (const element of input.xml('Rule', 'TestResult')) {
      if (element.name === 'Rule') {
        rules.set(element.attributes['id'] ?? '', {
          title: textAt(element, 'title'),
          severity: element.attributes['severity'] ?? '',
          description: allText(child(element, 'description')),
        })
        continue
      }
      const host = textAt(element, 'target') || textAt(element, 'target-address')
      out.host(host)
      for (const result of children(element, 'rule-result')) {
        results++
        const answer = textAt(result, 'result')
        const id = result.attributes['idref'] ?? ''
        if (answer === 'pass' || answer === 'fail' || answer === 'fixed') {
          applicable++
          out.covered({ host }, id)
        }
        if (answer !== 'fail') {
          out.notFound(answer === 'pass' ? 'passed' : answer)
          continue
        }
        const rule = rules.get(id)
        out.found({
          kind: 'baseline',
          check: id,
          problem: `${host}|${id}`,
          title: rule?.title || id,
          severity: severityOr((result.attributes['severity'] ?? rule?.severity) || 'medium', 'medium'),
          host,
          cve: identsOf(result),
          description: rule?.description ?? '',
          references: identsOf(result),
        })
      }
    }
    if (results > 0 && applicable === 0) out.partial('全部检查项都不适用，不能当作符合')
  },
})

const identsOf = (result: XmlElement): string[] => children(result, 'ident').map(item => item.text.trim())
