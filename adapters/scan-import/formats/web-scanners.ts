// Smaller scanners of the web: wapiti, whatweb, wpscan, sqlmap, nettacker, xray.
import { createHash } from 'node:crypto'
import { defineFormat, hasColumns, hasKeys } from '../define-format.js'
import { placeOf, portNumber } from '../place.js'
import { at, list, number, object, str, texts, type Json } from '../../shared/read-json.js'
import { children, textAt } from '../read-xml.js'
import { severityOfScore, severityOfStep } from '../severities.js'
import type { Collector } from '../collector.js'

export const wapiti = defineFormat({
  id: 'wapiti',
  title: 'wapiti（XML、JSON）',
  recognises: head =>
    (head.root === 'report' && /generatorName|<report type="security"/.test(head.text)) ||
    (hasKeys(head, 'classifications') && /"(?:desc|sol|ref)"/.test(head.text)),
  async read(input, out) {
    if (input.head.kind === 'json') return wapitiJson(object(await input.json()), out)
    let target = placeOf('')
    for await (const element of input.xml('info', 'vulnerability', 'anomaly', 'additional')) {
      if (element.name === 'info') {
        if (element.attributes['name'] === 'target') target = placeOf(element.text)
        continue
      }
      const name = element.attributes['name'] ?? ''
      const links = children(element, 'references/reference').map(item => textAt(item, 'url'))
      const cwe = children(element, 'references/reference').flatMap(item => /CWE-(\d+)/.exec(textAt(item, 'title'))?.[1] ?? [])
      for (const entry of children(element, 'entries/entry'))
        wapitiEntry(out, target, name, {
          method: textAt(entry, 'method'),
          path: textAt(entry, 'path'),
          parameter: textAt(entry, 'parameter'),
          info: textAt(entry, 'info'),
          level: textAt(entry, 'level'),
          description: textAt(element, 'description'),
          solution: textAt(element, 'solution'),
          links,
          cwe,
        })
    }
    out.host(target.host)
    // A target that refused every connection gives a whole report without entries (scanners.md 2).
    out.partial('wapiti 的报告不说明目标是否有响应，未发现不能作为已修复的证据')
  },
})

interface WapitiEntry {
  readonly method: string
  readonly path: string
  readonly parameter: string
  readonly info: string
  readonly level: string
  readonly description: string
  readonly solution: string
  readonly links: readonly string[]
  readonly cwe: readonly string[]
}

function wapitiEntry(out: Collector, target: ReturnType<typeof placeOf>, name: string, entry: WapitiEntry): void {
  out.found({
    check: `${name}:${entry.info.slice(0, 100)}`,
    problem: `${name}|${entry.info}`,
    title: name,
    severity: severityOfStep(entry.level, 0),
    host: target.host,
    port: target.port,
    instances: [[entry.method, entry.path, entry.parameter].filter(text => text !== '').join(' ')],
    cwe: entry.cwe,
    evidence: entry.info,
    description: entry.description,
    solution: entry.solution,
    references: entry.links,
  })
}

function wapitiJson(document: ReturnType<typeof object>, out: Collector): void {
  const target = placeOf(str(at(document, 'infos.target')))
  out.host(target.host)
  for (const kind of ['vulnerabilities', 'anomalies', 'additionals']) {
    for (const [name, entries] of Object.entries(object(document[kind]))) {
      const type = object(object(document['classifications'])[name])
      const links = object(type['ref'])
      for (const value of list(entries)) {
        const entry = object(value)
        wapitiEntry(out, target, name, {
          method: str(entry['method']),
          path: str(entry['path']),
          parameter: str(entry['parameter']),
          info: str(entry['info']),
          level: str(entry['level']),
          description: str(type['desc']),
          solution: str(type['sol']),
          links: Object.values(links).map(str),
          cwe: Object.keys(links).flatMap(key => /CWE-(\d+)/.exec(key)?.[1] ?? []),
        })
      }
    }
  }
  out.partial('wapiti 的报告不说明目标是否有响应，未发现不能作为已修复的证据')
}

export const whatweb = defineFormat({
  id: 'whatweb',
  title: 'whatweb JSON',
  recognises: head => hasKeys(head, 'target', 'plugins'),
  async read(input, out) {
    for await (const { value } of input.items()) {
      const record = object(value)
      const target = str(record['target'])
      if (target === '') {
        // Older versions end their list with an empty object.
        out.notFound('empty')
        continue
      }
      const place = placeOf(target)
      const seen = Object.entries(object(record['plugins'])).map(([name, plugin]) =>
        [name, ...texts(object(plugin)['version']), ...texts(object(plugin)['string'])].join(' '),
      )
      out.found({
        kind: 'fact',
        check: `web:${place.path}`,
        problem: target,
        title: `${target} 的网站指纹（${str(record['http_status'])}）`,
        severity: 'info',
        host: place.host,
        port: place.port,
        instances: seen,
        evidence: seen.join('，'),
      })
    }
  },
})

export const wpscan = defineFormat({
  id: 'wpscan',
  title: 'WPScan JSON',
  recognises: head =>
    hasKeys(head, 'interesting_findings') ||
    (hasKeys(head, 'target_url', 'banner') && /WPScan/.test(head.text)) ||
    (hasKeys(head, 'scan_aborted') && /WPScan|target_url/.test(head.text)),
  async read(input, out) {
    const document = object(await input.json())
    const url = str(document['target_url']) || str(document['effective_url'])
    const place = placeOf(url)
    out.host(place.host)
    const vulnerabilities = (from: Json | undefined, of: string): void => {
      for (const value of list(object(from)['vulnerabilities'])) {
        const item = object(value)
        const references = object(item['references'])
        const id = [...texts(references['wpvulndb']), ...texts(references['uuid'])][0] ?? str(item['title'])
        const score = number(at(item, 'cvss.score'))
        out.found({
          check: `wpscan:${id}`,
          problem: `vulnerability|${id}`,
          title: str(item['title']),
          severity: score === null ? 'medium' : severityOfScore(score),
          host: place.host,
          port: place.port,
          instances: [of],
          cve: texts(references['cve']).map(cve => (/^CVE-/i.test(cve) ? cve : `CVE-${cve}`)),
          score,
          vector: str(at(item, 'cvss.vector')) || null,
          solution: str(item['fixed_in']) === '' ? '' : `升级到 ${str(item['fixed_in'])}`,
          references: texts(references['url']),
        })
      }
    }
    vulnerabilities(document['version'], `WordPress ${str(at(document, 'version.number'))}`)
    vulnerabilities(document['main_theme'], `主题 ${str(at(document, 'main_theme.slug'))}`)
    for (const kind of ['plugins', 'themes', 'timthumbs'])
      for (const [name, item] of Object.entries(object(document[kind]))) vulnerabilities(item, `${kind} ${name}`)
    for (const value of list(document['interesting_findings'])) {
      const item = object(value)
      out.found({
        kind: 'fact',
        check: `interesting:${str(item['type'])}:${str(item['url'])}`,
        problem: `interesting|${str(item['to_s'])}|${str(item['url'])}`,
        title: str(item['to_s']) || str(item['type']),
        severity: 'info',
        host: place.host,
        port: place.port,
        instances: [str(item['url'])],
        evidence: texts(item['interesting_entries']).join('\n'),
        references: texts(at(item, 'references.url')),
      })
    }
    for (const [name, user] of Object.entries(object(document['password_attack']))) {
      out.found({
        kind: 'weak_credential',
        check: `weak-credential:wordpress:${name}`,
        title: `WordPress 账号 ${name} 存在弱口令`,
        severity: 'high',
        host: place.host,
        port: place.port,
        evidence: `口令在字典中（编号 ${str(object(user)['id'])}）`,
      })
    }
    if (document['scan_aborted'] !== undefined) out.partial(`扫描中止：${str(document['scan_aborted'])}`)
    else out.asked({ host: place.host, port: place.port })
  },
})

export const sqlmap = defineFormat({
  id: 'sqlmap',
  title: 'sqlmap（CSV、日志）',
  recognises: head =>
    hasColumns(head, 'target url', 'place', 'parameter') ||
    (head.kind === 'text' && /^sqlmap (?:identified|resumed) the following injection point/m.test(head.text)),
  async read(input, out) {
    const injection = (url: string, parameter: string, where: string, technique: string): void => {
      const place = placeOf(url)
      out.found({
        check: `sqli:${place.path.split('?')[0] ?? ''}:${where}:${parameter}`,
        problem: `${url}|${where}|${parameter}`,
        title: `SQL 注入：参数 ${parameter}（${where}）`,
        severity: 'high',
        host: place.host,
        port: place.port,
        instances: [url],
        cwe: [89],
        evidence: technique,
        solution: '改用参数化查询，并校验输入。',
      })
    }
    if (input.head.columns.includes('target url')) {
      for await (const { record } of input.records())
        injection(record['Target URL'] ?? '', record['Parameter'] ?? '', record['Place'] ?? '', `技术 ${record['Technique(s)'] ?? ''}`)
      return
    }
    let current: { parameter: string; where: string; types: string[] } | undefined
    const end = (): void => {
      if (current) injection('', current.parameter, current.where, current.types.join('；'))
      current = undefined
    }
    for await (const { text } of input.lines()) {
      const parameter = /^Parameter: (.{1,200}?) \(([\w ()-]{1,60})\)\s*$/.exec(text)
      if (parameter) {
        end()
        current = { parameter: parameter[1] ?? '', where: parameter[2] ?? '', types: [] }
      } else if (current && /^\s+(?:Type|Title): /.test(text)) current.types.push(text.trim())
      else if (text.startsWith('---')) end()
    }
    end()
  },
})

export const nettacker = defineFormat({
  id: 'nettacker',
  title: 'OWASP Nettacker JSON',
  recognises: head => hasKeys(head, 'module_name', 'target') || (hasKeys(head, 'scan_id', 'event') && hasKeys(head, 'target')),
  async read(input, out) {
    for await (const { value } of input.items()) {
      const record = object(value)
      const port = portNumber(str(record['port']))
      const name = str(record['module_name'])
      const host = placeOf(str(record['target'])).host
      out.found({
        kind: name.endsWith('_vuln') ? 'vulnerability' : name.endsWith('_brute') ? 'weak_credential' : 'fact',
        check: name,
        problem: [host, port ?? '', name].join('|'),
        title: name === 'port_scan' ? `开放端口 ${port ?? ''}` : name,
        severity: name.endsWith('_vuln') || name.endsWith('_brute') ? 'high' : 'info',
        host,
        port,
        // Events of guessing hold the password.
        evidence: name.endsWith('_brute') ? '口令在字典中' : str(record['event']),
        cve: [name.replaceAll('_', '-')],
      })
    }
  },
})

export const xray = defineFormat({
  id: 'xray',
  title: 'xray JSON',
  recognises: head => hasKeys(head, 'plugin', 'detail', 'target') && hasKeys(head, 'create_time'),
  async read(input, out) {
    for await (const { value } of input.items()) {
      const outer = object(value)
      // The webhook wraps each record.
      const record = outer['data'] !== undefined ? object(outer['data']) : outer
      const address = str(at(record, 'detail.addr')) || str(at(record, 'target.url'))
      const place = placeOf(address)
      const plugin = str(record['plugin'])
      out.found({
        check: `${plugin}:${createHash('sha256')
          .update(place.path.split('?')[0] ?? '')
          .digest('hex')
          .slice(0, 16)}`,
        problem: `${plugin}|${place.host}|${place.port ?? ''}|${place.path}`,
        title: plugin,
        severity: /sqldet|cmd|rce|upload|xxe|ssrf|poc|struts|thinkphp|fastjson|shiro/i.test(plugin) ? 'high' : 'medium',
        host: place.host,
        port: place.port,
        instances: [place.path, str(at(record, 'detail.extra.param.key'))],
        cve: [plugin],
        evidence: str(at(record, 'detail.payload')),
        toVerify: true,
      })
    }
  },
})
