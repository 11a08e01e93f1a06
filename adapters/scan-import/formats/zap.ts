// ZAP: the traditional reports in XML and JSON, with and without requests (plus).
import { defineFormat, hasKeys } from '../define-format.js'
import { placeOf, portNumber } from '../place.js'
import { plainText } from '../plain-text.js'
import { list, object, str, type JsonObject } from '../../shared/read-json.js'
import { children, textAt } from '../read-xml.js'
import type { Collector } from '../collector.js'

const severities = ['info', 'low', 'medium', 'high'] as const

interface Alert {
  get(name: string): string
  readonly instances: readonly string[]
}

export const zap = defineFormat({
  id: 'zap',
  title: 'ZAP（XML、JSON）',
  recognises: head =>
    head.root === 'OWASPZAPReport' ||
    (hasKeys(head, 'site') && (hasKeys(head, '@version') || hasKeys(head, '@generated') || hasKeys(head, '@programName'))),
  async read(input, out) {
    let number = 0
    if (input.head.kind === 'json') {
      for (const value of list(object(await input.json())['site'])) {
        const site = object(value)
        const place = siteOf(str(site['@name']), str(site['@host']), str(site['@port']))
        for (const alert of list(site['alerts'])) {
          const item = object(alert)
          readAlert(
            place,
            { get: name => str(item[name]), instances: list(item['instances']).map(instance => instanceText(object(instance))) },
            ++number,
            out,
          )
        }
        end(place, out)
      }
      return
    }
    for await (const site of input.xml('site')) {
      const place = siteOf(site.attributes['name'] ?? '', site.attributes['host'] ?? '', site.attributes['port'] ?? '')
      for (const alert of children(site, 'alerts/alertitem')) {
        const instances = children(alert, 'instances/instance').map(item =>
          instanceText({ method: textAt(item, 'method'), uri: textAt(item, 'uri'), param: textAt(item, 'param') }),
        )
        readAlert(place, { get: name => textAt(alert, name), instances }, ++number, out)
      }
      end(place, out)
    }
  },
})

type Site = ReturnType<typeof siteOf>

function siteOf(name: string, host: string, port: string): { host: string; port: number | null } {
  const place = placeOf(name)
  return { host: host || place.host, port: portNumber(port) ?? place.port }
}

function instanceText(item: JsonObject): string {
  return [str(item['method']), str(item['uri']), str(item['param'])].filter(text => text !== '').join(' ')
}

function readAlert(site: Site, { get, instances }: Alert, number: number, out: Collector): void {
  const risk = Number(get('riskcode'))
  out.found({
    check: get('alertRef') || get('pluginid'),
    // One item is one finding in the report, even when a rule has two.
    problem: `${site.host}|${number}`,
    title: get('name') || get('alert'),
    severity: severities[risk] ?? 'info',
    ...site,
    instances,
    cwe: [get('cweid')],
    evidence: plainText(get('otherinfo')),
    description: plainText(get('desc')),
    solution: plainText(get('solution')),
    references: plainText(get('reference'))
      .split(/\s+/)
      .filter(text => /^https?:/.test(text)),
    declared: get('confidence') === '0' ? 'false_positive' : 'open',
    toVerify: get('confidence') === '1',
  })
}

function end(site: Site, out: Collector): void {
  out.host(site.host)
  out.asked(site)
}
