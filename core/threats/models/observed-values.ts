// What of an event can be compared with indicators, and on which side of the connection it stands; used by intel-match.ts.
import type { EcsEvent } from '../../events/event.js'
import type { HashType } from '../indicators/indicator.js'

/** `out`: one of ours turned to it; `in`: it turned to us. */
export type Direction = 'out' | 'in'

export type Observed =
  | { readonly type: 'address'; readonly direction: Direction; readonly value: string; readonly port?: number; readonly how: string }
  | { readonly type: 'domain' | 'url' | HashType; readonly direction: Direction; readonly value: string; readonly how: string }

/** Answers of one look-up that are compared. */
const MAX_ANSWERS = 20
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/

/** What we turned to stands first. Names and URLs in a web server's own access log are the client's words, not a place we turned to. */
export function observedValues(event: EcsEvent): Observed[] {
  const found: Observed[] = []
  if (event.destination !== undefined) {
    addEnd(found, event.destination, 'out', '访问了')
    addHost(found, event.destination.domain, '访问了')
  }
  if (event.dns !== undefined) addDns(found, event.dns)
  if (event.url !== undefined && !event.event.dataset.endsWith('.access')) addUrl(found, event.url)
  addHost(found, part(event['tls'], 'client', 'server_name'), '访问了')
  if (event.file !== undefined) addHashes(found, event.file.hash)
  if (event.process !== undefined) addHashes(found, event.process['hash'])
  if (event.source !== undefined) addEnd(found, event.source, 'in', '来自')
  return found
}

function addEnd(found: Observed[], end: { ip?: unknown; port?: unknown }, direction: Direction, how: string): void {
  if (typeof end.ip !== 'string') return
  found.push({ type: 'address', direction, value: end.ip, how, ...(typeof end.port === 'number' ? { port: end.port } : {}) })
}

/** A name or an address, perhaps in brackets or with a port. */
function addHost(found: Observed[], host: unknown, how: string): void {
  if (typeof host !== 'string' || host === '') return
  const [, bracketed, v6Port] = /^\[([0-9A-Fa-f:.]+)\](?::(\d{1,5}))?$/.exec(host) ?? []
  const [, single, singlePort] = bracketed === undefined ? (/^([^:]+):(\d{1,5})$/.exec(host) ?? []) : []
  const value = bracketed ?? single ?? host
  const port = v6Port ?? singlePort
  if (!IPV4.test(value) && !value.includes(':')) return void found.push({ type: 'domain', direction: 'out', value, how })
  found.push({ type: 'address', direction: 'out', value, how, ...(port === undefined ? {} : { port: Number(port) }) })
}

function addDns(found: Observed[], dns: NonNullable<EcsEvent['dns']>): void {
  addHost(found, part(dns, 'question', 'name'), '解析了')
  const answers: unknown = dns['resolved_ip']
  if (!Array.isArray(answers)) return
  for (const answer of answers.slice(0, MAX_ANSWERS))
    if (typeof answer === 'string') found.push({ type: 'address', direction: 'out', value: answer, how: '解析得到' })
}

function addUrl(found: Observed[], url: NonNullable<EcsEvent['url']>): void {
  addHost(found, url.domain, '访问了')
  const written = [url.full, url.original].find(text => typeof text === 'string' && /^[a-z][a-z0-9+.-]{0,15}:\/\//i.test(text))
  const query = typeof url.query === 'string' ? `?${url.query}` : ''
  const joined = typeof url.domain === 'string' && typeof url.path === 'string' ? `${url.domain}${url.path}${query}` : undefined
  const value = written ?? joined
  if (value === undefined) return
  found.push({ type: 'url', direction: 'out', value, how: '访问了' })
  if (written !== undefined && url.domain === undefined && URL.canParse(written)) addHost(found, new URL(written).host, '访问了')
}

function addHashes(found: Observed[], hashes: unknown): void {
  for (const type of ['md5', 'sha1', 'sha256'] as const) {
    const value = part(hashes, type)
    if (typeof value === 'string' && value.length <= 64) found.push({ type, direction: 'out', value, how: '出现了文件' })
  }
}

/** JSON sources may put anything anywhere. */
function part(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    value,
  )
}
