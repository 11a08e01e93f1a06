import { describe, expect, it } from 'vitest'
import type { Indicator, IndicatorType } from './indicator.js'
import { IndexBuilder } from './index-builder.js'
import { IndicatorIndex } from './indicator-index.js'
import { IndicatorSet } from './indicator-set.js'

const indicator = (type: IndicatorType, value: string, note?: string): Indicator => ({
  type,
  value,
  kind: 'c2',
  confidence: 0.9,
  source: 's',
  ...(note === undefined ? {} : { note }),
})
const values = (found: readonly Indicator[]): string[] => found.map(one => one.value).sort()

describe('IndicatorSet', () => {
  const set = new IndicatorSet([
    indicator('ipv4', '192.0.2.1'),
    indicator('ipv6', '2001:DB8:0:0::1'),
    indicator('ipv4:port', '192.0.2.9:443'),
    indicator('ipv6:port', '[2001:db8::1]:8443'),
    indicator('cidr', '192.0.2.0/30'),
    indicator('cidr', '192.0.2.130/31'),
    indicator('cidr', '2001:db8:aa::/47'),
    indicator('domain', '*.Evil.example.'),
    indicator('domain', 'a.evil.example'),
    indicator('domain', '坏.example'),
    indicator('url', 'http://Files.example/a?B=1'),
    indicator('sha256', 'AB'.repeat(32)),
  ])

  it.each([
    ['192.0.2.1', undefined, ['192.0.2.0/30', '192.0.2.1']],
    ['192.0.2.3', undefined, ['192.0.2.0/30']],
    ['192.0.2.4', undefined, []],
    ['192.0.2.9', undefined, []],
    ['192.0.2.9', 443, ['192.0.2.9:443']],
    ['192.0.2.9', 80, []],
    ['192.0.2.131', undefined, ['192.0.2.130/31']],
    ['192.0.2.132', undefined, []],
    ['2001:db8::1', undefined, ['2001:db8::1']],
    ['2001:db8:ab::7', undefined, ['2001:db8:aa::/47']],
    ['2001:db8:ac::7', undefined, []],
    ['::ffff:192.0.2.1', undefined, ['192.0.2.0/30', '192.0.2.1']],
    ['2001:0db8:0:0:0:0:0:1', 8443, ['2001:db8::1', '[2001:db8::1]:8443']],
    ['192.0.2.01', undefined, []],
    ['192.0.2', undefined, []],
    ['192.0.2.256', undefined, []],
    ['not an address', undefined, []],
  ])('address %s port %s', (ip, port, expected) => {
    expect(values(set.address(ip, port))).toEqual(expected)
  })

  it.each([
    ['evil.example', ['evil.example']],
    ['B.A.EVIL.Example.', ['a.evil.example', 'evil.example']],
    ['data+=/_x.evil.example', ['evil.example']],
    ['notevil.example', []],
    ['evil.example.org', []],
    ['xn--7es.example.', ['xn--7es.example']],
    ['xn--x73aa.example', []],
    ['www.坏.example', ['xn--7es.example']],
    ['xn--t5q.example', []],
    ['', []],
    ['.'.repeat(1000), []],
  ])('domain %s', (name, expected) => {
    expect(values(set.domain(name))).toEqual(expected)
  })

  it('compares URLs without scheme and case, hashes without case', () => {
    expect(set.url('HTTPS://files.EXAMPLE/A?b=1')).toHaveLength(1)
    expect(set.url('files.example/a?b=1')).toHaveLength(1)
    expect(set.url('files.example/a')).toEqual([])
    expect(set.hash('sha256', 'ab'.repeat(32))).toHaveLength(1)
    expect(set.hash('md5', 'ab'.repeat(16))).toEqual([])
    expect(set.hash('sha256', 'AB'.repeat(32))).toHaveLength(1)
  })

  it.each([
    ['http://user:pw@files.example:80/a?b=1#top', 1],
    ['files.example.:443/a?b=1', 1],
    ['https://files.example:8443/a?b=1', 0],
    ['https://files.example:80/a?b=1', 0],
    ['//files.example/a?b=1', 0],
    ['http://files.example/a?b=1 x', 0],
  ])('takes %s for the same page: %i', (url, times) => {
    expect(set.url(url)).toHaveLength(times)
  })

  it('lets the later of two equal indicators count', () => {
    const both = new IndicatorSet([
      indicator('ipv4', '192.0.2.1', 'shipped'),
      indicator('ipv4', '192.0.2.1', 'own'),
      indicator('cidr', '192.0.2.7/24', 'shipped'),
      indicator('cidr', '192.0.2.0/24', 'own'),
    ])

    expect(both.address('192.0.2.1').map(one => one.note)).toEqual(['own', 'own'])
    expect(both.size).toBe(2)
  })

  it('names what it cannot use and keeps the rest', () => {
    const mixed = new IndicatorSet([
      indicator('ipv4', '1.2.3'),
      indicator('ipv4', '010.1.1.1'),
      indicator('cidr', '192.0.2.0/33'),
      indicator('domain', 'com'),
      indicator('url', '/path'),
      indicator('ipv4:port', '192.0.2.1:70000'),
      indicator('md5', 'x'),
      indicator('ipv4', '192.0.2.1'),
    ])

    expect(mixed.size).toBe(1)
    expect(mixed.refused.map(one => one.indicator.value)).toEqual([
      '1.2.3',
      '010.1.1.1',
      '192.0.2.0/33',
      'com',
      '/path',
      '192.0.2.1:70000',
      'x',
    ])
  })
})

describe('the compact index', () => {
  const random = (seed: number) => () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32

  it('finds exactly what a plain map finds, among near misses', () => {
    const next = random(7)
    const label = () => Array.from({ length: 1 + Math.floor(next() * 3) }, () => 'ab0-'[Math.floor(next() * 3)]).join('')
    const ip = () => `192.0.${Math.floor(next() * 40)}.${Math.floor(next() * 256)}`
    const values = new Map<string, Indicator>()
    for (let n = 0; n < 4_000; n += 1) {
      const one = n % 2 === 0 ? indicator('domain', `${label()}.${label()}.example`, `n${n}`) : indicator('ipv4', ip(), `n${n}`)
      values.set(`${one.type} ${one.value}`, one)
    }
    const index = new IndicatorSet(values.values())

    expect(index.size).toBe(values.size)
    for (let n = 0; n < 4_000; n += 1) {
      const [name, address] = [`${label()}.${label()}.example`, ip()]
      expect(index.domain(name).map(one => one.note)).toEqual([values.get(`domain ${name}`)?.note].filter(Boolean))
      expect(index.address(address).map(one => one.note)).toEqual([values.get(`ipv4 ${address}`)?.note].filter(Boolean))
    }
  })

  it('keeps every fact of an entry, times to the second', () => {
    const full: Indicator = {
      type: 'sha1',
      value: 'ab'.repeat(20),
      kind: 'ransomware',
      confidence: 0.85,
      source: '甲',
      firstSeen: '2026-01-02T03:04:05.000Z',
      lastSeen: '2026-02-02T03:04:05.000Z',
      expires: '2027-01-02T03:04:05.000Z',
      addedAt: '2026-01-03T00:00:00.000Z',
      tlp: 'amber+strict',
      family: '示例家族',
      note: '备注',
    }

    expect(new IndicatorSet([full]).hash('sha1', 'AB'.repeat(20))).toEqual([full])
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['zeros', new Uint8Array(4_096)],
    ['its end cut off', block().subarray(0, -1)],
    ['another version', changed(4, 9)],
    ['a table of odd size', changed(16, 17)],
  ])('refuses a file that is %s', (_, bytes) => {
    expect(() => new IndicatorIndex(bytes)).toThrow('REQUEST_INVALID')
  })

  it('opens a block wherever it lies in memory', () => {
    const shifted = new Uint8Array(block().length + 1)
    shifted.set(block(), 1)

    expect(new IndicatorIndex(shifted.subarray(1)).address('192.0.2.1')).toHaveLength(1)
  })

  it('stops at its limits and says so', () => {
    const builder = new IndexBuilder(1, { entries: 2, bytes: 1_000 })

    expect(builder.add(indicator('ipv4', '192.0.2.1'))).toBeUndefined()
    expect(builder.add(indicator('url', `a.example/${'x'.repeat(1_000)}`))).toContain('MB')
    expect(builder.add(indicator('ipv4', '192.0.2.2'))).toBeUndefined()
    expect(builder.add(indicator('ipv4', '192.0.2.3'))).toBe('情报超过 2 条')
  })

  function block(): Uint8Array {
    const builder = new IndexBuilder(5)
    builder.add(indicator('ipv4', '192.0.2.1'))
    return builder.finish()
  }
  function changed(offset: number, value: number): Uint8Array {
    const bytes = block()
    bytes[offset] = value
    return bytes
  }
})
