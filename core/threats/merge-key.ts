// What makes two hits the same story: tenant, event type, victim, attacker's network (domain.md 18.2); for alerts of other products their own identity.
import ipaddr from 'ipaddr.js'
import type { Hit } from './hit.js'

/** The /24 of an IPv4, the /48 of an IPv6 address; `-` without an attacker. */
export function attackerNetwork(ip: string | undefined): string {
  if (!ip || !ipaddr.isValid(ip)) return '-'
  const address = ipaddr.process(ip)
  if (address.kind() === 'ipv4') return `${address.toString().split('.').slice(0, 3).join('.')}.0/24`
  return `${(address as ipaddr.IPv6).parts
    .slice(0, 3)
    .map(part => part.toString(16))
    .join(':')}::/48`
}

function victimKey(hit: Hit): string {
  return (hit.victim.ip ?? hit.victim.host ?? '-').toLowerCase().slice(0, 128)
}

/** Alerts of one attacker network on one victim belong to one incident; so do all alerts of one rule of another product on one victim. */
export function groupKey(hit: Hit): string {
  if (hit.fingerprint !== undefined) return `${victimKey(hit)}|external:${hit.ruleId.slice(0, 128)}`
  return `${victimKey(hit)}|${attackerNetwork(hit.attacker?.ip)}`
}

export function mergeKey(hit: Hit): string {
  if (hit.fingerprint !== undefined) return `${hit.eventType}|${hit.fingerprint}`
  return `${hit.eventType}|${groupKey(hit)}`
}
