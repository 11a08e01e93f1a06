// What every firewall driver that types must do with a device that is slow, asks back, drops the line, lies, or is another one than registered.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFirewall } from '../../adapters/firewall/open-firewall.js'
import { isAppError } from '../../core/errors.js'
import type { Firewall, FirewallDriver } from '../../core/ports/firewall.js'
import { type CliDevice, type CliDeviceSettings, startCliDevice } from '../support/cli-device.js'
import { aBlock, codeOf, firewallContract } from './firewall.js'

export function cliFirewallContract(driver: FirewallDriver, settings: CliDeviceSettings): void {
  const open = (
    device: Pick<CliDevice, 'port' | 'user' | 'credential'>,
    more: { credential?: string; query?: string; milliseconds?: number } = {},
  ): Firewall =>
    openFirewall(driver, {
      address: `ssh://${device.user}@127.0.0.1:${device.port}${more.query ?? ''}`,
      credential: more.credential ?? device.credential,
      timeoutMilliseconds: more.milliseconds ?? 20_000,
    })

  firewallContract(driver.id, async () => {
    const device = await startCliDevice(settings)
    return { can: driver.can, firewall: open(device), unreachable: open({ ...device, port: 1 }), close: () => device.close() }
  })

  describe(`${driver.id} at a device that makes trouble`, () => {
    let device: CliDevice
    beforeAll(async () => {
      device = await startCliDevice({ ...settings, ballast: 60 })
    })
    afterAll(() => device?.close())
    const calm = () =>
      Object.assign(device.faults, {
        slow: 0,
        dropAt: undefined,
        refuses: undefined,
        lies: false,
        asksAtLogin: false,
        floods: false,
        twoStage: false,
        hangAt: undefined,
      })

    it('turns pages, waits for slow lines, answers questions, and is not led astray by text that looks like a prompt', async () => {
      calm()
      Object.assign(device.faults, { slow: 1, asksAtLogin: true, refuses: 'screen-length' })
      const firewall = open(device)

      await firewall.block(aBlock('203.0.113.7', { reference: 'DP-1' }))
      expect(await firewall.list()).toEqual([{ ip: '203.0.113.7', reference: 'DP-1' }])
      await firewall.unblock('203.0.113.7')
      expect(await firewall.list()).toEqual([])
    })

    it('commits where configuration has two stages', async () => {
      calm()
      device.faults.twoStage = true

      await open(device).block(aBlock('203.0.113.7'))

      expect(device.typed).toContain('commit')
      expect(await open(device).list()).toMatchObject([{ ip: '203.0.113.7' }])
      await open(device).unblock('203.0.113.7')
    })

    it.each([1, 2, 4, 7])('says DEVICE_UNREACHABLE when the session drops at command %d, and the next call repairs it', async dropAt => {
      calm()
      device.faults.dropAt = dropAt
      expect(await codeOf(open(device).block(aBlock('203.0.113.7')))).toBe('DEVICE_UNREACHABLE')
      calm()

      await open(device).block(aBlock('203.0.113.7'))
      expect(await open(device).list()).toMatchObject([{ ip: '203.0.113.7' }])
      await open(device).unblock('203.0.113.7')
    })

    it('ends within its time-out when the device stops answering', async () => {
      calm()
      device.faults.hangAt = 3
      expect(await codeOf(open(device, { milliseconds: 800 }).block(aBlock('203.0.113.7')))).toBe('DEVICE_UNREACHABLE')
    })

    it('says DEVICE_REFUSED in the device’s words when it refuses, and when it says yes and does nothing', async () => {
      calm()
      device.faults.refuses = settings.vendor === 'vrp' ? 'ip address-set GJ-' : 'object-group ip address GJ-'
      const error: unknown = await open(device)
        .block(aBlock('203.0.113.7'))
        .catch((thrown: unknown) => thrown)
      expect(isAppError(error, 'DEVICE_REFUSED') && String(error.facts['answer'])).toMatch(/permission/i)
      calm()
      device.faults.lies = true

      expect(await codeOf(open(device).block(aBlock('203.0.113.7')))).toBe('DEVICE_REFUSED')
    })

    it('stops reading an answer without end', async () => {
      calm()
      device.faults.floods = true
      expect(await codeOf(open(device).list())).toBe('DEVICE_REFUSED')
    })

    it('never talks to a device with another host key, or takes another password for right; neither secret is shown', async () => {
      calm()
      const before = device.typed.length
      for (const credential of [
        JSON.stringify({ password: device.password, hostKeySha256: 'f'.repeat(64) }),
        JSON.stringify({ password: 'wrong-but-secret', hostKeySha256: device.hostKeySha256 }),
      ]) {
        const error: unknown = await open(device, { credential })
          .block(aBlock('203.0.113.7'))
          .catch((thrown: unknown) => thrown)
        expect(isAppError(error) ? error.code : error).toBe('DEVICE_MISCONFIGURED')
        const said = `${String(error)} ${JSON.stringify(isAppError(error) ? error.facts : '')}`
        expect(said).not.toContain(device.password)
        expect(said).not.toContain('wrong-but-secret')
      }
      expect(device.typed).toHaveLength(before)
    })

    it('shows an address only while the deny rules stand first', async () => {
      calm()
      await open(device).block(aBlock('203.0.113.7'))
      const policy = [...device.state.sections.keys()].find(head => head.startsWith('security-policy'))!
      const rules = device.state.sections.get(policy)!
      device.state.sections.set(policy, ['rule name permit-all', ' action permit', ...rules])

      expect(await open(device).list()).toEqual([])
      expect(await codeOf(open(device).block(aBlock('203.0.113.8')))).toBe('DEVICE_MISCONFIGURED')

      device.state.sections.set(policy, rules)
      await open(device).unblock('203.0.113.7')
      await open(device).unblock('203.0.113.8')
    })

    it('uses one session at a time', async () => {
      calm()
      await Promise.all([1, 2, 3, 4].map(n => open(device).block(aBlock(`203.0.113.${n}`))))
      expect(device.sessions.most).toBe(1)
      for (const n of [1, 2, 3, 4]) await open(device).unblock(`203.0.113.${n}`)
    })

    it('uses broken algorithms only when the row declares it', async () => {
      const old = await startCliDevice({ ...settings, legacyOnly: true })

      expect(await codeOf(open(old).list())).toBe('DEVICE_MISCONFIGURED')
      expect(await codeOf(open(old, { query: '/?legacy=yes' }).list())).toBe('done')
      await old.close()
    })
  })
}
