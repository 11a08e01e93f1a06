// Engines that only tell open ports: masscan (JSON, XML, list), naabu, nettacker's port_scan aside, which tells events.
import { defineFormat, hasKeys } from '../define-format.js'
import { portNumber } from '../place.js'
import { child, children } from '../read-xml.js'
import { list, object, str } from '../../shared/read-json.js'
import { ScanProblem } from '../../shared/scan-problem.js'
import type { Collector } from '../collector.js'

function openPort(out: Collector, host: string, port: number | null, protocol: string): void {
  if (port === null || host === '') return out.notFound('no-port')
  out.covered({ host, port, protocol }, 'open-port')
  out.found({
    kind: 'fact',
    check: 'open-port',
    problem: `${host}|${port}/${protocol}`,
    title: `开放端口 ${port}/${protocol}`,
    severity: 'info',
    host,
    port,
    protocol,
  })
}

export const masscan = defineFormat({
  id: 'masscan',
  title: 'masscan（JSON、XML、列表）',
  recognises: head =>
    (hasKeys(head, 'ip', 'ports', 'proto') && !hasKeys(head, 'template-id')) ||
    (head.root === 'nmaprun' && /scanner="masscan"/.test(head.text.slice(0, 2000))) ||
    /^#masscan\b/.test(head.text),
  async read(input, out) {
    if (input.head.kind === 'xml') {
      for await (const host of input.xml('host'))
        for (const port of children(host, 'ports/port'))
          if (child(port, 'state')?.attributes['state'] === 'open')
            openPort(
              out,
              child(host, 'address')?.attributes['addr'] ?? '',
              portNumber(port.attributes['portid']),
              port.attributes['protocol'] ?? 'tcp',
            )
          else out.notFound('closed')
      return
    }
    if (input.head.kind === 'text') {
      for await (const { text } of input.lines()) {
        const found = /^(open|closed|banner) (tcp|udp) (\d{1,5}) (\S{1,253})/.exec(text)
        if (found?.[1] === 'open') openPort(out, found[4] ?? '', portNumber(found[3]), found[2] ?? 'tcp')
      }
      return
    }
    // masscan 1.0 ends its list with a comma before the bracket: the stream reader takes it.
    for await (const { value } of input.items()) {
      const record = object(value)
      for (const item of list(record['ports'])) {
        const port = object(item)
        if (port['service'] !== undefined && port['status'] === undefined) out.notFound('banner')
        else if (str(port['status']) === 'open')
          openPort(out, str(record['ip']), portNumber(str(port['port'])), str(port['proto']) || 'tcp')
        else out.notFound('closed')
      }
    }
  },
})

export const naabu = defineFormat({
  id: 'naabu',
  title: 'naabu JSON',
  recognises: head =>
    hasKeys(head, 'port') &&
    (hasKeys(head, 'ip') || hasKeys(head, 'host')) &&
    /"(?:protocol|tls)"\s*:/.test(head.text) &&
    !/"(?:ports|url|results|template-id|vulnerabilities)"\s*:/.test(head.text),
  async read(input, out) {
    for await (const { value, line } of input.items()) {
      const record = object(value)
      const port = typeof record['port'] === 'object' ? object(record['port']) : undefined
      const number = portNumber(str(port?.['Port'] ?? record['port']))
      if (number === null) throw new ScanProblem('记录里没有端口', line)
      openPort(out, str(record['ip']) || str(record['host']), number, (str(record['protocol']) || 'tcp').toLowerCase())
    }
  },
})
