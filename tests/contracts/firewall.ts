// What every firewall behind the port must do; run on each driver by the tests in adapters/firewall.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAppError } from '../../core/errors.js'
import type { BlockOrder, Firewall, FirewallCapabilities } from '../../core/ports/firewall.js'

export interface FirewallUnderTest {
  readonly can: FirewallCapabilities
  /** A device with nothing blocked. */
  readonly firewall: Firewall
  /** The same kind of device where nobody answers. */
  readonly unreachable: Firewall
  close(): Promise<void>
}

export function aBlock(ip: string, change: Partial<BlockOrder> = {}): BlockOrder {
  return { ip, reference: 'DP-uni-202611-001', ttlSeconds: 3600, ...change }
}

/** The code of the catalogue that a call ended with, or what else happened. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: unknown) => (isAppError(error) ? error.code : String(error)),
  )
}

/** Asks again until it is true; a bound on tries, not on time, so a slow machine only takes longer. */
export async function eventually(question: () => Promise<boolean>, tries = 150): Promise<boolean> {
  for (let i = 0; i < tries; i++) {
    if (await question()) return true
    await sleep(200)
  }
  return false
}

const hostileAddresses = [
  '',
  ' ',
  '203.0.113.7 ',
  '203.0.113.7\n',
  '203.0.113.7; flush ruleset',
  '203.0.113.7 } ; flush ruleset',
  '$(reboot)',
  '`id`',
  '203.0.113.0/24',
  '203.0.113.7-203.0.113.9',
  '0xcb007107',
  '203.0.113.07',
  '3405803783',
  '2001:DB8::7',
  '2001:db8:0::7',
  'fe80::1%eth0',
  '::ffff:203.0.113.7',
  '::ffff:cb00:7107',
  '0.0.0.0',
  '127.0.0.1',
  '::1',
  '255.255.255.255',
  '224.0.0.1',
  '１.２.３.４',
  'blocked4',
  '-f',
  '@blocked4',
  `${'1'.repeat(100_000)}.1.1.1`,
]
const hostileReferences = ['', 'a b', 'a"', 'x" ; flush ruleset', 'a\n', '管家', 'a;b', '$(id)', '../x', 'a'.repeat(65)]
const hostileLifetimes = [0, -1, 1.5, NaN, Infinity, 1e12]

export function firewallContract(name: string, make: () => Promise<FirewallUnderTest>): void {
  describe(`firewall ${name}`, () => {
    let device: FirewallUnderTest
    const blocked = async () => (await device.firewall.list()).map(entry => entry.ip).sort()
    beforeAll(async () => {
      device = await make()
    })
    afterAll(() => device?.close())

    it('shows nothing before anything was blocked', async () => {
      expect(await blocked()).toEqual([])
    })

    it('plans without changing or even asking the device', async () => {
      const plan = await device.firewall.plan(aBlock('203.0.113.50'))

      expect(plan.join('\n')).toContain('203.0.113.50')
      expect(await device.unreachable.plan(aBlock('203.0.113.50'))).toEqual(plan)
      expect(await blocked()).toEqual([])
    })

    it('blocks, shows it with reference and time left, and lifts', async () => {
      const receipt = await device.firewall.block(aBlock('203.0.113.7', { reference: 'DP-uni-7' }))
      const [entry, ...others] = await device.firewall.list()

      expect(receipt.commands.join('\n')).toContain('203.0.113.7')
      expect(receipt.answer.length).toBeLessThanOrEqual(2000)
      expect(others).toEqual([])
      expect(entry).toMatchObject({ ip: '203.0.113.7', ...(device.can.reference && { reference: 'DP-uni-7' }) })
      if (device.can.ttl) {
        expect(entry?.remainingSeconds).toBeGreaterThan(0)
        expect(entry?.remainingSeconds).toBeLessThanOrEqual(3600)
      }

      await device.firewall.unblock('203.0.113.7')
      expect(await blocked()).toEqual([])
    })

    it('does what the plan said', async () => {
      const order = aBlock('203.0.113.8')

      const plan = await device.firewall.plan(order)
      const receipt = await device.firewall.block(order)

      expect(receipt.commands.slice(0, plan.length)).toEqual(plan)
      await device.firewall.unblock(order.ip)
    })

    it('renews instead of blocking twice', async () => {
      await device.firewall.block(aBlock('203.0.113.7', { reference: 'first', ttlSeconds: 600 }))
      await device.firewall.block(aBlock('203.0.113.7', { reference: 'second', ttlSeconds: 86_400 }))

      const entries = await device.firewall.list()
      expect(entries).toMatchObject([{ ip: '203.0.113.7', ...(device.can.reference && { reference: 'second' }) }])
      if (device.can.ttl) expect(entries[0]?.remainingSeconds).toBeGreaterThan(600)
      await device.firewall.unblock('203.0.113.7')
    })

    it('lifts only what it was told, and lifting again is done', async () => {
      await device.firewall.block(aBlock('203.0.113.7'))
      await device.firewall.block(aBlock('203.0.113.8'))

      await device.firewall.unblock('203.0.113.7')
      await device.firewall.unblock('203.0.113.7')
      await device.firewall.unblock('203.0.113.99')

      expect(await blocked()).toEqual(['203.0.113.8'])
      await device.firewall.unblock('203.0.113.8')
    })

    it('keeps IPv6 apart from IPv4 where it can', async ({ skip }) => {
      if (!device.can.ipv6) skip('the device has no IPv6')
      await device.firewall.block(aBlock('2001:db8::7'))
      await device.firewall.block(aBlock('203.0.113.7'))

      expect(await blocked()).toEqual(['2001:db8::7', '203.0.113.7'])
      await device.firewall.unblock('2001:db8::7')
      expect(await blocked()).toEqual(['203.0.113.7'])
      await device.firewall.unblock('203.0.113.7')
    })

    it('loses nothing when many are blocked at once', async () => {
      const many = Array.from({ length: 12 }, (_, i) => `203.0.113.${i + 100}`)

      await Promise.all(many.map(ip => device.firewall.block(aBlock(ip))))

      expect(await blocked()).toEqual(many.toSorted())
      await Promise.all(many.map(ip => device.firewall.unblock(ip)))
      expect(await blocked()).toEqual([])
    })

    it('lets a block of one second and one of ten years end when they should', async ({ skip }) => {
      if (!device.can.ttl) skip('the device does not lift by itself')
      await device.firewall.block(aBlock('203.0.113.8', { ttlSeconds: 3650 * 86_400 }))
      await device.firewall.block(aBlock('203.0.113.7', { ttlSeconds: 1 }))

      expect(await eventually(async () => !(await blocked()).includes('203.0.113.7'))).toBe(true)

      expect(await blocked()).toEqual(['203.0.113.8'])
      await device.firewall.unblock('203.0.113.8')
    })

    it.each(hostileAddresses)('refuses the address %j before it touches the device', async ip => {
      expect(await codeOf(device.unreachable.block(aBlock(ip)))).toBe('ARGUMENT_INVALID')
      expect(await codeOf(device.unreachable.unblock(ip))).toBe('ARGUMENT_INVALID')
      expect(await codeOf(device.unreachable.plan(aBlock(ip)))).toBe('ARGUMENT_INVALID')
    })

    it.each(hostileReferences)('refuses the reference %j before it touches the device', async reference => {
      expect(await codeOf(device.unreachable.block(aBlock('203.0.113.7', { reference })))).toBe('ARGUMENT_INVALID')
      expect(await codeOf(device.unreachable.plan(aBlock('203.0.113.7', { reference })))).toBe('ARGUMENT_INVALID')
    })

    it.each(hostileLifetimes)('refuses a lifetime of %d seconds before it touches the device', async ttlSeconds => {
      expect(await codeOf(device.unreachable.block(aBlock('203.0.113.7', { ttlSeconds })))).toBe('ARGUMENT_INVALID')
    })

    it('says DEVICE_UNREACHABLE when nobody answers', async () => {
      expect(await codeOf(device.unreachable.block(aBlock('203.0.113.7')))).toBe('DEVICE_UNREACHABLE')
      expect(await codeOf(device.unreachable.unblock('203.0.113.7'))).toBe('DEVICE_UNREACHABLE')
      expect(await codeOf(device.unreachable.list())).toBe('DEVICE_UNREACHABLE')
    })
  })
}
