// nikto: XML (2.1, 2.5), JSON and CSV.
import { defineFormat, hasKeys, type ScanHead } from '../define-format.js'
import { portNumber } from '../place.js'
import { list, object, str } from '../../shared/read-json.js'
import { children, textAt } from '../read-xml.js'
import type { Collector } from '../collector.js'

interface Item {
  readonly id: string
  readonly osvdb: string
  readonly message: string
  readonly url: string
  readonly host: string
  readonly port: number | null
  readonly references: string
}

export const nikto = defineFormat({
  id: 'nikto',
  title: 'nikto（XML、JSON、CSV）',
  recognises: (head: ScanHead) =>
    head.root === 'niktoscan' ||
    (hasKeys(head, 'vulnerabilities', 'host') && (hasKeys(head, 'msg') || hasKeys(head, 'banner'))) ||
    /^"?Nikto - v/.test(head.text),
  async read(input, out) {
    if (input.head.kind === 'xml') {
      for await (const scan of input.xml('scandetails')) {
        const { attributes } = scan
        const host = attributes['targethostname'] || attributes['targetip'] || ''
        const port = portNumber(attributes['targetport'])
        for (const item of children(scan, 'item'))
          found(out, {
            id: item.attributes['id'] ?? '',
            osvdb: item.attributes['osvdbid'] ?? '',
            message: textAt(item, 'description'),
            url: textAt(item, 'uri'),
            references: textAt(item, 'references'),
            host,
            port,
          })
        out.host(host)
        if (children(scan, 'statistics').length > 0) out.asked({ host, port })
        else out.partial(`${host} 没有统计，扫描中途停了`)
      }
      return
    }
    if (input.head.kind === 'text') {
      for await (const { cells } of input.rows()) {
        const [host = '', ip = '', port = '', osvdb = '', , url = '', message = ''] = cells
        if (cells.length >= 7 && message !== '')
          found(out, { id: '', osvdb, message, url, host: host || ip, port: portNumber(port), references: '' })
      }
      return
    }
    const document = await input.json()
    for (const value of Array.isArray(document) ? list(document) : [document]) {
      const scan = object(value)
      const host = str(scan['host']) || str(scan['ip'])
      out.host(host)
      for (const entry of list(scan['vulnerabilities'])) {
        const item = object(entry)
        found(out, {
          id: str(item['id']),
          osvdb: str(item['OSVDB']),
          message: str(item['msg']),
          url: str(item['url']),
          references: str(item['references']),
          host,
          port: portNumber(str(scan['port'])),
        })
      }
    }
  },
})

function found(out: Collector, item: Item): void {
  const message = item.message.trim()
  out.found({
    check: [item.id, message].filter(text => text !== '').join(':'),
    problem: `${item.host}|${item.port ?? ''}|${message}`,
    title: message,
    severity: item.osvdb === '' || item.osvdb === '0' ? 'info' : 'medium',
    host: item.host,
    port: item.port,
    instances: [item.url],
    cve: [message, item.references],
    evidence: message,
    references: item.references.split(/[\s,]+/),
    toVerify: true,
  })
}
