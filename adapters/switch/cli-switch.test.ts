// The switch drivers that type, on a real SSH server that answers like VRP and Comware: the shared contract, and what makes trouble.
import { describe, expect, it } from 'vitest'
import { codeOf } from '../../tests/contracts/firewall.js'
import { switchContract } from '../../tests/contracts/switch.js'
import { startCliDevice } from '../../tests/support/cli-device.js'
import { openDevice } from '../shared/open-device.js'
import { comware } from './comware/index.js'
import { vrp } from './vrp/index.js'

const ports = ['GigabitEthernet0/0/1', 'GigabitEthernet0/0/2', 'XGigabitEthernet0/0/1']

describe.each([
  ['vrp', vrp],
  ['comware', comware],
] as const)('%s', (vendor, driver) => {
  const start = () => startCliDevice({ vendor, ports, name: 'SW-1-access' })
  const open = (device: { port: number; user: string; credential: string }) =>
    openDevice(driver, {
      address: `ssh://${device.user}@127.0.0.1:${device.port}/?never=XGigabitEthernet0/0/1`,
      credential: device.credential,
      timeoutMilliseconds: 10_000,
    })
  switchContract(vendor, async () => {
    const device = await start()
    return {
      device: open(device),
      unreachable: open({ ...device, port: 1 }),
      port: ports[0]!,
      other: ports[1]!,
      never: ports[2]!,
      close: () => device.close(),
    }
  })

  it('believes the state it reads, not the silence after the command', async () => {
    const device = await start()
    device.faults.lies = true

    expect(await codeOf(open(device).shut(ports[0]!))).toBe('DEVICE_REFUSED')
    expect(device.state.ports.get(ports[0]!)).toBe(false)
    await device.close()
  })

  it('never says shutdown outside of the view of the port', async () => {
    const device = await start()
    device.faults.refuses = 'interface'

    expect(await codeOf(open(device).shut(ports[0]!))).toBe('DEVICE_REFUSED')
    expect(device.typed).not.toContain('shutdown')
    await device.close()
  })
})
