// hydra, ncrack, medusa: accounts whose password was found. The password itself is forgotten here; only what it was like stays.
import { maskPassword } from '../mask-secrets.js'
import { defineFormat, hasKeys } from '../define-format.js'
import { portNumber } from '../place.js'
import { list, object, str } from '../../shared/read-json.js'
import { children } from '../read-xml.js'
import { ScanProblem } from '../../shared/scan-problem.js'
import type { Collector } from '../collector.js'

interface Account {
  readonly host: string
  readonly port: number | null
  readonly service: string
  readonly login: string
  readonly password: string
}

const UDP = new Set(['snmp', 'sip'])

function weak(out: Collector, { host, port, service, login, password }: Account): void {
  const rule =
    password === ''
      ? '口令为空'
      : password.toLowerCase() === login.toLowerCase()
        ? '口令与账号相同'
        : password === [...login].reverse().join('')
          ? '口令是账号倒写'
          : '口令在字典中'
  out.found({
    kind: 'weak_credential',
    // SNMP has no account: its community is a password, so the key names none.
    check: `weak-credential:${service}:${login}`,
    title: `${service} 账号 ${login === '' ? '（无账号）' : login} 存在弱口令`,
    severity: 'high',
    host,
    port,
    protocol: port === null ? '' : UDP.has(service) ? 'udp' : 'tcp',
    evidence: `${rule}；${maskPassword(password)}`,
    cwe: [521],
    solution: '立即修改口令；互联网侧应在 4 小时内完成。',
  })
}

export const hydra = defineFormat({
  id: 'hydra',
  title: 'hydra（JSON、文本）',
  recognises: head =>
    (hasKeys(head, 'generator', 'results') && /"software"\s*:\s*"Hydra"/i.test(head.text)) ||
    (head.kind === 'text' &&
      (/^# Hydra v/m.test(head.text.slice(0, 2000)) || /^\[\d{1,5}\]\[[\w-]{1,40}\] host: /m.test(head.text.slice(0, 8000)))),
  async read(input, out) {
    if (input.head.kind === 'text') return hydraText(input.lines(), out)
    // hydra escapes quotes but not backslashes (scanners.md 2).
    const document = object(await input.json(text => text.replace(/\\(?!["\\/bfnrtu])/g, '\\\\')))
    if (document['generator'] === undefined || document['results'] === undefined)
      throw new ScanProblem('不是 hydra 的结果：缺少 generator 或 results', 1)
    const found = list(document['results']).map(object)
    for (const item of found)
      weak(out, {
        host: str(item['host']),
        port: portNumber(str(item['port'])),
        service: str(item['service']),
        login: str(item['login']),
        password: str(item['password']),
      })
    const errors = list(document['errormessages']).map(str)
    for (const error of errors) out.warn(error)
    if (document['success'] !== true) out.partial(errors.length > 0 ? '引擎报告没有完成，未发现不等于没有弱口令' : '引擎没有报告成功')
  },
})

async function hydraText(lines: AsyncIterable<{ text: string }>, out: Collector): Promise<void> {
  for await (const { text } of lines) {
    const found =
      /^\[(\d{1,5})\]\[([\w-]{1,40})\] host: (\S{1,253})(?:\s+misc: \S{0,200})?(?:\s+login: (.{0,200}?))?(?:\s+password: (.{0,500}))?$/.exec(
        text.trimEnd(),
      )
    if (found)
      weak(out, {
        host: found[3] ?? '',
        port: portNumber(found[1]),
        service: found[2] ?? '',
        login: found[4] ?? '',
        password: found[5] ?? '',
      })
    else if (text.startsWith('[ERROR]')) out.partial(text)
  }
}

export const ncrack = defineFormat({
  id: 'ncrack',
  title: 'ncrack XML',
  recognises: head => head.root === 'ncrackrun',
  async read(input, out) {
    let services = 0
    for await (const service of input.xml('service')) {
      services++
      const host = children(service, 'address')[0]?.attributes['addr'] ?? ''
      const port = children(service, 'port')[0]?.attributes ?? {}
      out.host(host)
      const accounts = children(service, 'credentials')
      if (accounts.length === 0) out.notFound('none-found')
      for (const { attributes } of accounts)
        weak(out, {
          host,
          port: portNumber(port['portid']),
          service: port['name'] ?? '',
          login: attributes['username'] ?? '',
          password: attributes['password'] ?? '',
        })
    }
    // ncrack says nothing about refused connections: what it did not find proves nothing.
    out.partial(services === 0 ? '没有测试任何服务' : 'ncrack 不说明连接是否被拒绝，未发现不能作为已修复的证据')
  },
})

export const medusa = defineFormat({
  id: 'medusa',
  title: 'medusa 文本',
  recognises: head =>
    head.kind === 'text' && (/^# Medusa v/m.test(head.text.slice(0, 1000)) || /^ACCOUNT FOUND: \[/m.test(head.text.slice(0, 8000))),
  async read(input, out) {
    let ended = false
    for await (const { text } of input.lines()) {
      if (text.startsWith('# Medusa has finished')) ended = true
      const found =
        /^ACCOUNT FOUND: \[([\w-]{1,40})\] Host: (\S{1,253}) User: (.{0,200}?) Password: (.{0,500}?) \[SUCCESS[^\]]{0,200}\]/.exec(text)
      if (found) weak(out, { host: found[2] ?? '', port: null, service: found[1] ?? '', login: found[3] ?? '', password: found[4] ?? '' })
    }
    if (!ended) out.partial('没有结束记录，扫描中途停了')
  },
})
