// What every switch behind the port must do; run on each driver by the tests in adapters/switch.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Switch } from '../../core/ports/switch.js'
import { codeOf } from './firewall.js'

export interface SwitchUnderTest {
  readonly device: Switch
  /** The same kind of device where nobody answers. */
  readonly unreachable: Switch
  /** Switched on at the beginning. */
  readonly port: string
  /** Another one, which must not change. */
  readonly other: string
  /** Registered as never to be shut. */
  readonly never: string
  close(): Promise<void>
}

const hostile = ['', ' ', 'Gi0/0/1 ', 'Gi0/0/1\nreset', 'Gi0/0/1;x', '0/0/1', 'x'.repeat(100), '端口', 'range Gi0/0/1', '$(id)']

export function switchContract(name: string, make: () => Promise<SwitchUnderTest>): void {
  describe(`switch ${name}`, () => {
    let it_: SwitchUnderTest
    beforeAll(async () => {
      it_ = await make()
    })
    afterAll(() => it_?.close())

    it('plans without changing or even asking the device', async () => {
      const plan = await it_.device.plan(it_.port)
      expect(plan.join('\n')).toContain(it_.port)
      expect(await it_.unreachable.plan(it_.port)).toEqual(plan)
      expect(await it_.device.state(it_.port)).toMatchObject({ enabled: true })
    })

    it('shuts one port, twice without harm, and opens it again', async () => {
      await it_.device.shut(it_.port)
      await it_.device.shut(it_.port)
      expect(await it_.device.state(it_.port)).toMatchObject({ enabled: false })
      expect(await it_.device.state(it_.other)).toMatchObject({ enabled: true })

      await it_.device.open(it_.port)
      await it_.device.open(it_.port)
      expect(await it_.device.state(it_.port)).toMatchObject({ enabled: true })
    })

    it('does not shut what must never be shut', async () => {
      expect(await codeOf(it_.device.shut(it_.never))).toBe('ARGUMENT_INVALID')
      expect(await codeOf(it_.device.plan(it_.never))).toBe('ARGUMENT_INVALID')
      expect(await codeOf(it_.device.state(it_.never))).toBe('done')
    })

    it('says DEVICE_REFUSED for a port that is not there', async () => {
      expect(await codeOf(it_.device.state('Ethernet9/9/9'))).toBe('DEVICE_REFUSED')
      expect(await codeOf(it_.device.shut('Ethernet9/9/9'))).toBe('DEVICE_REFUSED')
    })

    it.each(hostile)('refuses the name %j before it touches the device', async port => {
      for (const call of [it_.unreachable.shut(port), it_.unreachable.open(port), it_.unreachable.state(port), it_.unreachable.plan(port)])
        expect(await codeOf(call)).toBe('ARGUMENT_INVALID')
    })

    it('says DEVICE_UNREACHABLE when nobody answers', async () => {
      expect(await codeOf(it_.unreachable.shut(it_.port))).toBe('DEVICE_UNREACHABLE')
      expect(await codeOf(it_.unreachable.state(it_.port))).toBe('DEVICE_UNREACHABLE')
    })
  })
}
