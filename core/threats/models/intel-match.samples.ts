// What must and must not make the intelligence model speak; declared in intel-match.ts, walked by models.test.ts.
import type { Model } from '../define-model.js'
import type { Indicator } from '../indicators/indicator.js'
import { IndicatorSet } from '../indicators/indicator-set.js'

const known = { confidence: 0.9, source: 'sample' } as const
const indicators: readonly Indicator[] = [
  { ...known, type: 'ipv4', value: '203.0.113.66', kind: 'scanner' },
  { ...known, type: 'cidr', value: '198.51.100.16/28', kind: 'c2' },
  { ...known, type: 'ipv4:port', value: '192.0.2.80:4444', kind: 'mining' },
  { ...known, type: 'domain', value: 'evil.example', kind: 'c2' },
  { ...known, type: 'url', value: 'files.example/a/drop.bin', kind: 'malware' },
  { ...known, type: 'md5', value: '0123456789abcdef0123456789abcdef', kind: 'malware' },
  { ...known, type: 'domain', value: 'doubtful.example', kind: 'c2', confidence: 0.5 },
  { ...known, type: 'domain', value: 'over.example', kind: 'c2', expires: '2026-11-01T00:00:00.000Z' },
  { ...known, type: 'ipv4', value: '203.0.113.99', kind: 'scanner', firstSeen: '2026-10-01T00:00:00.000Z' },
]

const json = (fields: object): string => JSON.stringify({ '@timestamp': '2026-11-24T00:00:00Z', source: { ip: '10.1.2.3' }, ...fields })
const dns = (name: string): readonly string[] => [json({ dns: { question: { name } } })]
const flow = (ip: string, port: number): readonly string[] => [json({ destination: { ip, port } })]
const web = (ip: string, host: string): readonly string[] => [
  `${host}:443 ${ip} - - [24/Nov/2026:08:00:00 +0800] "GET / HTTP/1.1" 200 612 "-" "curl/8"`,
]

export const intelSamples: Model['samples'] = {
  materials: () => ({ indicators: new IndicatorSet(indicators) }),
  fires: [
    { what: 'a scanner comes by', lines: web('203.0.113.66', 'www.example.org') },
    { what: 'a connection into a network of command servers', lines: flow('198.51.100.23', 443) },
    { what: 'a connection to address and port', lines: flow('192.0.2.80', 4444) },
    { what: 'a look-up of a name below a bad one, any case, final dot', lines: dns('A.b.EVIL.example.') },
    { what: 'a URL by any scheme', lines: [json({ url: { full: 'HTTPS://Files.example/A/drop.bin' } })] },
    { what: 'a file hash in capitals', lines: [json({ file: { hash: { md5: '0123456789ABCDEF0123456789ABCDEF' } } })] },
  ],
  silent: [
    { what: 'the next address', lines: web('203.0.113.67', 'www.example.org') },
    { what: 'just outside the network', lines: flow('198.51.100.32', 443) },
    { what: 'the address with another port', lines: flow('192.0.2.80', 443) },
    { what: 'names that only look alike', lines: [...dns('notevil.example'), ...dns('evil.example.org')] },
    { what: 'a longer URL', lines: [json({ url: { full: 'https://files.example/a/drop.bin.sig' } })] },
    { what: 'low confidence', lines: dns('doubtful.example') },
    { what: 'expired', lines: dns('over.example') },
    { what: 'an address seen too long ago', lines: web('203.0.113.99', 'www.example.org') },
    { what: "a bad name as the client's word for our own server", lines: web('192.0.2.1', 'evil.example') },
  ],
}
