import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions, type VersionScheme } from './compare.js'
import { inNginxRange, nginxVers } from './nginx-ranges.js'

const orders: readonly (readonly [VersionScheme, readonly string[]])[] = [
  [
    'deb',
    ['0.1', '0.5', '0.50', '1.0~rc1', '1.0', '1.0-1', '1.0-1+deb12u2', '1.0-1+deb12u10', '1.0a', '1.0+b1', '2.0', '3.0', '1:0.4', '2:0.3'],
  ],
  ['deb', ['1:9.2p1-2+deb12u2', '1:9.2p1-2+deb12u3', '1:9.2p1-2+deb12u10']],
  ['rpm', ['1.0~rc1', '1.0', '1.0^git1', '1.0a', '1.0.1', '1.1', '1:0.1']],
  [
    'semver',
    ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '1.0.1', '1.10.0'],
  ],
  ['upstream', ['1.0.2-beta1', '1.0.2', '1.0.2a', '1.0.2k', '1.0.2u', '1.0.2z', '1.0.2za', '1.0.2zb', '1.1.0']],
  ['upstream', ['9.0.0-M1', '9.0.0-M10', '9.0.0-RC1', '9.0.0', '9.0.9', '9.0.98', '9.0.99', '10.0.0']],
  ['upstream', ['9.2', '9.2p1', '9.2p2', '9.8']],
  ['upstream', ['2.0a1', '2.0b1', '2.0rc1', '2.0', '2.0.1']],
]

describe.each(orders)('versions of %s', (scheme, versions) => {
  it(`${versions.join(' < ')}`, () => {
    for (let left = 0; left < versions.length; left++)
      for (let right = 0; right < versions.length; right++)
        expect(Math.sign(compareVersions(versions[left]!, versions[right]!, scheme)), `${versions[left]} ${versions[right]}`).toBe(
          Math.sign(left - right),
        )
  })
})

it('equal is equal, whatever the zeros and the epoch', () => {
  expect(compareVersions('0.5', '0:0.5', 'deb')).toBe(0)
  expect(compareVersions('1.0', '1.0.0')).toBe(0)
  expect(compareVersions('1.0+build1', '1.0.0', 'semver')).toBe(0)
})

it('is an order for any text', () => {
  const text = fc.string({ unit: fc.constantFrom(...'0129.-~+:abprc^'), maxLength: 12 })
  for (const scheme of ['deb', 'rpm', 'semver'] as const)
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareVersions(a, b, scheme))).toBe(-Math.sign(compareVersions(b, a, scheme)) + 0)
        expect(compareVersions(a, a, scheme)).toBe(0)
      }),
      { numRuns: 300 },
    )
})

it('reads the ranges of nginx', () => {
  expect(nginxVers('0.8.40+')).toBe('vers:nginx/>=0.8.40|<0.9.0')
  expect(nginxVers('0.7.52-0.8.39')).toBe('vers:nginx/>=0.7.52|<=0.8.39')
  expect(nginxVers('0.9.10')).toBe('vers:nginx/0.9.10')
  expect(nginxVers('1.5.0+, 1.4.1+')).toBe('vers:nginx/>=1.4.1|<1.5.0|>=1.5.0')
  expect(inNginxRange('1.4.9', '1.5.0+, 1.4.1+')).toBe(true)
  expect(inNginxRange('1.4.0', '1.5.0+, 1.4.1+')).toBe(false)
})
