// nmap -oX: open ports as facts, what scripts found as findings; extraports and closed ports tell what was asked.
import { defineFormat } from '../define-format.js'
import { portNumber } from '../place.js'
import { child, children, type XmlElement } from '../read-xml.js'
import { ScanProblem } from '../../shared/scan-problem.js'
import { severityOfScore } from '../severities.js'
import type { Collector } from '../collector.js'

export const nmap = defineFormat({
  id: 'nmap',
  title: 'Nmap XML',
  recognises: head => head.root === 'nmaprun' && !/scanner="masscan"/.test(head.text.slice(0, 2000)),
  async read(input, out) {
    let hosts = 0
    let finished: XmlElement | undefined
    for await (const element of input.xml('host', 'finished')) {
      if (element.name === 'finished') finished = element
      else {
        hosts++
        readHost(element, out)
      }
    }
    if (!finished) return out.partial('没有结束记录，扫描中途停了')
    out.ended(Number(finished.attributes['time']))
    if ((finished.attributes['exit'] ?? 'success') !== 'success')
      throw new ScanProblem(`扫描没有成功：${finished.attributes['errormsg'] ?? finished.attributes['exit'] ?? ''}`, finished.line)
    if (hosts === 0 && /\b0 IP addresses\b/.test(finished.attributes['summary'] ?? ''))
      throw new ScanProblem('没有扫描任何主机（目标没有解析出地址），不能当作空网络', finished.line)
  },
})

function readHost(host: XmlElement, out: Collector): void {
  const addresses = children(host, 'address').filter(item => item.attributes['addrtype'] !== 'mac')
  const name = addresses[0]?.attributes['addr'] ?? child(host, 'hostnames/hostname')?.attributes['name'] ?? ''
  out.host(name)
  if (host.attributes['timedout'] === 'true') {
    out.warn(`${name} 超过单机时限，端口情况未知`)
    return out.notFound('timed-out')
  }
  for (const script of children(host, 'hostscript/script')) readScript(script, { host: name, port: null, protocol: '' }, out)
  for (const port of children(host, 'ports/port')) {
    const state = child(port, 'state')?.attributes['state'] ?? ''
    const place = { host: name, port: portNumber(port.attributes['portid']), protocol: port.attributes['protocol'] ?? 'tcp' }
    // A filtered port gave no answer: nothing is known about it.
    if (state === 'open' || state === 'closed') out.covered(place, 'open-port')
    if (state !== 'open') {
      out.notFound(state || 'unknown')
      continue
    }
    const service = child(port, 'service')
    const product = ['name', 'product', 'version', 'extrainfo'].map(key => service?.attributes[key] ?? '').filter(text => text !== '')
    const identity = `${place.port ?? ''}/${place.protocol}`
    out.found({
      kind: 'fact',
      check: 'open-port',
      problem: `${name}|${identity}`,
      title: `开放端口 ${identity}${product.length > 0 ? `（${readable(product.join(' '))}）` : ''}`,
      severity: 'info',
      ...place,
      instances: children(service, 'cpe').map(cpe => cpe.text.trim()),
    })
    for (const script of children(port, 'script')) readScript(script, place, out)
  }
}

interface Where {
  readonly host: string
  readonly port: number | null
  readonly protocol: string
}

/** vulners tells versions' vulnerabilities; scripts of the class vuln tell a state; everything else is detail of the port. */
function readScript(script: XmlElement, where: Where, out: Collector): void {
  const id = script.attributes['id'] ?? ''
  if (id === 'vulners') {
    for (const group of children(script, 'table')) {
      const rows = children(group, 'table')
      for (const row of rows) {
        const value = (key: string): string =>
          children(row, 'elem')
            .find(item => item.attributes['key'] === key)
            ?.text.trim() ?? ''
        const score = Number(value('cvss'))
        out.found({
          check: `vulners:${value('id')}`,
          problem: `${where.host}|${where.port ?? ''}|${where.protocol}|${value('id')}`,
          title: `${value('id')}（按版本推断：${group.attributes['key'] ?? ''}）`,
          severity: severityOfScore(score),
          ...where,
          cve: [value('id')],
          score,
          evidence: `is_exploit=${value('is_exploit')} type=${value('type')}`,
          // Told from a banner's version alone: a person or a second check has to confirm it.
          toVerify: true,
        })
      }
    }
    return
  }
  for (const table of children(script, 'table')) {
    const state =
      children(table, 'elem')
        .find(item => item.attributes['key'] === 'state')
        ?.text.trim() ?? ''
    if (!/^(?:LIKELY )?VULNERABLE/i.test(state)) continue
    const ids = children(table, 'table').filter(item => item.attributes['key'] === 'ids')
    const title =
      children(table, 'elem')
        .find(item => item.attributes['key'] === 'title')
        ?.text.trim() ?? id
    out.found({
      check: `${id}:${table.attributes['key'] ?? ''}`,
      problem: `${where.host}|${where.port ?? ''}|${id}|${table.attributes['key'] ?? ''}`,
      title,
      severity: 'high',
      ...where,
      cve: [table.attributes['key'] ?? '', ...ids.flatMap(item => children(item, 'elem').map(elem => elem.text))],
      evidence: readable(script.attributes['output'] ?? ''),
      references: children(table, 'table')
        .filter(item => item.attributes['key'] === 'refs')
        .flatMap(item => children(item, 'elem').map(elem => elem.text.trim())),
      toVerify: /LIKELY/i.test(state),
    })
  }
}

/** nmap writes bytes beyond ASCII as `\xE8\xB5\x84`: back to bytes, then UTF-8, else GB18030. */
export function readable(text: string): string {
  return text.replace(/(?:\\x[0-9A-Fa-f]{2})+/g, run => {
    const bytes = Buffer.from(run.replaceAll('\\x', ''), 'hex')
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch {
      return new TextDecoder('gb18030').decode(bytes)
    }
  })
}
