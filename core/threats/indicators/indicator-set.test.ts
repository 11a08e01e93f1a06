import { describe, expect, it } from 'vitest'
import type { Indicator, IndicatorType } from './indicator.js'
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
    ['2001:db8::1', undefined, ['2001:DB8:0:0::1']],
    ['2001:db8:ab::7', undefined, ['2001:db8:aa::/47']],
    ['2001:db8:ac::7', undefined, []],
    ['not an address', undefined, []],
  ])('address %s port %s', (ip, port, expected) => {
    expect(values(set.address(ip, port))).toEqual(expected)
  })

  it.each([
    ['evil.example', ['*.Evil.example.']],
    ['B.A.EVIL.Example.', ['*.Evil.example.', 'a.evil.example']],
    ['data+=/_x.evil.example', ['*.Evil.example.']],
    ['notevil.example', []],
    ['evil.example.org', []],
    ['xn--x73aa.example', []],
    ['www.坏.example', ['坏.example']],
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
