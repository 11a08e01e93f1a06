// TLS and SSH testers: sslscan, SSLyze, testssl.sh, ssh-audit.
import { defineFormat, hasColumns, hasKeys } from '../define-format.js'
import { placeOf, portNumber } from '../place.js'
import { at, list, object, str, texts, type Json } from '../../shared/read-json.js'
import { child, children, type XmlElement } from '../read-xml.js'
import { severityOfScore, severityOr } from '../severities.js'
import type { Collector } from '../collector.js'

export const sslscan = defineFormat({
  id: 'sslscan',
  title: 'sslscan XML',
  recognises: head => head.root === 'document' && /SSLScan/i.test(head.text.slice(0, 2000)),
  async read(input, out) {
    let tested = 0
    for await (const test of input.xml('ssltest', 'error')) {
      if (test.name === 'error') {
        out.partial(test.text.trim())
        continue
      }
      const host = test.attributes['host'] ?? ''
      const port = portNumber(test.attributes['port'])
      out.host(host)
      const place = { host, port }
      const ciphers = children(test, 'cipher').filter(item => /^(?:accepted|preferred|)$/.test(item.attributes['status'] ?? ''))
      if (children(test, 'certificate').length === 0 && children(test, 'certificates/certificate').length === 0 && ciphers.length === 0) {
        out.partial(`${host}:${port ?? ''} 没有 TLS 服务`)
        continue
      }
      tested++
      out.covered(place)
      for (const bleed of children(test, 'heartbleed'))
        if (bleed.attributes['vulnerable'] === '1')
          out.found({
            check: 'heartbleed',
            problem: `${host}|${port ?? ''}|heartbleed|${bleed.attributes['sslversion'] ?? ''}`,
            title: 'TLS 心脏滴血（Heartbleed）',
            severity: 'high',
            ...place,
            instances: [bleed.attributes['sslversion'] ?? ''],
            cve: ['CVE-2014-0160'],
          })
        else out.notFound('passed')
      // A cipher's strength is what the tool says; a cipher that was refused is still listed by old versions.
      for (const cipher of children(test, 'cipher')) {
        const strength = cipher.attributes['strength'] ?? ''
        if (strength === '' || strength === 'acceptable' || strength === 'strong') {
          out.notFound('passed')
          continue
        }
        const name = cipher.attributes['cipher'] ?? ''
        out.found({
          check: `weak-cipher:${name}`,
          problem: `${host}|${port ?? ''}|${name}|${cipher.attributes['sslversion'] ?? ''}`,
          title: `TLS 弱加密套件 ${name}（${strength}）`,
          severity: strength === 'null' || strength === 'anonymous' ? 'medium' : 'info',
          ...place,
          instances: [`${cipher.attributes['sslversion'] ?? ''} ${cipher.attributes['status'] ?? ''}`],
        })
      }
      for (const protocol of children(test, 'protocol')) {
        const version = `${(protocol.attributes['type'] ?? '').toUpperCase()}v${protocol.attributes['version'] ?? ''}`
        if (protocol.attributes['enabled'] !== '1' || /^TLSv1\.[23]$/.test(version)) continue
        out.found({
          check: `old-protocol:${version}`,
          title: `启用了过时的协议 ${version}`,
          severity: version.startsWith('SSL') ? 'medium' : 'low',
          ...place,
        })
      }
    }
    if (tested === 0) out.partial('没有测到任何 TLS 服务，结论为无法判断')
  },
})

export const sslyze = defineFormat({
  id: 'sslyze',
  title: 'SSLyze（JSON、XML）',
  recognises: head =>
    hasKeys(head, 'server_scan_results') ||
    hasKeys(head, 'sslyze_version') ||
    (head.root === 'document' && /SSLyze/i.test(head.text.slice(0, 2000))),
  async read(input, out) {
    if (input.head.kind === 'xml') {
      for await (const target of input.xml('target')) sslyzeTarget(target, out)
      return
    }
    for (const value of list(object(await input.json())['server_scan_results'])) {
      const server = object(value)
      const location = object(server['server_location'] ?? at(server, 'server_info.server_location'))
      const place = { host: str(location['hostname']) || str(location['ip_address']), port: portNumber(str(location['port'])) }
      out.host(place.host)
      if (/ERROR/.test(str(server['connectivity_status'])) || server['scan_result'] === null) {
        out.partial(`${place.host} 连不上，结论为无法判断`)
        continue
      }
      out.covered(place)
      const scans = object(server['scan_result'] ?? server['scan_commands_results'])
      const result = (name: string): Json | undefined => at(scans, `${name}.result`) ?? scans[name]
      const versions = ['ssl_2_0', 'ssl_3_0', 'tls_1_0', 'tls_1_1', 'tls_1_2', 'tls_1_3'].map(version => {
        const answer = object(result(`${version}_cipher_suites`))
        const accepted = list(answer['accepted_cipher_suites'])
        return {
          version,
          supported: answer['is_tls_version_supported'] === true || accepted.length > 0,
          ciphers: accepted.map(item => str(at(item, 'cipher_suite.name'))),
        }
      })
      weakTls(out, place, versions)
      const robot = str(at(result('robot'), 'robot_result'))
      known(out, place, {
        heartbleed: at(result('heartbleed'), 'is_vulnerable_to_heartbleed') === true,
        ccs: at(result('openssl_ccs_injection'), 'is_vulnerable_to_ccs_injection') === true,
        robot: robot.startsWith('VULNERABLE'),
        renegotiation:
          at(result('session_renegotiation'), 'is_vulnerable_to_client_renegotiation_dos') === true ||
          at(result('session_renegotiation'), 'accepts_client_renegotiation') === true,
        compression: at(result('tls_compression'), 'supports_compression') === true,
      })
      for (const deployment of list(at(result('certificate_info'), 'certificate_deployments'))) {
        if (object(deployment)['leaf_certificate_subject_matches_hostname'] === false) certificate(out, place, '证书与主机名不符')
        else if (
          list(object(deployment)['path_validation_results']).length > 0 &&
          list(object(deployment)['path_validation_results']).every(item => object(item)['was_validation_successful'] === false)
        )
          certificate(out, place, '证书链不受信任')
      }
    }
  },
})

function sslyzeTarget(target: XmlElement, out: Collector): void {
  const place = { host: target.attributes['host'] ?? target.attributes['ip'] ?? '', port: portNumber(target.attributes['port']) }
  out.host(place.host)
  out.covered(place)
  const versions = ['sslv2', 'sslv3', 'tlsv1', 'tlsv1_1', 'tlsv1_2', 'tlsv1_3'].map(version => {
    const accepted = children(target, `${version}/acceptedCipherSuites/cipherSuite`)
    return {
      version,
      supported: child(target, version)?.attributes['isProtocolSupported'] === 'True' || accepted.length > 0,
      ciphers: accepted.map(item => item.attributes['name'] ?? ''),
    }
  })
  weakTls(out, place, versions)
  known(out, place, {
    heartbleed: child(target, 'heartbleed/openSslHeartbleed')?.attributes['isVulnerable'] === 'True',
    ccs: child(target, 'openssl_ccs/openSslCcsInjection')?.attributes['isVulnerable'] === 'True',
    robot: (child(target, 'robot/robotAttack')?.attributes['resultEnum'] ?? '').startsWith('VULNERABLE'),
    renegotiation: child(target, 'reneg/sessionRenegotiation')?.attributes['canBeClientInitiated'] === 'True',
    compression: child(target, 'compression/compressionMethod')?.attributes['isSupported'] === 'True',
  })
  if (child(target, 'certinfo/certificateValidation/hostnameValidation')?.attributes['certificateMatchesServerHostname'] === 'False')
    certificate(out, place, '证书与主机名不符')
}

interface Place {
  readonly host: string
  readonly port: number | null
}

/** Protocols and suites of one service are one finding: they are repaired in one line of its configuration. */
function weakTls(
  out: Collector,
  place: Place,
  versions: readonly { version: string; supported: boolean; ciphers: readonly string[] }[],
): void {
  const old = versions.filter(item => item.supported && !/1_[23]$/.test(item.version)).map(item => item.version)
  const all = versions.flatMap(item => item.ciphers)
  const broken = all.filter(name => /_(?:RC4|DES|3DES|RC2|NULL|EXPORT\d*|anon|IDEA|MD5)(?:_|$)/i.test(name))
  const withoutSecrecy = all.filter(name => /^TLS_(?:RSA|DH|ECDH|PSK)_/.test(name))
  if (old.length === 0 && broken.length === 0 && withoutSecrecy.length === 0) return out.notFound('passed')
  out.found({
    check: 'weak-tls',
    title: old.length > 0 || broken.length > 0 ? '启用了过时的 TLS 协议或弱加密套件' : '部分加密套件没有前向保密',
    severity: old.length > 0 || broken.length > 0 ? 'medium' : 'info',
    ...place,
    instances: [...old, ...broken, ...withoutSecrecy],
    evidence: [...old, ...broken].join('、') || withoutSecrecy.join('、'),
    solution: '只保留 TLS 1.2 与 1.3，以及带前向保密的加密套件。',
  })
}

const knownFlaws = {
  heartbleed: ['TLS 心脏滴血（Heartbleed）', 'high', ['CVE-2014-0160']],
  ccs: ['OpenSSL CCS 注入', 'medium', ['CVE-2014-0224']],
  robot: ['ROBOT：RSA 填充预言攻击', 'medium', ['CVE-2017-13099']],
  renegotiation: ['客户端可发起重协商', 'medium', ['CVE-2011-1473']],
  compression: ['启用了 TLS 压缩（CRIME）', 'medium', ['CVE-2012-4929']],
} as const

function known(out: Collector, place: Place, answers: Readonly<Record<keyof typeof knownFlaws, boolean>>): void {
  for (const [check, [title, severity, cve]] of Object.entries(knownFlaws))
    if (answers[check as keyof typeof knownFlaws]) out.found({ check, title, severity, ...place, cve })
    else out.notFound('passed')
}

function certificate(out: Collector, place: Place, title: string): void {
  out.found({ check: `certificate:${title}`, title, severity: 'medium', ...place, cwe: [295] })
}

export const testssl = defineFormat({
  id: 'testssl',
  title: 'testssl.sh（CSV、JSON）',
  recognises: head =>
    hasColumns(head, 'id', 'fqdn/ip', 'port', 'severity') || (hasKeys(head, 'id', 'severity', 'finding') && !hasKeys(head, 'template-id')),
  async read(input, out) {
    const rows: { id: string; where: string; port: string; severity: string; finding: string; cve: string; cwe: string }[] = []
    if (input.head.kind === 'json') {
      const add = (value: Json | undefined, target: string, port: string): void => {
        const item = object(value)
        if (item['id'] === undefined || item['finding'] === undefined) return
        rows.push({
          id: str(item['id']),
          where: str(item['ip']) || target,
          port: str(item['port']) || port,
          severity: str(item['severity']),
          finding: str(item['finding']),
          cve: str(item['cve']),
          cwe: str(item['cwe']),
        })
      }
      const document = await input.json()
      if (Array.isArray(document)) for (const item of list(document)) add(item, '', '')
      else {
        // --jsonfile-pretty: sections of records under each target.
        for (const value of list(object(document)['scanResult'])) {
          const target = object(value)
          for (const section of Object.values(target))
            for (const item of list(section)) add(item, `${str(target['targetHost'])}/${str(target['ip'])}`, str(target['port']))
        }
      }
    } else
      for await (const { record } of input.records())
        rows.push({
          id: record['id'] ?? '',
          where: record['fqdn/ip'] ?? '',
          port: record['port'] ?? '',
          severity: record['severity'] ?? '',
          finding: record['finding'] ?? '',
          cve: record['cve'] ?? '',
          cwe: record['cwe'] ?? '',
        })
    const isVoid = rows.some(row => row.id === 'optimal_proto' && /doesn't seem to be a TLS|not a TLS/i.test(row.finding))
    const interrupted = rows.some(row => row.id === 'scanTime' && /interrupt/i.test(row.finding))
    for (const row of rows) {
      const [name = '', ip = ''] = row.where.split('/')
      const host = name || ip
      if (isVoid) {
        out.host(host)
        out.notFound('void')
        continue
      }
      if (row.severity.toUpperCase() === 'OK') {
        out.host(host)
        for (const check of [
          row.id,
          ...row.cve
            .split(/[\s,]+/)
            .filter(id => id !== '')
            .map(id => `${row.id}:${id}`),
        ])
          out.covered({ host, port: portNumber(row.port) }, check)
        out.notFound('passed')
        continue
      }
      const word = row.severity.toUpperCase()
      const severity = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].includes(word) ? severityOr(word) : 'info'
      const ids = row.cve.split(/[\s,]+/).filter(id => id !== '')
      for (const cve of ids.length > 0 ? ids : ['']) {
        out.found({
          kind: severity === 'info' ? 'fact' : 'vulnerability',
          check: cve === '' ? row.id : `${row.id}:${cve}`,
          problem: [row.id, row.finding, cve].join('|'),
          title: cve === '' ? row.id : `${row.id}（${cve}）`,
          severity,
          host,
          port: portNumber(row.port),
          instances: ip === '' ? [] : [ip],
          cve: [cve],
          cwe: [row.cwe],
          evidence: row.finding,
        })
      }
      if (row.id === 'scanProblem') out.partial(row.finding)
    }
    if (isVoid) out.partial('目标端口没有 TLS，全部记录作废')
    else if (interrupted) out.partial('扫描被中断')
  },
})

export const sshAudit = defineFormat({
  id: 'ssh-audit',
  title: 'ssh-audit JSON',
  recognises: head => hasKeys(head, 'banner', 'kex') || hasKeys(head, 'banner', 'enc', 'mac'),
  async read(input, out) {
    const document = await input.json()
    for (const value of Array.isArray(document) ? list(document) : [document]) {
      const scan = object(value)
      const target = placeOf(str(scan['target']))
      const place = { host: target.host, port: target.port ?? 22 }
      out.host(place.host)
      out.covered(place)
      for (const item of list(scan['cves'])) {
        const cve = object(item)
        const score = Number(str(cve['cvssv2']))
        out.found({
          check: str(cve['name']),
          title: `${str(cve['name'])}（按版本推断）`,
          severity: severityOfScore(score),
          ...place,
          cve: [str(cve['name'])],
          score,
          description: str(cve['description']),
          evidence: str(at(scan, 'banner.raw')),
          toVerify: true,
        })
      }
      for (const [kind, name] of [
        ['kex', '密钥交换'],
        ['key', '主机密钥'],
        ['enc', '加密'],
        ['mac', '消息认证'],
      ] as const) {
        for (const item of list(scan[kind])) {
          const algorithm = object(item)
          const fail = texts(at(algorithm, 'notes.fail'))
          const warn = texts(at(algorithm, 'notes.warn'))
          if (fail.length === 0 && warn.length === 0) {
            out.notFound('passed')
            continue
          }
          const size = str(algorithm['keysize'])
          out.found({
            check: `${kind}:${str(algorithm['algorithm'])}${size === '' ? '' : `:${size}`}`,
            title: `SSH ${name}算法 ${str(algorithm['algorithm'])} 偏弱`,
            severity: fail.length > 0 ? 'high' : 'medium',
            ...place,
            evidence: [...fail, ...warn].join('；'),
          })
        }
      }
    }
  },
})
