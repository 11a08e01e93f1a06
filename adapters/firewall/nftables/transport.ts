// The two programs nft and conntrack on the device; used by the nftables driver only.
import { type Answer, makeLinuxRun } from '../../shared/linux-run.js'
import type { AddressFamily } from '../checked-order.js'
import type { NftablesConfig } from './address.js'

export type { Answer } from '../../shared/linux-run.js'

export interface Transport {
  /** Runs nft with constant arguments; what varies goes in by standard input. @throws DEVICE_UNREACHABLE, DEVICE_MISCONFIGURED, DEVICE_REFUSED */
  nft(args: readonly string[], stdin: string, timeoutMilliseconds: number): Promise<Answer>
  /** Deletes the connections of an address from the tracking table, both directions. Same errors. */
  forgetFlows(ip: string, family: AddressFamily, timeoutMilliseconds: number): Promise<Answer>
}

/** A constant program: the address is read from standard input and expanded as one quoted word. */
const FORGET = 'IFS= read -r ip; conntrack -D -f "$1" -s "$ip"; conntrack -D -f "$1" -d "$ip"'

/** @param path where local programs are looked for; absent: the usual system folders */
export function makeTransport(config: NftablesConfig, path?: string): Transport {
  const run = makeLinuxRun(config, path)
  return {
    nft: (args, stdin, timeout) => run(['nft', ...args], stdin, timeout),
    forgetFlows: (ip, family, timeout) => run(['sh', '-c', FORGET, 'sh', `ipv${family}`], `${ip}\n`, timeout),
  }
}
