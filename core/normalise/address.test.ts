import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { canonicalIp, isPublicIp } from './address.js'

const octet = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 300 }).map(String) },
  fc.constantFrom('', '00', '01', '0x1', ' 1', '1.'),
)
const dotted = fc.array(octet, { minLength: 3, maxLength: 5 }).map(parts => parts.join('.'))

describe('an address', () => {
  it('of IPv4 is what ipaddr.js takes for one in four decimals', () => {
    fc.assert(
      fc.property(dotted, text => {
        expect(canonicalIp(text)).toBe(ipaddr.IPv4.isValidFourPartDecimal(text) ? text : undefined)
      }),
      { seed: 7, numRuns: 3_000 },
    )
  })

  it('is public as ipaddr.js says, asked for the first time or again', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 255 }), (ip, last) => {
        const neighbour = ip.replace(/\d+$/, String(last))
        for (const one of [ip, neighbour, ip]) expect(isPublicIp(one)).toBe(ipaddr.process(one).range() === 'unicast')
      }),
      { seed: 8, numRuns: 2_000 },
    )
    for (const ip of ['255.255.255.255', '192.0.0.8', '2001:db8::1', '2a00::1', 'fe80::1'])
      expect(isPublicIp(ip)).toBe(ipaddr.process(ip).range() === 'unicast')
  })

  it.each([
    ['12:34:56', undefined],
    ['a:b', undefined],
    ['::1', '::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['[fe80::1%eth0]', 'fe80::1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['2001:db8::g', undefined],
  ])('%s', (text, canonical) => {
    expect(canonicalIp(text)).toBe(canonical)
  })
})
