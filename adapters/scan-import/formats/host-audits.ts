// Programs that look at the host they run on: lynis, rkhunter, chkrootkit, AIDE, docker-bench-security.
import { defineFormat, hasKeys } from '../define-format.js'
import { list, object, str } from '../../shared/read-json.js'

export const lynis = defineFormat({
  id: 'lynis',
  title: 'lynis 报告',
  recognises: head =>
    head.kind === 'text' && /^# Lynis Report|^lynis_version=|^(?:warning|suggestion)\[\]=[A-Z]{2,10}-?\d{0,5}\|/m.test(head.text),
  async read(input, out) {
    let host = ''
    let complete = false
    const rows: { kind: string; parts: string[] }[] = []
    for await (const { text } of input.lines()) {
      const cut = text.indexOf('=')
      const key = cut === -1 ? text : text.slice(0, cut)
      const value = cut === -1 ? '' : text.slice(cut + 1)
      if (key === 'hostname') host = value
      else if (key === 'finish') complete = value === 'true'
      else if (key === 'warning[]' || key === 'suggestion[]') rows.push({ kind: key.slice(0, -2), parts: value.split('|') })
    }
    out.host(host)
    for (const { kind, parts } of rows) {
      const [id = '', title = '', details = '', solution = ''] = parts
      const real = (text: string): string => (text === '-' ? '' : text)
      // One test may say several things: its text is part of the check, as the report has no finer key.
      const check = [id, title, real(details)].filter(text => text !== '').join(':')
      out.found({
        kind: 'baseline',
        check,
        problem: `${kind}|${check}`,
        title,
        severity: kind === 'warning' ? 'medium' : 'low',
        host,
        evidence: real(details),
        solution: real(solution).replace(/^(?:text|url):/, ''),
        references: [`https://cisofy.com/lynis/controls/${encodeURIComponent(id)}/`],
      })
    }
    if (complete) out.asked({ host })
    else out.partial('没有 finish=true，检查中途停了')
  },
})

export const rkhunter = defineFormat({
  id: 'rkhunter',
  title: 'rkhunter 日志',
  recognises: head => head.kind === 'text' && /Rootkit Hunter|\brkhunter\b/i.test(head.text.slice(0, 4000)),
  async read(input, out) {
    let host = ''
    let warning: string[] | undefined
    let complete = false
    const end = (): void => {
      if (!warning) return
      const text = warning.join(' ')
      out.found({ kind: 'baseline', check: text, problem: text, title: text, severity: 'medium', host, evidence: warning.join('\n') })
      warning = undefined
    }
    for await (const { text } of input.lines()) {
      const line = /^\[\d{2}:\d{2}:\d{2}\] ?(.*)$/.exec(text)?.[1] ?? text
      host ||= /^Running Rootkit Hunter version \S+ on (\S{1,253})/.exec(line)?.[1] ?? ''
      const started = /^Warning: (.*)$/.exec(line.trimStart())?.[1]
      if (started !== undefined) {
        end()
        warning = [started.trim()]
      } else if (warning && /^\s{6,}\S/.test(line) && !/\[ .{1,30} \]\s*$/.test(line) && warning.length < 20) warning.push(line.trim())
      else end()
      if (/^(?:Info: )?End date is|^The system checks took/.test(line)) complete = true
    }
    end()
    out.host(host)
    if (complete) out.asked({ host })
    else out.partial('没有结束记录，检查中途停了')
  },
})

export const chkrootkit = defineFormat({
  id: 'chkrootkit',
  title: 'chkrootkit 输出',
  recognises: head =>
    head.kind === 'text' &&
    (/^ROOTDIR is|chkrootkit/im.test(head.text.slice(0, 2000)) || /^(?:Checking `\w|WARNING: chkdirs|chkdirs: WARNING)/m.test(head.text)),
  async read(input, out) {
    for await (const { text, line } of input.lines()) {
      const words = text.trim()
      const infected = /\bINFECTED\b|\bVulnerable but disabled\b/.test(words) && !/\bnot infected\b/i.test(words)
      if (infected || /\bWARNING\b|^Warning:|\bsuspicious files? found\b|\bPossible .{0,60}(?:Trojan|rootkit)/i.test(words))
        out.found({
          kind: 'baseline',
          check: words,
          problem: `${line}`,
          title: words,
          severity: infected ? 'high' : 'medium',
          evidence: words,
          toVerify: true,
        })
      else if (words !== '') out.notFound('passed')
    }
    out.partial('chkrootkit 的输出不写主机和结束，不能作为已修复的证据')
  },
})

export const aide = defineFormat({
  id: 'aide',
  title: 'AIDE（文本、JSON）',
  recognises: head =>
    hasKeys(head, 'aide_version', 'outline') ||
    (head.kind === 'text' && (/\bAIDE (?:found|\d|0\.)/.test(head.text.slice(0, 2000)) || /\(AIDE \d/.test(head.text.slice(0, 500)))),
  async read(input, out) {
    const changed = (what: string, path: string, flags: string): void =>
      out.found({
        kind: 'baseline',
        check: `${what}:${path}`,
        problem: `${what}|${path}`,
        title: `文件${{ added: '新增', removed: '删除', changed: '改变' }[what] ?? what}：${path}`,
        severity: 'medium',
        instances: [path],
        evidence: flags,
      })
    if (input.head.kind === 'json') {
      const document = object(await input.json())
      for (const what of ['added', 'removed', 'changed'])
        for (const [path, flags] of Object.entries(object(document[what]))) changed(what, path, str(flags))
      if (document['end_time'] === undefined) out.partial('没有结束时间，检查中途停了')
      return
    }
    let what = ''
    let ended = false
    for await (const { text } of input.lines()) {
      const section = /^(Added|Removed|Changed) (?:entries|files):\s*$/.exec(text)?.[1]
      if (section) what = section.toLowerCase()
      else if (/^Detailed information|^The attributes of/.test(text)) what = ''
      else if (/^End timestamp/.test(text)) ended = true
      else if (what !== '') {
        const entry = /^([a-zA-Z?][^:]{0,60}?)\s*:\s(\/.{1,4096})$/.exec(text) ?? /^(added|removed|changed):\s(\/.{1,4096})$/.exec(text)
        if (entry) changed(what, entry[2] ?? '', entry[1] ?? '')
      }
    }
    if (!ended) out.partial('没有结束时间，检查可能中途停了')
  },
})

export const dockerBench = defineFormat({
  id: 'docker-bench',
  title: 'docker-bench-security JSON',
  recognises: head => hasKeys(head, 'dockerbenchsecurity'),
  async read(input, out) {
    for (const group of list(object(await input.json())['tests'])) {
      for (const item of list(object(group)['results'])) {
        const test = object(item)
        const result = str(test['result']).toUpperCase()
        if (result !== 'WARN' && result !== 'FAIL') {
          out.notFound(result === 'PASS' ? 'passed' : result.toLowerCase())
          continue
        }
        out.found({
          kind: 'baseline',
          check: str(test['id']),
          problem: str(test['id']),
          title: `${str(test['id'])} ${str(test['desc'])}`,
          severity: result === 'FAIL' ? 'critical' : 'high',
          evidence: str(test['details']),
          instances: list(test['items']).map(str),
          solution: str(test['remediation']),
          description: str(test['remediation-impact']),
        })
      }
    }
  },
})
