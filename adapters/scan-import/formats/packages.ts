// What is weak in packages, images and clusters: Trivy, Harbor, Wazuh, Grype.
import { defineFormat, hasKeys } from '../define-format.js'
import { placeOf } from '../place.js'
import { at, list, number, object, str, texts, type Json, type JsonObject } from '../../shared/read-json.js'
import { severityOr } from '../severities.js'
import { ScanProblem } from '../../shared/scan-problem.js'
import type { Collector } from '../collector.js'

export const trivy = defineFormat({
  id: 'trivy',
  title: 'Trivy JSON',
  recognises: head =>
    hasKeys(head, 'SchemaVersion') ||
    hasKeys(head, 'ClusterName') ||
    (hasKeys(head, 'Target') && (hasKeys(head, 'Vulnerabilities') || hasKeys(head, 'Type'))) ||
    hasKeys(head, 'ArtifactName'),
  async read(input, out) {
    const document = await input.json()
    if (document === null) return out.warn('结果是 null：没有可检查的内容')
    if (Array.isArray(document)) {
      // The first format: results without an envelope.
      for (const result of list(document)) trivyResult(object(result), '', out)
      return
    }
    const root = object(document)
    if (root['SchemaVersion'] !== undefined && Number(str(root['SchemaVersion'])) > 2)
      throw new ScanProblem(`不认识的 SchemaVersion ${str(root['SchemaVersion'])}`, 1)
    const artifact = str(root['ArtifactName'])
    out.host(artifact)
    for (const result of list(root['Results'])) trivyResult(object(result), artifact, out)
    // Clusters: by kind of finding (0.2x) or by resource (later).
    for (const group of ['Vulnerabilities', 'Misconfigurations', 'Resources', 'Findings']) {
      for (const value of list(root[group])) {
        const resource = object(value)
        const name = [str(resource['Namespace']), str(resource['Kind']), str(resource['Name'])].filter(text => text !== '').join('/')
        for (const result of list(resource['Results'])) trivyResult(object(result), name, out)
      }
    }
  },
})

function trivyResult(result: JsonObject, artifact: string, out: Collector): void {
  const target = str(result['Target'])
  const host = artifact || target
  const place = { host: host.toLowerCase(), instances: [target] }
  for (const value of list(result['Vulnerabilities'])) {
    const item = object(value)
    const scores = Object.values(object(item['CVSS'])).map(object)
    const nvd = object(at(item, 'CVSS.nvd'))
    const best = [nvd, ...scores].find(entry => entry['V3Score'] !== undefined) ?? nvd
    const id = str(item['VulnerabilityID'])
    out.found({
      check: `${id}:${str(item['PkgName'])}:${target}`,
      problem: [artifact, target, id, str(item['PkgName']), str(item['InstalledVersion']), str(item['PkgPath'])].join('|'),
      title: `${id} ${str(item['PkgName'])} ${str(item['InstalledVersion'])}`,
      severity: severityOr(str(item['Severity'])),
      ...place,
      cve: [id],
      cwe: texts(item['CweIDs']),
      score: number(best['V3Score']),
      vector: str(best['V3Vector']) || null,
      description: str(item['Title']) || str(item['Description']),
      evidence: `${str(item['PkgName'])} ${str(item['InstalledVersion'])}`,
      solution: str(item['FixedVersion']) === '' ? '' : `升级到 ${str(item['FixedVersion'])}`,
      references: [str(item['PrimaryURL']), ...texts(item['References'])],
    })
  }
  for (const value of list(result['Misconfigurations'])) {
    const item = object(value)
    if (str(item['Status']) === 'PASS' || str(item['Status']) === 'EXCEPTION') {
      out.notFound('passed')
      continue
    }
    const line = str(at(item, 'CauseMetadata.StartLine'))
    out.found({
      kind: 'baseline',
      check: `${str(item['ID'])}:${target}`,
      problem: [artifact, target, str(item['ID']), str(item['Message']), line].join('|'),
      title: `${str(item['ID'])} ${str(item['Title'])}`,
      severity: severityOr(str(item['Severity'])),
      ...place,
      evidence: str(item['Message']),
      description: str(item['Description']),
      solution: str(item['Resolution']),
      references: [str(item['PrimaryURL']), ...texts(item['References'])],
    })
  }
  for (const value of list(result['Secrets'])) {
    const item = object(value)
    out.found({
      kind: 'weak_credential',
      check: `${str(item['RuleID'])}:${target}:${str(item['StartLine'])}`,
      problem: [artifact, target, str(item['RuleID']), str(item['StartLine'])].join('|'),
      title: `文件里有明文密钥：${str(item['Title'])}`,
      severity: severityOr(str(item['Severity'])),
      ...place,
      instances: [`${target}:${str(item['StartLine'])}`],
      // What was matched is the secret.
      evidence: `规则 ${str(item['RuleID'])}，第 ${str(item['StartLine'])} 行`,
    })
  }
  for (const value of list(result['Licenses'])) {
    const item = object(value)
    const where = str(item['PkgName']) || str(item['FilePath'])
    out.found({
      kind: 'baseline',
      check: `license:${str(item['Name'])}:${where}`,
      problem: [artifact, target, str(item['Name']), where, str(item['FilePath'])].join('|'),
      title: `许可证 ${str(item['Name'])}（${str(item['Category'])}）：${where}`,
      severity: severityOr(str(item['Severity'])),
      ...place,
      references: [str(item['Link'])],
    })
  }
}

export const harbor = defineFormat({
  id: 'harbor',
  title: 'Harbor 漏洞报告 JSON',
  recognises: head =>
    /application\/vnd\.(?:scanner\.adapter|security)\.vuln(?:erability)?\.report/.test(head.text) ||
    hasKeys(head, 'vulnerabilities', 'fix_version'),
  async read(input, out) {
    const root = object(await input.json())
    const reports = root['vulnerabilities'] === undefined ? Object.values(root).map(object) : [root]
    if (!reports.some(report => report['vulnerabilities'] !== undefined)) throw new ScanProblem('缺少 vulnerabilities', 1)
    for (const report of reports) {
      for (const value of list(report['vulnerabilities'])) {
        const item = object(value)
        const id = str(item['id'])
        const host = str(item['artifact_digest']) || texts(item['artifact_digests'])[0] || ''
        out.found({
          check: `${id}:${str(item['package'])}`,
          problem: [host, id, str(item['package']), str(item['version'])].join('|'),
          title: `${id} ${str(item['package'])} ${str(item['version'])}`,
          severity: severityOr(str(item['severity'])),
          host,
          cve: [id],
          cwe: texts(item['cwe_ids']),
          score: number(at(item, 'preferred_cvss.score_v3')),
          vector: str(at(item, 'preferred_cvss.vector_v3')) || null,
          description: str(item['description']),
          evidence: `${str(item['package'])} ${str(item['version'])}`,
          solution: str(item['fix_version']) === '' ? '' : `升级到 ${str(item['fix_version'])}`,
          references: texts(item['links']),
        })
      }
    }
  },
})

export const wazuh = defineFormat({
  id: 'wazuh',
  title: 'Wazuh 漏洞清单 JSON',
  recognises: head =>
    hasKeys(head, 'affected_items') ||
    (hasKeys(head, 'hits', '_source') && /vulnerability/.test(head.text)) ||
    hasKeys(head, 'hits', 'took'),
  async read(input, out) {
    const document = object(await input.json())
    const old = at(document, 'data.affected_items')
    if (old !== undefined) {
      for (const value of list(old)) {
        const item = object(value)
        // Wazuh 4.7 lists what it has not judged, and what has no correction, besides: neither can be acted on.
        if (/^untriaged$/i.test(str(item['severity'])) || str(item['condition']) === 'Package unfixed') {
          out.notFound(str(item['condition']) === 'Package unfixed' ? 'unfixed' : 'untriaged')
          continue
        }
        const host = str(item['agent_ip']) || str(item['agent_name'])
        wazuhFound(out, {
          host,
          cve: str(item['cve']),
          name: str(item['name']),
          version: str(item['version']),
          severity: str(item['severity']),
          score: number(item['cvss3_score']) || number(item['cvss2_score']),
          description: str(item['title']),
          references: texts(item['external_references']),
        })
      }
      return
    }
    for (const value of list(at(document, 'hits.hits'))) {
      const source = object(at(value, '_source'))
      const vulnerability = object(source['vulnerability'])
      wazuhFound(out, {
        host: str(at(source, 'agent.name')) || str(at(source, 'agent.id')),
        cve: str(vulnerability['id']),
        name: str(at(source, 'package.name')),
        version: str(at(source, 'package.version')),
        severity: str(vulnerability['severity']),
        score: number(at(vulnerability, 'score.base')),
        description: str(vulnerability['description']),
        references: str(vulnerability['reference']).split(/[,\s]+/),
      })
    }
  },
})

interface WazuhItem {
  readonly host: string
  readonly cve: string
  readonly name: string
  readonly version: string
  readonly severity: string
  readonly score: number | null
  readonly description: string
  readonly references: readonly string[]
}

function wazuhFound(out: Collector, item: WazuhItem): void {
  out.found({
    check: `${item.cve}:${item.name}`,
    problem: [item.host, item.cve, item.name, item.version].join('|'),
    title: `${item.cve} ${item.name} ${item.version}`,
    severity: severityOr(item.severity),
    host: item.host,
    cve: [item.cve],
    score: item.score,
    description: item.description,
    evidence: `${item.name} ${item.version}`,
    references: item.references,
  })
}

export const grype = defineFormat({
  id: 'grype',
  title: 'Grype JSON',
  recognises: head => hasKeys(head, 'matches', 'artifact') || hasKeys(head, 'matches', 'vulnerability'),
  async read(input, out) {
    const document = object(await input.json())
    const target = str(at(document, 'source.target.userInput')) || str(at(document, 'source.target'))
    out.host(placeOf(target).host)
    for (const value of list(document['matches'])) {
      const item = object(value)
      const id = str(at(item, 'vulnerability.id'))
      const name = str(at(item, 'artifact.name'))
      out.found({
        check: `${id}:${name}`,
        problem: [target, id, name, str(at(item, 'artifact.version'))].join('|'),
        title: `${id} ${name} ${str(at(item, 'artifact.version'))}`,
        severity: severityOr(str(at(item, 'vulnerability.severity'))),
        host: target,
        cve: [id, ...list(item['relatedVulnerabilities']).map((other: Json) => str(at(other, 'id')))],
        description: str(at(item, 'vulnerability.description')),
        evidence: `${name} ${str(at(item, 'artifact.version'))}`,
        solution: texts(at(item, 'vulnerability.fix.versions')).join('、'),
        references: texts(at(item, 'vulnerability.urls')),
      })
    }
  },
})
