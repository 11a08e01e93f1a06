import { describe, expect, it } from 'vitest'
import { toIndicator, type EntryDefaults } from './entry.js'
import type { FeedFormat } from './feed.js'
import { formatOf, readFeed } from './read-feed.js'
import { readPattern } from './stix-pattern.js'

const defaults: EntryDefaults = { kind: 'malware', confidence: 0.8, source: '甲' }

async function* bytes(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const all = new TextEncoder().encode(text)
  for (let at = 0; at < all.length; at += size) {
    await Promise.resolve()
    yield all.subarray(at, at + size)
  }
}
async function read(text: string, format: FeedFormat = 'auto', columns = {}) {
  const found: string[] = []
  for await (const one of readFeed(bytes(text), { format, columns })) {
    const indicator = 'problem' in one ? one.problem : toIndicator(one.entry, defaults)
    found.push(
      typeof indicator === 'string' ? `! ${indicator}` : `${indicator.type} ${indicator.value} ${indicator.kind} ${indicator.confidence}`,
    )
  }
  return found
}

describe('a feed', () => {
  it('may be a plain list, defanged, with comments, as a hosts file', async () => {
    expect(await read('# list\n203.0.113.7\nhxxp://evil[.]example/a # note\n0.0.0.0 bad.example\n\n2001:db8::/32\nwhat is this\n')).toEqual(
      [
        'ipv4 203.0.113.7 malware 0.8',
        'url http://evil.example/a malware 0.8',
        'domain bad.example malware 0.8',
        'cidr 2001:db8::/32 malware 0.8',
        '! 看不出是什么：what',
      ],
    )
  })

  it('may be CSV with a header, a header in a comment, or columns the operator names', async () => {
    const rows = '"2026-11-20 10:00:00","1","203.0.113.7:443","ip:port","botnet_cc","Emotet, v2","95"\n'
    const header = '"first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","malware","confidence_level"\n'

    expect(await read(`${header}${rows}`)).toEqual(['ipv4:port 203.0.113.7:443 c2 0.95'])
    expect(await read(`# some feed\n# ${header}${rows}`)).toEqual(['ipv4:port 203.0.113.7:443 c2 0.95'])
    expect(await read('a;x.example;7\nb;y.example;8\n', 'csv', { value: '2' })).toEqual([
      'domain x.example malware 0.8',
      'domain y.example malware 0.8',
    ])
    expect(await read('When,Host Name\n1,x.example\n2,y.example\n', 'csv', { value: 'host name' })).toHaveLength(2)
  })

  it('may be an object a line, counting to 1 or to 100', async () => {
    const lines =
      '{"type":"domain","value":"a.example","confidence":70,"valid_until":"2027-01-01T00:00:00Z"}\n{"value":"203.0.113.1","confidence":0.5,"kind":"scanner"}\nnonsense\n'

    expect(await read(lines)).toEqual(['domain a.example malware 0.7', 'ipv4 203.0.113.1 scanner 0.5', '! 不是有效的 JSON'])
  })

  it('may be a STIX bundle', async () => {
    const indicator = (pattern: string, more = {}) => ({
      type: 'indicator',
      pattern,
      pattern_type: 'stix',
      valid_from: '2026-01-01T00:00:00Z',
      ...more,
    })
    const bundle = {
      type: 'bundle',
      objects: [
        { type: 'malware', name: 'x' },
        indicator("[domain-name:value = 'c2.example']", { confidence: 90, indicator_types: ['phishing'] }),
        indicator("[ipv4-addr:value = '203.0.113.1' OR ipv4-addr:value = '203.0.113.0/28']"),
        indicator("[x:y = 'z']"),
        indicator('not a pattern at all ['),
        indicator("[url:value = 'http://a.example/']", { revoked: true }),
      ],
    }

    expect(await read(JSON.stringify(bundle, null, 1))).toEqual([
      'domain c2.example phishing 0.9',
      'ipv4 203.0.113.1 malware 0.8',
      'cidr 203.0.113.0/28 malware 0.8',
      '! 模式要求几个条件同时成立，或用了不支持的比较',
      '! 模式不合语法',
    ])
  })

  it('may be a MISP event, of which only what is meant for detection is taken', async () => {
    const event = {
      Event: {
        info: 'Ransomware wave',
        Tag: [{ name: 'tlp:red' }],
        Attribute: [
          { type: 'ip-dst|port', value: '203.0.113.7|8443', to_ids: true, timestamp: '1763000000' },
          { type: 'domain', value: 'quiet.example', to_ids: false },
          { type: 'filename|sha256', value: `a.exe|${'ab'.repeat(32)}`, to_ids: true },
          { type: 'comment', value: 'x' },
          { type: 7 },
        ],
        Object: [{ Attribute: [{ type: 'url', value: 'https://b.example/x', to_ids: 1 }] }],
      },
    }

    expect(await read(JSON.stringify({ response: [event] }))).toEqual([
      'ipv4:port 203.0.113.7:8443 ransomware 0.8',
      `sha256 ${'ab'.repeat(32)} ransomware 0.8`,
      '! 属性缺 type',
      'url https://b.example/x ransomware 0.8',
    ])
  })

  it('that is nothing of the kind says so and ends', async () => {
    expect(await read('{"objects": [')).toEqual(['! 不是有效的 JSON'])
    expect((await read(`${'x'.repeat(200_000)}\n203.0.113.7\n`)).at(-1)).toBe('ipv4 203.0.113.7 malware 0.8')
    expect(await read('')).toEqual([])
    expect(formatOf('\n\n# only comments\n')).toBe('plain')
  })
})

describe('a STIX pattern', () => {
  const told = (pattern: string) => {
    const values = readPattern(pattern)
    return typeof values === 'string' ? '!' : values.map(({ type, value }) => `${type} ${value}`).join(', ')
  }

  it.each([
    ["[file:hashes.'SHA-256' = 'ab']", 'sha256 ab'],
    ["[file:hashes.MD5 = 'ab' AND file:name = 'x.exe']", 'md5 ab'],
    ["[domain-name:value IN ('a.example', 'b.example')]", 'domain a.example, domain b.example'],
    ["[network-traffic:dst_ref.value = '203.0.113.1' AND network-traffic:dst_port = 443]", 'ipv4:port 203.0.113.1:443'],
    ["[url:value = 'http://a.example/it\\'s']", "url http://a.example/it's"],
    ["([ipv4-addr:value = '203.0.113.1'] OR [ipv6-addr:value = '2001:db8::1'])", 'ipv4 203.0.113.1, ipv6 2001:db8::1'],
    ["[domain-name:value = 'a.example'] START t'2026-01-01T00:00:00Z' STOP t'2026-02-01T00:00:00Z'", 'domain a.example'],
    ["[domain-name:value = 'a.example' AND url:value = 'http://b.example/']", '!'],
    ["[domain-name:value = 'a.example'] AND [url:value = 'http://b.example/']", '!'],
    ["[domain-name:value = 'a.example'] FOLLOWEDBY [url:value = 'http://b.example/']", '!'],
    ["[domain-name:value = 'a.example'] REPEATS 5 TIMES", '!'],
    ["[domain-name:value != 'a.example']", '!'],
    ["[domain-name:value NOT = 'a.example']", '!'],
    ["[domain-name:value LIKE '%.example']", '!'],
    ["[domain-name:value = 'a.example'", '!'],
    ['', '!'],
    [`[${'('.repeat(1000)}`, '!'],
  ])('%s → %s', (pattern, values) => {
    expect(told(pattern)).toBe(values)
  })
})
