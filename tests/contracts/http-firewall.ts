// How every firewall driver over HTTP takes a device that misbehaves, and that no secret gets into what it throws or answers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAppError } from '../../core/errors.js'
import type { Firewall, FirewallDriver } from '../../core/ports/firewall.js'
import { openFirewall } from '../../adapters/firewall/open-firewall.js'
import type { WebDevice } from '../support/web-device.js'
import { aBlock, codeOf, firewallContract } from './firewall.js'

export interface HttpFirewallUnderTest {
  readonly driver: FirewallDriver
  /** A device that takes `credential` and nothing else, with nothing blocked. */
  readonly start: () => Promise<WebDevice>
  readonly credential: Readonly<Record<string, string>>
  /** After the origin: `/?vdom=uni`. */
  readonly suffix: string
  /** How the device answers when it does not know the credential. */
  readonly unauthorised: { readonly status: number; readonly body: string }
}

export function httpFirewallContract({ driver, start, credential, suffix, unauthorised }: HttpFirewallUnderTest): void {
  const secrets = Object.values(credential)
  const open = (origin: string, timeoutMilliseconds = 5000, with_: object = credential): Firewall =>
    openFirewall(driver, { address: `${origin}${suffix}`, credential: JSON.stringify(with_), timeoutMilliseconds })

  firewallContract(driver.id, async () => {
    const device = await start()
    return { can: driver.can, firewall: open(device.origin), unreachable: open('http://127.0.0.1:1'), close: () => device.close() }
  })

  describe(`${driver.id} when the device misbehaves`, () => {
    let device: WebDevice
    beforeAll(async () => {
      device = await start()
    })
    afterAll(() => device?.close())
    const calls = [
      ['block', (firewall: Firewall) => firewall.block(aBlock('203.0.113.7'))],
      ['unblock', (firewall: Firewall) => firewall.unblock('203.0.113.7')],
      ['list', (firewall: Firewall) => firewall.list()],
    ] as const
    const echo = secrets.join(' ')

    it.each(calls)('%s: each failure has its code and shows no secret', async (_, call) => {
      for (const [answer, code] of [
        [unauthorised, 'DEVICE_MISCONFIGURED'],
        [{ status: 403, body: `no ${echo}` }, 'DEVICE_MISCONFIGURED'],
        [{ status: 502, body: 'bad gateway' }, 'DEVICE_UNREACHABLE'],
        [{ status: 500, body: `internal error ${echo}` }, 'DEVICE_REFUSED'],
        [{ status: 302, body: 'elsewhere' }, 'DEVICE_REFUSED'],
        ['garbage', 'DEVICE_REFUSED'],
        ['drop', 'DEVICE_UNREACHABLE'],
      ] as const) {
        device.instead.splice(0, device.instead.length, answer)
        const error = await call(open(device.origin)).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )

        expect(isAppError(error) ? error.code : error, JSON.stringify(answer)).toBe(code)
        const said = `${String(error)} ${JSON.stringify(isAppError(error) ? error.facts : {})}`
        for (const secret of secrets) expect(said).not.toContain(secret)
      }
    })

    it('takes "later" for later', async () => {
      device.instead.splice(0, device.instead.length, ...Array.from({ length: 12 }, () => ({ status: 429, body: 'slow down' })))
      expect(await codeOf(open(device.origin).list())).toBe('DEVICE_BUSY')
      device.instead.length = 0
    })

    it('ends within its time-out when the device says nothing', async () => {
      device.instead.splice(0, device.instead.length, 'hang')
      expect(await codeOf(open(device.origin, 300).list())).toBe('DEVICE_UNREACHABLE')
    })

    it('shows no secret in what it plans, does, and keeps as receipt', async () => {
      device.instead.length = 0
      const firewall = open(device.origin)
      const said = JSON.stringify([
        await firewall.plan(aBlock('203.0.113.7')),
        await firewall.block(aBlock('203.0.113.7')),
        await firewall.unblock('203.0.113.7'),
      ])

      for (const secret of secrets) expect(said).not.toContain(secret)
    })

    it.each([
      ['ftp://h', credential],
      ['http://fw.example.edu', credential],
      ['https://u:p@fw.example.edu', credential],
      ['https://fw.example.edu/#x', credential],
      [`https://fw.example.edu/?nonsense=1`, credential],
      [`https://fw.example.edu${suffix}`, {}],
      [`https://fw.example.edu${suffix}`, { ...credential, certificateSha256: 'abc' }],
    ])('refuses the row %j', async (address, given) => {
      const connect = async () => openFirewall(driver, { address, credential: JSON.stringify(given), timeoutMilliseconds: 1000 })
      const error: unknown = await connect().catch((thrown: unknown) => thrown)

      expect(isAppError(error) ? error.code : error).toBe('DEVICE_MISCONFIGURED')
      for (const secret of secrets) expect(JSON.stringify(isAppError(error) ? error.facts : {})).not.toContain(secret)
    })
  })
}
