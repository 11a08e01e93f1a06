// The one place that decides whether an address may be blocked for a tenant, asked at the proposal and again right before the act.
import ipaddr from 'ipaddr.js'
import { AppError } from '../errors.js'
import type { Device, Tenant } from '../tenants/tenant.js'

export const MIN_SECONDS = 60
export const MAX_SECONDS = 30 * 86_400
/** domain.md 11.2 guard rail 2: beyond it two sign. */
export const BLOCKS_PER_HOUR = 200
/** The same, of one batch: what is asked for within a minute. */
export const BLOCKS_AT_ONCE = 50

/** Canonical text of a public address. @throws ARGUMENT_INVALID, IP_NOT_PUBLIC */
export function publicAddress(text: string): string {
  const valid = text.includes(':') ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text)
  if (!valid) throw new AppError('ARGUMENT_INVALID', { value: text.slice(0, 64), what: '地址', example: '封禁 203.0.113.7 12h' })
  const address = ipaddr.process(text)
  // Public IPv6 is 2000::/3 (RFC 4291); the library calls much of the unassigned rest unicast, and lets a zone (`%eth0`) pass.
  if (address instanceof ipaddr.IPv6 && (address.zoneId !== undefined || !contains('2000::/3', address)))
    throw new AppError('IP_NOT_PUBLIC', { ip: address.toString() })
  // The documentation networks (RFC 5737, RFC 3849) are "reserved" but stand for public addresses in drills and demos.
  if (address.range() !== 'unicast' && !isDocumentation(address)) throw new AppError('IP_NOT_PUBLIC', { ip: address.toString() })
  return address.toString()
}

const documentation = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32']

function isDocumentation(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return documentation.some(network => contains(network, address))
}

export function contains(network: string, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  const [base, bits] = network.includes('/')
    ? ipaddr.parseCIDR(network)
    : ([ipaddr.parse(network), network.includes(':') ? 128 : 32] as const)
  return base.kind() === address.kind() && address.match(base, bits)
}

export interface GuardInput {
  readonly tenant: Tenant
  readonly target: string
  readonly seconds: number
  readonly device: Device | undefined
  /** What all of the tenant's devices protect: its own networks. */
  readonly ownNetworks: readonly string[]
  /** Whose the address is, where that is known. */
  readonly whose?: { readonly words: string; readonly effect?: 'shared' | 'never' } | undefined
}

/** Addresses that are never blocked anywhere: resolvers whose loss takes a customer off the net. */
const alwaysProtected: readonly { network: string; why: string }[] = [
  { network: '223.5.5.5', why: '公共 DNS' },
  { network: '223.6.6.6', why: '公共 DNS' },
  { network: '119.29.29.29', why: '公共 DNS' },
  { network: '114.114.114.114', why: '公共 DNS' },
  { network: '8.8.8.8', why: '公共 DNS' },
  { network: '1.1.1.1', why: '公共 DNS' },
]

/** @throws NOTIFY_ONLY, ARGUMENT_INVALID, IP_NOT_PUBLIC, ADDRESS_PROTECTED, DURATION_OUT_OF_RANGE, NO_DEVICE */
export function checkBlock({ tenant, target, seconds, device, ownNetworks, whose }: GuardInput): void {
  if (tenant.authorizationMode === 'notify') throw new AppError('NOTIFY_ONLY')
  const ip = publicAddress(target)
  const address = ipaddr.parse(ip)
  const own = ownNetworks.map(network => ({ network, why: '本单位自己的网段' }))
  const hit = [...alwaysProtected, ...tenant.settings.protectedAddresses, ...own].find(item => contains(item.network, address))
  if (hit) throw new AppError('ADDRESS_PROTECTED', { ip, why: hit.why })
  if (whose?.effect === 'never') throw new AppError('ADDRESS_PROTECTED', { ip, why: whose.words })
  if (!(seconds >= MIN_SECONDS && seconds <= MAX_SECONDS)) throw new AppError('DURATION_OUT_OF_RANGE', { min: '1 分钟', max: '30 天' })
  if (!device) throw new AppError('NO_DEVICE')
}

/** @throws NOTIFY_ONLY, ADDRESS_PROTECTED, NOT_FOUND, DURATION_OUT_OF_RANGE */
export function checkIsolation({
  tenant,
  target,
  seconds,
  ownNetworks,
}: Pick<GuardInput, 'tenant' | 'target' | 'seconds' | 'ownNetworks'>): void {
  if (tenant.authorizationMode === 'notify') throw new AppError('NOTIFY_ONLY')
  if (ipaddr.isValid(target)) {
    const address = ipaddr.process(target)
    const hit = tenant.settings.protectedAddresses.find(item => contains(item.network, address))
    if (hit) throw new AppError('ADDRESS_PROTECTED', { ip: target, why: hit.why })
    if (!ownNetworks.some(network => contains(network, address))) throw new AppError('NOT_FOUND', { what: `本单位网段里的 ${target}` })
  }
  if (!(seconds >= MIN_SECONDS && seconds <= MAX_SECONDS)) throw new AppError('DURATION_OUT_OF_RANGE', { min: '1 分钟', max: '30 天' })
}
