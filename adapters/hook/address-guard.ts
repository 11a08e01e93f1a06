// Which addresses a hook may lead to, so that a customer's entry cannot make us knock at our own doors; called by hookRoad.
import ipaddr from 'ipaddr.js'

/** Ours only where the operator says so: a gateway in the same data centre. */
const insideRanges = new Set(['private', 'uniqueLocal', 'carrierGradeNat', 'loopback'])
/** Clouds answer here with the machine's credentials; no gateway lives there, so not even `allowPrivate` opens them. */
const metadata = new Set(['100.100.100.200', 'fd00:ec2::254', '168.63.129.16'])
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/** Link-local, multicast, reserved and tunnelled addresses are refused always; what is not known to be allowed is refused. */
export function isAllowedAddress(text: string, allowPrivate: boolean): boolean {
  if (!ipaddr.isValid(text)) return false
  // ::ffff:10.0.0.1 is 10.0.0.1
  const address = ipaddr.process(text)
  if (metadata.has(address.toString())) return false
  const range = address.range()
  if (range === 'unicast') return address instanceof ipaddr.IPv4 || address.match(globalUnicast)
  return allowPrivate && insideRanges.has(range)
}

export function isLoopbackAddress(text: string): boolean {
  return ipaddr.isValid(text) && ipaddr.process(text).range() === 'loopback'
}
