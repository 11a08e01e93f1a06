// The main story on every kind of installation: one process on SQLite; MariaDB and Redis with two workers; a real firewall with real packets.
import { afterEach, describe, expect, it } from 'vitest'
import { campus } from '../support/campus.js'
import { startProduct, type Product } from '../support/product.js'
import { makeNetns, netnsAvailable, type Netns } from '../support/servers.js'
import { playStory } from './story.js'

let product: Product | undefined
let net: Netns | undefined
afterEach(async () => {
  await product?.stop()
  await net?.remove()
  product = net = undefined
})

describe('from the attack in the log to the daily report', () => {
  it('is played to its end in one process on SQLite', async () => {
    product = await startProduct({ mode: 'embedded', declaration: campus() })

    await playStory(product, '203.0.113.7')
  }, 120_000)

  it('is played to its end on MariaDB and Redis with two workers', async () => {
    product = await startProduct({ mode: 'split', declaration: campus() })

    await playStory(product, '203.0.113.7')
    expect(product.processes.map(item => item.name).sort()).toEqual(['main', 'sandbox', 'worker-1', 'worker-2'])
  }, 180_000)

  const packets = netnsAvailable()
  if (!packets.ok) console.warn(`SKIPPED: real packets against nftables: ${packets.reason}`)
  it.skipIf(!packets.ok)(
    'stops real packets with nftables and lets them pass again',
    async () => {
      net = await makeNetns()
      const { name, addresses } = net
      product = await startProduct({
        mode: 'embedded',
        declaration: campus({ firewall: { kind: 'nftables', address: `netns:${name}` } }),
      })
      const reach = (from: string) => net!.canReach(from)
      expect(await reach(addresses.client)).toBe(true)

      await playStory(product, addresses.client, {
        blocked: async () => {
          expect(await reach(addresses.client)).toBe(false)
          expect(await reach(addresses.other)).toBe(true)
        },
        lifted: async () => expect(await reach(addresses.client)).toBe(true),
      })
    },
    120_000,
  )
})
