// What is said to nft: pure text made of constants and checked values; used by the driver for planning and acting alike.
import type { AddressFamily, CheckedOrder } from '../checked-order.js'

export const TABLE = 'inet guanjia'

/** Prerouting sees what comes to the device and what it forwards; output sees what the device itself sends. */
export const dropRules = {
  prerouting: ['ip saddr @blocked4', 'ip daddr @blocked4', 'ip6 saddr @blocked6', 'ip6 daddr @blocked6'],
  output: ['ip daddr @blocked4', 'ip6 daddr @blocked6'],
} as const

const sets = [
  `add table ${TABLE}`,
  `add set ${TABLE} blocked4 { type ipv4_addr; flags timeout; }`,
  `add set ${TABLE} blocked6 { type ipv6_addr; flags timeout; }`,
]

/** The chains are filled anew each time, in the same transaction, so that a rule taken away by hand comes back; the counter lives on. */
const chains = [
  `add counter ${TABLE} dropped`,
  ...Object.entries(dropRules).flatMap(([chain, rules]) => [
    `add chain ${TABLE} ${chain} { type filter hook ${chain} priority raw; policy accept; }`,
    `flush chain ${TABLE} ${chain}`,
    ...rules.map(rule => `add rule ${TABLE} ${chain} ${rule} counter name "dropped" drop`),
  ]),
]

/** One transaction. Adding before deleting makes the delete succeed whether or not the address was there. */
export function blockScript({ ip, family, reference, ttlSeconds }: CheckedOrder): readonly string[] {
  const element = `element ${TABLE} blocked${family}`
  return [
    ...sets,
    ...chains,
    `add ${element} { ${ip} }`,
    `delete ${element} { ${ip} }`,
    `add ${element} { ${ip} timeout ${nftDuration(ttlSeconds)} comment "${reference}" }`,
  ]
}

/** One transaction; does nothing to an address that is not there. */
export function unblockScript(ip: string, family: AddressFamily): readonly string[] {
  const element = `element ${TABLE} blocked${family}`
  return [...sets, `add ${element} { ${ip} }`, `delete ${element} { ${ip} }`]
}

/** nft refuses large numbers of seconds ("value too large"), not large numbers of days. */
export function nftDuration(seconds: number): string {
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ]
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join('')
}
