// The simulated firewall: the shared contract, its faults, and that other processes see the same rules.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aBlock, codeOf, firewallContract } from '../../../tests/contracts/firewall.js'
import { openFirewall } from '../open-firewall.js'
import { setSimulatedFault } from './faults.js'
import { makeSimulatedFirewall } from './index.js'

const newFolder = () => mkdtemp(join(tmpdir(), 'simulated-firewall-'))
const open = (folder: string, name = 'fw1', clock?: { now(): number }) =>
  openFirewall(makeSimulatedFirewall({ folder, ...(clock && { clock }) }), { address: `simulated:${name}`, timeoutMilliseconds: 1000 })

firewallContract('simulated', async () => {
  const folder = await newFolder()
  await setSimulatedFault(folder, 'dead', 'unreachable')
  return {
    can: makeSimulatedFirewall({ folder }).can,
    firewall: open(folder),
    unreachable: open(folder, 'dead'),
    close: () => rm(folder, { recursive: true }),
  }
})

describe('simulated firewall', () => {
  let folder: string
  beforeEach(async () => {
    folder = await newFolder()
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('keeps its rules for the next process, each device its own', async () => {
    await open(folder).block(aBlock('203.0.113.7'))

    expect(await open(folder).list()).toMatchObject([{ ip: '203.0.113.7' }])
    expect(await open(folder, 'fw2').list()).toEqual([])
  })

  it('claims a change that it did not make while it lies', async () => {
    const firewall = open(folder)
    await firewall.block(aBlock('203.0.113.7'))
    await setSimulatedFault(folder, 'fw1', 'lies')

    expect((await firewall.block(aBlock('203.0.113.8'))).answer).toBe('ok')
    expect((await firewall.unblock('203.0.113.7')).answer).toBe('ok')

    expect(await firewall.list()).toMatchObject([{ ip: '203.0.113.7' }])
  })

  it('fails as the switch says until it is turned back', async () => {
    const firewall = open(folder)

    await setSimulatedFault(folder, 'fw1', 'refuses')
    expect(await codeOf(firewall.block(aBlock('203.0.113.7')))).toBe('DEVICE_REFUSED')
    expect(await codeOf(firewall.list())).toBe('done')
    await setSimulatedFault(folder, 'fw1', 'busy')
    expect(await codeOf(firewall.unblock('203.0.113.7'))).toBe('DEVICE_BUSY')
    await writeFile(join(folder, 'fw1', 'fault'), 'nonsense')
    expect(await codeOf(firewall.block(aBlock('203.0.113.7')))).toBe('DEVICE_MISCONFIGURED')
    await setSimulatedFault(folder, 'fw1', null)
    expect(await codeOf(firewall.block(aBlock('203.0.113.7')))).toBe('done')
  })

  it('ends blocks by the clock it was given and clears them from disk a day later', async () => {
    let now = Date.parse('2026-11-24T00:00:00Z')
    const firewall = open(folder, 'fw1', { now: () => now })
    await firewall.block(aBlock('203.0.113.7', { ttlSeconds: 60 }))

    now += 59_000
    expect(await firewall.list()).toMatchObject([{ ip: '203.0.113.7', remainingSeconds: 1 }])
    now += 1000
    expect(await firewall.list()).toEqual([])
    expect(await readdir(join(folder, 'fw1'))).toHaveLength(1)
    now += 25 * 3600 * 1000
    expect(await firewall.list()).toEqual([])
    expect(await readdir(join(folder, 'fw1'))).toEqual([])
  })

  it.each(['simulated:', 'simulated:../x', 'simulated:a/b', 'simulated:.', 'simulated:a b', 'local:', `simulated:${'a'.repeat(65)}`])(
    'refuses the address %j',
    async address => {
      const connect = async () => openFirewall(makeSimulatedFirewall({ folder }), { address, timeoutMilliseconds: 1000 })

      expect(await codeOf(connect())).toBe('DEVICE_MISCONFIGURED')
    },
  )
})
