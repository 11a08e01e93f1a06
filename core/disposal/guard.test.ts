import { describe, expect, it } from 'vitest'
import { isAppError } from '../errors.js'
import { defaultSettings, type Device, type Tenant } from '../tenants/tenant.js'
import { checkBlock, publicAddress, type GuardInput } from './guard.js'

const tenant: Tenant = {
  id: 'u',
  tenantId: 'u',
  code: 'uni',
  name: '示例大学',
  industry: 'education',
  mlpsLevel: 3,
  authorizationMode: 'collaborate',
  timeZone: 'Asia/Shanghai',
  manager: null,
  settings: defaultSettings,
  createdAt: '2026-11-01T00:00:00.000Z',
}
const device: Device = { id: 'd', tenantId: 'u', name: 'fw1', kind: 'fake', address: '', credential: null, protects: ['8.140.0.0/16'] }

function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return isAppError(error) ? error.code : String(error)
  }
  return 'allowed'
}

const checked = (set: Partial<GuardInput> = {}) =>
  refusal(() => checkBlock({ tenant, target: '203.0.113.7', seconds: 3600, device, ownNetworks: device.protects, ...set }))

const guarded = (network: string, mode: Tenant['authorizationMode'] = 'collaborate'): Tenant => ({
  ...tenant,
  authorizationMode: mode,
  settings: { ...defaultSettings, protectedAddresses: [{ network, why: '支付网关' }] },
})

describe('an address', () => {
  it.each([
    ['9.9.9.9', '9.9.9.9'],
    ['203.0.113.7', '203.0.113.7'],
    ['192.0.2.1', '192.0.2.1'],
    ['198.51.100.255', '198.51.100.255'],
    ['2001:db8::1', '2001:db8::1'],
    ['2606:4700:0:0::1111', '2606:4700::1111'],
    ['2606:4700::ABCD', '2606:4700::abcd'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
  ])('%s may be blocked, as %s', (text, canonical) => {
    expect(publicAddress(text)).toBe(canonical)
  })

  it.each([
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'behind a provider’s translation'],
    ['127.0.0.1', 'loopback'],
    ['169.254.1.1', 'link-local'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'this network'],
    ['192.0.0.8', 'reserved'],
    ['198.18.0.1', 'benchmarks'],
    ['224.0.0.251', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['fe80::1', 'link-local'],
    ['fec0::1', 'site-local'],
    ['fc00::1', 'private'],
    ['fd12:3456::1', 'private'],
    ['ff02::1', 'multicast'],
    ['100::1', 'discarded'],
    ['::ffff:10.0.0.1', 'private, mapped'],
    ['::ffff:127.0.0.1', 'loopback, mapped'],
    ['::10.0.0.1', 'private, in the old embedding'],
    ['::a00:1', 'the same in hexadecimal'],
    ['64:ff9b::a00:1', 'private behind NAT64'],
    ['2002:a00:1::1', 'private behind 6to4'],
    ['2001:0:1::1', 'Teredo'],
    ['4000::1', 'not assigned to anybody'],
    ['2606:4700::1111%eth0', 'bound to an interface'],
  ])('%s may not: %s', text => {
    expect(refusal(() => publicAddress(text))).toBe('IP_NOT_PUBLIC')
  })

  it.each([
    '',
    'example.com',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.7/24',
    '203.0.113.07',
    '0xcb007107',
    '3405803783',
    ' 203.0.113.7',
    '203.0.113.7 ',
    '203.0.113.7\n10.0.0.1',
    '203.0.113.7; flush ruleset',
    '２０３.0.113.7',
    '2001:db8::1::2',
    '2001:db8::/32',
    '2001:db8::1%; flush ruleset',
    ':'.repeat(10_000),
    '1'.repeat(100_000),
  ])('is not %s', text => {
    expect(refusal(() => publicAddress(text))).toBe('ARGUMENT_INVALID')
  })
})

describe('a block', () => {
  it('is allowed for a public address, an hour, a device', () => {
    expect(checked()).toBe('allowed')
    expect(checked({ tenant: guarded('1.2.3.4', 'preauthorized') })).toBe('allowed')
  })

  it('is never ours to make for a customer who only wants to be told', () => {
    expect(checked({ tenant: { ...tenant, authorizationMode: 'notify' } })).toBe('NOTIFY_ONLY')
    expect(checked({ tenant: { ...tenant, authorizationMode: 'notify' }, target: '10.0.0.1' })).toBe('NOTIFY_ONLY')
  })

  it.each(['10.0.0.1', '::ffff:192.168.1.1', 'fe80::1'])('looks at the address itself: %s', target => {
    expect(checked({ target })).toBe('IP_NOT_PUBLIC')
  })

  it.each(['8.8.8.8', '1.1.1.1', '223.5.5.5', '114.114.114.114', '::ffff:8.8.8.8'])('never takes a resolver off the net: %s', target => {
    expect(checked({ target })).toBe('ADDRESS_PROTECTED')
  })

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.0/24', '203.0.113.7'],
    ['203.0.113.0/24', '::ffff:203.0.113.7'],
    ['0.0.0.0/0', '203.0.113.7'],
    ['2001:db8::/32', '2001:db8:1::7'],
    ['2001:db8::7', '2001:db8:0:0::7'],
  ])('stops at the protected list: %s holds %s', (network, target) => {
    expect(checked({ tenant: guarded(network), target })).toBe('ADDRESS_PROTECTED')
  })

  it('says why an address is protected', () => {
    expect(() =>
      checkBlock({
        tenant: guarded('203.0.113.0/24'),
        target: '203.0.113.7',
        seconds: 3600,
        device,
        ownNetworks: [],
      }),
    ).toThrow(expect.objectContaining({ reply: '203.0.113.7 在保护名单（支付网关）里，不能封禁。' }))
  })

  it.each([
    ['203.0.113.8', '203.0.113.7'],
    ['203.0.112.0/24', '203.0.113.7'],
    ['2001:db8::/32', '203.0.113.7'],
    ['0.0.0.0/0', '2001:db8::7'],
    ['::/0', '203.0.113.7'],
  ])('is not stopped by %s when it is about %s', (network, target) => {
    expect(checked({ tenant: guarded(network), target })).toBe('allowed')
  })

  it('never turns on the customer’s own networks, whichever of the devices stands before them', () => {
    expect(checked({ target: '8.140.3.4' })).toBe('ADDRESS_PROTECTED')
    expect(checked({ target: '9.140.3.4', ownNetworks: ['8.140.0.0/16', '9.140.0.0/16'] })).toBe('ADDRESS_PROTECTED')
    expect(checked({ target: '9.140.3.4' })).toBe('allowed')
  })

  it.each([
    [59, 'DURATION_OUT_OF_RANGE'],
    [60, 'allowed'],
    [30 * 86_400, 'allowed'],
    [30 * 86_400 + 1, 'DURATION_OUT_OF_RANGE'],
    [0, 'DURATION_OUT_OF_RANGE'],
    [-3600, 'DURATION_OUT_OF_RANGE'],
    [NaN, 'DURATION_OUT_OF_RANGE'],
    [Infinity, 'DURATION_OUT_OF_RANGE'],
  ])('of %s seconds: %s', (seconds, expected) => {
    expect(checked({ seconds })).toBe(expected)
  })

  it('needs a device', () => {
    expect(checked({ device: undefined })).toBe('NO_DEVICE')
  })

  it('never turns on an address nobody may block, and leaves a shared one to two signatures', () => {
    expect(checked({ whose: { words: '公共解析', effect: 'never' } })).toBe('ADDRESS_PROTECTED')
    expect(checked({ whose: { words: '内容分发网络', effect: 'shared' } })).toBe('allowed')
  })
})
