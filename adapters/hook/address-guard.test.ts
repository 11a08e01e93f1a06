import { expect, it } from 'vitest'
import { isAllowedAddress, isLoopbackAddress } from './address-guard.js'

it.each(['93.184.216.34', '223.5.5.5', '2400:3200::1', '::ffff:223.5.5.5'])('a public address is allowed: %s', address => {
  expect(isAllowedAddress(address, false)).toBe(true)
})

it.each(['10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', '127.0.0.1', '::1', 'fd00::1', '::ffff:10.0.0.1'])(
  'an inner address is allowed only where the operator says so: %s',
  address => {
    expect([isAllowedAddress(address, false), isAllowedAddress(address, true)]).toEqual([false, true])
  },
)

it.each([
  '169.254.169.254',
  '100.100.100.200',
  '168.63.129.16',
  'fd00:ec2::254',
  'fe80::1',
  '::ffff:169.254.169.254',
  '0.0.0.0',
  '::',
  '224.0.0.1',
  '255.255.255.255',
  '240.0.0.1',
  '192.0.0.192',
  '64:ff9b::a00:1',
  '2002:a00:1::1',
  '::7f00:1',
  'fec0::1',
  'ff02::1',
  'sms.example',
  '',
])('metadata, link-local, reserved and tunnelled addresses are never allowed: %s', address => {
  expect(isAllowedAddress(address, true)).toBe(false)
})

it('loopback is known in each form', () => {
  expect(['127.9.9.9', '::1', '::ffff:127.0.0.1', '10.0.0.1', 'x'].map(isLoopbackAddress)).toEqual([true, true, true, false, false])
})
