// Burp: XML of the desktop edition, JSON of its API, HTML of Burp Suite DAST (Enterprise).
import { defineFormat, hasKeys } from '../define-format.js'
import { placeOf } from '../place.js'
import { plainText } from '../plain-text.js'
import { at, list, object, str } from '../../shared/read-json.js'
import { child, textAt } from '../read-xml.js'
import { severityOr } from '../severities.js'
import { ScanProblem } from '../../shared/scan-problem.js'

export const burp = defineFormat({
  id: 'burp',
  title: 'Burp Suite XML',
  recognises: head => head.root === 'issues',
  async read(input, out) {
    for await (const issue of input.xml('issue')) {
      const place = placeOf(textAt(issue, 'host'))
      out.asked(place)
      const type = textAt(issue, 'type')
      out.found({
        check: type || textAt(issue, 'name'),
        problem: type || textAt(issue, 'name'),
        title: textAt(issue, 'name'),
        severity: severityOr(textAt(issue, 'severity')),
        host: place.host || (child(issue, 'host')?.attributes['ip'] ?? ''),
        port: place.port,
        instances: [textAt(issue, 'location') || textAt(issue, 'path')],
        cwe: textAt(issue, 'vulnerabilityClassifications').match(/CWE-\d+/g) ?? [],
        evidence: plainText(textAt(issue, 'issueDetail')),
        description: plainText(textAt(issue, 'issueBackground')),
        solution: plainText(textAt(issue, 'remediationDetail') || textAt(issue, 'remediationBackground')),
        references: linksIn(textAt(issue, 'references')),
        declared: textAt(issue, 'severity').toLowerCase() === 'false positive' ? 'false_positive' : 'open',
        toVerify: textAt(issue, 'confidence').toLowerCase() === 'tentative',
      })
    }
  },
})

export const burpApi = defineFormat({
  id: 'burp-api',
  title: 'Burp Suite REST API JSON',
  engine: 'burp',
  recognises: head => hasKeys(head, 'issue_events') || hasKeys(head, 'scan_metrics', 'scan_status'),
  async read(input, out) {
    const document = object(await input.json())
    if (!Array.isArray(document['issue_events'])) throw new ScanProblem('缺少 issue_events', 1)
    for (const value of list(document['issue_events'])) {
      const event = object(value)
      if (event['type'] !== undefined && event['type'] !== 'issue_found') {
        out.notFound(str(event['type']))
        continue
      }
      const issue = object(event['issue'])
      const place = placeOf(str(issue['origin']))
      out.asked(place)
      const type = str(issue['type_index']) || str(issue['name'])
      out.found({
        check: type,
        problem: str(issue['serial_number']) || [type, place.host, str(issue['path'])].join('|'),
        title: str(issue['name']),
        severity: severityOr(str(issue['severity'])),
        host: place.host,
        port: place.port,
        instances: [`${str(issue['path']) || '/'}${str(issue['caption']) === '' ? '' : ` ${str(issue['caption'])}`}`],
        description: plainText(str(issue['issue_background']) || str(issue['description'])),
        evidence: plainText(str(issue['description'])),
        solution: plainText(str(issue['remediation']) || str(issue['remediation_background'])),
        toVerify: str(issue['confidence']) === 'tentative',
      })
    }
    const status = str(document['scan_status'])
    if (status !== '' && !/^succeeded$/i.test(status)) out.partial(`扫描状态是 ${status}`)
    else if (Number(str(at(document, 'scan_metrics.audit_queue_items_waiting'))) > 0) out.partial('审计队列还没有做完')
  },
})

export const burpDast = defineFormat({
  id: 'burp-dast',
  title: 'Burp Suite DAST HTML',
  engine: 'burp',
  recognises: head => head.kind === 'html' && /Scan Remediation|Burp Suite (?:Enterprise|DAST)/i.test(head.text),
  async read(input, out) {
    const text = await input.text()
    if (!/<\/html>\s*$/i.test(text)) throw new ScanProblem('HTML 没有结束，文件可能被截断', text.split('\n').length)
    // The tables tell site, severity and path of each issue by its serial; the details tell the words.
    const details = new Map<string, { title: string; body: string }>()
    for (const part of text.split(/<div class="issue-container">/).slice(1)) {
      const serial = /<a name="(\d{1,30})"/.exec(part)?.[1]
      const title = /<h2>([^<]{1,300})<\/h2>/.exec(part)?.[1]
      if (serial !== undefined && title !== undefined) details.set(serial, { title: plainText(title), body: part.slice(0, 400_000) })
    }
    let site = placeOf('')
    let type = ''
    for (const row of text.matchAll(
      /<h1>Issues found on ([^<]{1,500})<\/h1>|<tr class="issue-type-row">\s*<td[^>]{0,60}>([^<]{1,300})<\/td>|<td class="issue-path[^"]{0,60}">([\s\S]{1,3000}?)<\/td>\s*<td>([A-Za-z ]{1,20})<\/td>\s*<td[^>]{0,60}>([A-Za-z ]{1,20})<\/td>[\s\S]{0,300}?<a href="#(\d{1,30})"/g,
    )) {
      if (row[1] !== undefined) site = placeOf(row[1].trim())
      else if (row[2] !== undefined) type = plainText(row[2]).replace(/\s*\[\d+\]$/, '')
      else {
        const detail = details.get(row[6] ?? '')
        const body = detail?.body ?? ''
        const section = (name: string): string =>
          plainText(new RegExp(`<h3>\\s*${name}:?\\s*</h3>\\s*<div[^>]{0,100}>([\\s\\S]{0,20000}?)(?=<h3>|$)`).exec(body)?.[1] ?? '')
        const title = type || detail?.title || ''
        out.found({
          check: title,
          problem: title,
          title,
          severity: severityOr(row[4] ?? ''),
          host: site.host,
          port: site.port,
          instances: [plainText(row[3] ?? '')],
          cwe: section('Vulnerability classifications').match(/CWE-\d+/g) ?? [],
          evidence: section('Issue detail'),
          description: section('Issue background'),
          solution: section('Issue remediation'),
          references: linksIn(/<h3>References<\/h3>([\s\S]{0,20000}?)<h3>/.exec(body)?.[1] ?? ''),
          toVerify: /tentative/i.test(row[5] ?? ''),
        })
      }
    }
  },
})

function linksIn(html: string): string[] {
  return [...html.slice(0, 50_000).matchAll(/href="(https?:\/\/[^"\s]{1,500})"/g)].map(match => match[1] ?? '')
}
