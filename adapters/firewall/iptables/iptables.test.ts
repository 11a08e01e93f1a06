// The iptables driver on real ipset and iptables: the shared contract in a namespace and over SSH, what is in force, and real packets.
import { describe, expect, it, beforeAll, afterAll } from 'vitest'
import { aBlock, codeOf, firewallContract } from '../../../tests/contracts/firewall.js'
import { makeNetns as makeCable, netnsAvailable, type Netns as Cable } from '../../../tests/support/netns.js'
import { makeNetns } from '../nftables/lab.js'
import { startSshLab } from '../nftables/ssh-lab.js'
import { openFirewall } from '../open-firewall.js'
import { iptables } from './index.js'
import { parseListing } from './parse.js'

const open = (address: string, credential?: string) =>
  openFirewall(iptables, { address, timeoutMilliseconds: 20_000, ...(credential !== undefined && { credential }) })
const { ok, reason } = netnsAvailable()
if (!ok) process.stderr.write(`WARNING: iptables is not tested on real namespaces: ${reason}\n`)

describe.skipIf(!ok)('iptables', () => {
  firewallContract('iptables in a namespace', async () => {
    const netns = await makeNetns()
    return { can: iptables.can, firewall: open(`netns:${netns.name}`), unreachable: open('netns:nobody-here'), close: netns.close }
  })

  describe('real packets', () => {
    let cable: Cable
    beforeAll(async () => {
      cable = await makeCable()
    })
    afterAll(() => cable?.remove())

    it('stops what comes from the address over SSH, lets others through, and lets it through again', async () => {
      const lab = await startSshLab()
      const firewall = open(`ssh://${lab.user}@127.0.0.1:${lab.port}/?netns=${cable.name}`, lab.credential)
      const { client, client6, other } = cable.addresses

      await firewall.block(aBlock(client))
      await firewall.block(aBlock(client6))
      expect(await cable.canReach(client)).toBe(false)
      expect(await cable.canReach(client6)).toBe(false)
      expect(await cable.canReach(other)).toBe(true)

      await firewall.unblock(client)
      await firewall.unblock(client6)
      expect(await cable.canReach(client)).toBe(true)
      expect(await cable.canReach(client6)).toBe(true)
      await lab.close()
    })

    it.each([
      ['an accept was put before ours', ['iptables', '-t', 'raw', '-I', 'PREROUTING', '1', '-j', 'ACCEPT']],
      ['the chain was emptied', ['iptables', '-t', 'raw', '-F', 'guanjia']],
      ['the jump was taken away', ['iptables', '-t', 'raw', '-D', 'OUTPUT', '-j', 'guanjia']],
    ])('shows nothing when %s, and the next block repairs it', async (_, [program = '', ...args]) => {
      const firewall = open(`netns:${cable.name}`)
      await firewall.block(aBlock('203.0.113.77'))
      await cable.exec(program, ...args)

      expect(await firewall.list()).toEqual([])

      await firewall.block(aBlock('203.0.113.77'))
      expect(await firewall.list()).toMatchObject([{ ip: '203.0.113.77' }])
      await firewall.unblock('203.0.113.77')
    })
  })
})

describe('what iptables answers', () => {
  it.each(['nonsense', '== guanjia4\nnot a set'])('refuses to understand %j', async text => {
    expect(await codeOf(Promise.resolve().then(() => parseListing('fw', text)))).toBe('DEVICE_REFUSED')
  })
})
