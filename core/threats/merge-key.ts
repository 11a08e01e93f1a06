// What makes two hits the same story: tenant, event type, victim, attacker's network (domain.md 18.2); for alerts of other products their own
// identity, for the internet's scanning the day in the tenant's zone.
import ipaddr from 'ipaddr.js'
import { localDay } from '../tenants/local-time.js'
import type { Hit } from './hit.js'
import { compareSeverity } from './terms.js'

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

/** What is ours, whoever writes it: a scan from there is somebody inside. */
const INSIDE = new Set(['private', 'uniqueLocal', 'loopback', 'linkLocal', 'carrierGradeNat'])

/**
 * The noise of the internet: probing from outside that got nowhere. It is never told one by one (domain.md 18.2), and its sources and targets
 * are without number, so a day of it is one story. What succeeded, is grave, comes from inside, or another product judged is none.
 */
export function isScanNoise(hit: Hit): boolean {
  const ip = hit.attacker?.ip
  if (hit.eventType !== 'scan_probe' || hit.attackResult === 'success' || hit.fingerprint !== undefined) return false
  return compareSeverity(hit.severity, 'high') < 0 && ip !== undefined && ipaddr.isValid(ip) && !INSIDE.has(ipaddr.process(ip).range())
}

function victimKey(hit: Hit): string {
  return (hit.victim.ip ?? hit.victim.host ?? '-').toLowerCase().slice(0, 128)
}

/** Alerts of one attacker network on one victim belong to one incident; so do all alerts of one rule of another product on one victim. */
export function groupKey(hit: Hit, zone: string): string {
  if (isScanNoise(hit)) return `scan-noise|${localDay(hit.at, zone)}`
  if (hit.fingerprint !== undefined) return `${victimKey(hit)}|external:${hit.ruleId.slice(0, 128)}`
  return `${victimKey(hit)}|${attackerNetwork(hit.attacker?.ip)}`
}

export function mergeKey(hit: Hit, zone: string): string {
  if (hit.fingerprint !== undefined) return `${hit.eventType}|${hit.fingerprint}`
  return `${hit.eventType}|${groupKey(hit, zone)}`
}
