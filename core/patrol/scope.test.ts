import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { AuthorizationLetter } from '../tenants/tenant.js'
import { checkNetwork, checkResolved, leaveFor, type ScopeFacts } from './scope.js'
import { hostsOf, inNetwork, readAddress, readTarget } from './targets.js'
import { openingAt } from './window.js'

const letter = (set: Partial<AuthorizationLetter> = {}): AuthorizationLetter => ({
  id: 'l1',
  tenantId: 't',
  number: 'AU-1',
  targets: ['10.20.0.0/16'],
  exclude: ['10.20.9.0/24'],
  validFrom: '2026-01-01T00:00:00.000Z',
  validTo: '2026-12-31T15:59:59.999Z',
  window: null,
  kinds: ['discovery', 'vulnerability'],
  ...set,
})
const facts = (...letters: AuthorizationLetter[]): ScopeFacts => ({
  letters,
  ownAddresses: ['10.20.0.5', '::ffff:10.20.0.6'],
  zone: 'Asia/Shanghai',
})
const NOON = Date.parse('2026-11-24T04:00:00.000Z')
const why = (text: string, kind: Parameters<typeof leaveFor>[2] = 'discovery', at = NOON, given = facts(letter())) => {
  const leave = leaveFor(given, text, kind, at)
  return leave.allowed ? 'allowed' : leave.why
}

describe('scope', () => {
  it('only what a letter names is allowed, whatever it is called', () => {
    expect(why('10.20.1.1')).toBe('allowed')
    expect(why('::ffff:10.20.1.1')).toBe('allowed')
    expect(why('10.21.0.1')).toContain('不在授权书')
    expect(why('10.20.9.7')).toContain('排除')
    expect(why('::ffff:10.20.9.7')).toContain('排除')
    expect(why('10.20.0.5')).toContain('平台自身')
    expect(why('10.20.0.6')).toContain('平台自身')
    expect(why('10.20.1.1', 'weak_password')).toContain('没有允许')
    for (const bad of [
      '127.0.0.1',
      '::1',
      '224.0.0.1',
      '169.254.169.254',
      'fe80::1',
      '0.0.0.0',
      '255.255.255.255',
      '10.20.1',
      '0x0a140101',
      '-oX',
      'web.example',
    ])
      expect(why(bad, 'discovery', NOON, facts(letter({ targets: ['0.0.0.0/1', '128.0.0.0/1', '::/1'], exclude: [] })))).not.toBe('allowed')
  })

  it('an exclusion of one letter holds against every other', () => {
    expect(why('10.20.9.7', 'discovery', NOON, facts(letter(), letter({ exclude: [] })))).toContain('排除')
  })

  it('no packet before, after or outside the window', () => {
    expect(why('10.20.1.1', 'discovery', Date.parse('2027-01-01T00:00:00Z'))).toContain('过期')
    const night = facts(letter({ window: '22:00-06:00' }))
    expect(why('10.20.1.1', 'discovery', NOON, night)).toContain('时间窗')
    const leave = leaveFor(night, '10.20.1.1', 'discovery', Date.parse('2026-11-24T15:00:00.000Z'))
    expect(leave).toMatchObject({ allowed: true, until: Date.parse('2026-11-24T22:00:00.000Z') })
    expect(openingAt('nonsense', NOON, 'Asia/Shanghai').open).toBe(false)
  })

  it('a name that also leads elsewhere is refused as a whole', () => {
    expect(checkResolved(facts(letter()), 'web.example', ['10.20.1.1'], 'discovery', NOON)).toEqual(['10.20.1.1'])
    for (const addresses of [['10.20.1.1', '203.0.113.9'], ['127.0.0.1'], []])
      expect(() => checkResolved(facts(letter()), 'web.example', addresses, 'discovery', NOON)).toThrow('SCAN_OUT_OF_SCOPE')
  })

  it('a network must lie within a letter as a whole', () => {
    expect(() => checkNetwork(facts(letter()), '10.20.8.0/22', 'discovery')).not.toThrow()
    for (const wide of ['10.20.0.0/15', '10.0.0.0/8', '0.0.0.0/0', 'nonsense', '10.20.1.1/33'])
      expect(() => checkNetwork(facts(letter()), wide, 'discovery')).toThrow('SCAN_OUT_OF_SCOPE')
  })

  it('no address outside the letters is ever allowed', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: Date.parse('2025-12-01'), max: Date.parse('2027-02-01') }), (text, at) => {
        const leave = leaveFor(facts(letter({ window: '22:00-06:00' })), text, 'discovery', at)
        const address = readAddress(text)
        if (leave.allowed) expect(address && inNetwork('10.20.0.0/16', address) && !inNetwork('10.20.9.0/24', address)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('targets', () => {
  it('reads addresses, networks and names, never an option', () => {
    expect(readTarget('10.20.1.0/24')).toEqual({ kind: 'network', network: '10.20.1.0/24', hosts: 256 })
    expect(readTarget('WWW.Example.EDU')).toEqual({ kind: 'name', name: 'www.example.edu' })
    for (const bad of ['-iL', '-oX/tmp/x', '10.20.1.1;id', '10.20.1', '1.2.3.4/x', 'a b', '', '$(id).example', '10.1.1.0/24/3'])
      expect(readTarget(bad)).toBeUndefined()
  })

  it('every host of a network once, without its edges', () => {
    expect([...hostsOf('10.20.1.9/30')]).toEqual(['10.20.1.9', '10.20.1.10'])
    expect([...hostsOf('10.20.1.0/24')]).toHaveLength(254)
    expect([...hostsOf('10.20.1.7')]).toEqual(['10.20.1.7'])
    expect([...hostsOf('2001:db8::/126')]).toHaveLength(4)
    expect([...hostsOf('10.0.0.0/8')]).toEqual([])
  })
})
