// nmap's XML as it grows: every host whose end tag was seen counts, the rest of an interrupted run does not. Strict, bounded; for nmap/index.ts.
import { createReadStream } from 'node:fs'
import { SaxesParser } from 'saxes'
import type { ObservedService } from '../../../core/assets/observation.js'

export interface NmapPort {
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
  /** `open`, `closed`, `filtered`, `open|filtered`. */
  readonly state: string
  readonly service: ObservedService
}

export interface NmapHost {
  readonly address: string
  readonly mac: string | null
  readonly hostName: string | null
  readonly hostKey: string | null
  readonly up: boolean
  readonly timedOut: boolean
  readonly ports: readonly NmapPort[]
  /** State of all ports asked and not listed singly; null when there are none or several. */
  readonly rest: string | null
}

export interface NmapReading {
  readonly hosts: readonly NmapHost[]
  /** The run's own end record says success, and as many hosts as were asked were dealt with. */
  readonly whole: boolean
}

const MOST_BYTES = 64 * 1024 * 1024

type Attributes = Readonly<Record<string, string>>
interface Building {
  address: string
  mac: string | null
  hostName: string | null
  hostKey: string | null
  up: boolean
  timedOut: boolean
  ports: NmapPort[]
  rests: string[]
}

/** `asked`: hosts that were in the list. */
export async function readNmap(file: string, asked: number): Promise<NmapReading> {
  const hosts: NmapHost[] = []
  let host: Building | undefined
  let port: { id: number; protocol: 'tcp' | 'udp'; state: string; service: Attributes; cpe: string[] } | undefined
  let inCpe = false
  let whole = false
  let broken = false
  let total = -1
  const parser = new SaxesParser({ xmlns: false })
  parser.on('error', () => {
    broken = true
  })
  parser.on('doctype', text => {
    if (/<!ENTITY/i.test(text)) broken = true
  })
  parser.on('opentag', tag => {
    const at = tag.attributes as Attributes
    if (tag.name === 'host')
      host = { address: '', mac: null, hostName: null, hostKey: null, up: false, timedOut: at['timedout'] === 'true', ports: [], rests: [] }
    else if (tag.name === 'finished') whole = at['exit'] === 'success'
    else if (tag.name === 'hosts') total = Number(at['total'])
    else if (host && tag.name === 'status') host.up = at['state'] === 'up'
    else if (host && tag.name === 'address') {
      if (at['addrtype'] === 'mac') host.mac = (at['addr'] ?? '').toLowerCase().slice(0, 17)
      else host.address = (at['addr'] ?? '').slice(0, 64)
    } else if (host && tag.name === 'hostname') host.hostName ??= readable(at['name'] ?? '').slice(0, 253)
    else if (host && tag.name === 'extraports') host.rests.push(at['state'] ?? '')
    else if (host && tag.name === 'port')
      port = { id: Number(at['portid']), protocol: at['protocol'] === 'udp' ? 'udp' : 'tcp', state: '', service: {}, cpe: [] }
    else if (port && tag.name === 'state') port.state = at['state'] ?? ''
    else if (port && tag.name === 'service') port.service = at
    else if (tag.name === 'cpe') inCpe = true
    else if (host && port && tag.name === 'script' && at['id'] === 'ssh-hostkey')
      host.hostKey ??= /SHA256:[\w+/]{43}/.exec(at['output'] ?? '')?.[0] ?? null
  })
  parser.on('text', text => {
    if (inCpe && port && port.cpe.length < 20) port.cpe.push(text.trim().slice(0, 200))
  })
  parser.on('closetag', tag => {
    if (tag.name === 'cpe') inCpe = false
    if (tag.name === 'port' && host && port) {
      const { id, protocol, state, service, cpe } = port
      const told = (key: string): string => readable(service[key] ?? '').slice(0, 200)
      // A guess from the port alone names the service, and proves no product.
      const name = told('tunnel') === 'ssl' && told('name') === 'http' ? 'https' : (names[told('name')] ?? told('name'))
      host.ports.push({
        port: id,
        protocol,
        state,
        service: { port: id, protocol, name, product: told('product'), version: told('version'), banner: '', cpe },
      })
      port = undefined
    }
    if (tag.name === 'host' && host) {
      const { rests, ...rest } = host
      hosts.push({ ...rest, rest: rests.length === 1 ? (rests[0] ?? null) : null })
      host = undefined
    }
  })
  let bytes = 0
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
      bytes += (chunk as string).length
      if (bytes > MOST_BYTES || broken) break
      parser.write(chunk as string)
    }
    if (!broken) parser.close()
  } catch {
    broken = true
  }
  return { hosts, whole: whole && !broken && total === asked }
}

/** nmap's names of services that others call differently. */
const names: Readonly<Record<string, string>> = {
  'ms-wbt-server': 'rdp',
  'microsoft-ds': 'smb',
  mongod: 'mongodb',
  'ssl/http': 'https',
  'https-alt': 'https',
  'http-proxy': 'http',
  'http-alt': 'http',
  'wap-wsp': 'elasticsearch',
  eforward: 'zookeeper',
}

/** Bytes beyond ASCII come as `\xE8\xB5\x84`: UTF-8, else GB18030 (scanners.md 1.8). */
function readable(text: string): string {
  return text.replace(/(?:\\x[0-9A-Fa-f]{2})+/g, run => {
    const bytes = Buffer.from(run.replaceAll('\\x', ''), 'hex')
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch {
      return new TextDecoder('gb18030').decode(bytes)
    }
  })
}
