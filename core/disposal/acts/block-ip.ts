// Blocking an address on a firewall; made by acts/index.ts.
import type { Firewall } from '../../ports/firewall.js'
import type { Disposal } from '../disposal.js'
import type { Act } from './act.js'
import type { SharedListing } from './shared-listing.js'

type Listing = Awaited<ReturnType<Firewall['list']>>

export function blockIp(firewall: Firewall, { target, number, seconds }: Disposal, listing: SharedListing<Listing>): Act {
  return {
    perform: (_, secondsLeft) => firewall.block({ ip: target, reference: number, ttlSeconds: secondsLeft ?? seconds }),
    async look() {
      const holds = (await listing.fresh(() => firewall.list())).some(item => item.ip === target)
      return { holds, answer: holds ? `${target} 在设备的封禁列表里` : `${target} 不在设备的封禁列表里` }
    },
    undo: () => firewall.unblock(target),
  }
}

export async function isListed(firewall: Firewall, ip: string): Promise<boolean> {
  return (await firewall.list()).some(item => item.ip === ip)
}
