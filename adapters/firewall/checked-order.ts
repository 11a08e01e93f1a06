// The last check of what is about to be written to a device; every firewall driver calls it before it touches anything.
import ipaddr from 'ipaddr.js'
import { AppError } from '../../core/errors.js'
import type { BlockOrder } from '../../core/ports/firewall.js'

export type AddressFamily = 4 | 6

export interface CheckedOrder extends BlockOrder {
  readonly family: AddressFamily
}

/** Ten years: what a permanent block becomes on a device that counts down. */
export const MAX_TTL_SECONDS = 3650 * 86_400

const REFERENCE = /^[A-Za-z0-9-]{1,64}$/
/** Blocking these would cut the device's own feet or mean nothing; the guard in core refuses far more. */
const NEVER = new Set(['unspecified', 'loopback', 'multicast', 'broadcast', 'linkLocal'])

/**
 * The family of an address in canonical text. `::ffff:a.b.c.d` is refused: as an IPv6 element it would look blocked and stop nothing.
 * @throws ARGUMENT_INVALID for anything that is not exactly one canonical unicast address
 */
export function addressFamily(ip: string): AddressFamily {
  const family = familyOf(ip)
  if (family === undefined) throw invalid(ip, 'IP 地址', '203.0.113.7')
  return family
}

/** @throws ARGUMENT_INVALID */
export function checkedOrder(order: BlockOrder): CheckedOrder {
  const family = addressFamily(order.ip)
  if (typeof order.reference !== 'string' || !REFERENCE.test(order.reference))
    throw invalid(order.reference, '处置单号', 'DP-uni-202611-001')
  const { ttlSeconds } = order
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) throw invalid(ttlSeconds, '封禁秒数', '3600')
  return { ip: order.ip, reference: order.reference, ttlSeconds, family }
}

/** What a device keeps as comment may have been written by anyone; only our own kind of reference is passed on. */
export function isReference(text: unknown): text is string {
  return typeof text === 'string' && REFERENCE.test(text)
}

/** Canonical text of an address that a device printed, or undefined. */
export function canonicalFromDevice(text: string): string | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return text
  return text.includes(':') && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text).toRFC5952String() : undefined
}

function familyOf(ip: unknown): AddressFamily | undefined {
  if (typeof ip !== 'string' || ip.length > 45) return undefined
  if (ipaddr.IPv4.isValidFourPartDecimal(ip)) {
    const address = ipaddr.IPv4.parse(ip)
    return address.toString() === ip && !NEVER.has(address.range()) ? 4 : undefined
  }
  if (!ip.includes(':') || !ipaddr.IPv6.isValid(ip)) return undefined
  const address = ipaddr.IPv6.parse(ip)
  return address.toRFC5952String() === ip && !address.isIPv4MappedAddress() && !NEVER.has(address.range()) ? 6 : undefined
}

function invalid(value: unknown, what: string, example: string): AppError {
  const shown = (typeof value === 'string' || typeof value === 'number' ? String(value) : typeof value).slice(0, 80)
  return new AppError('ARGUMENT_INVALID', { value: shown, what, example })
}
