// An observation as the register takes it: what a patrol saw (observation.ts), and what tables, clouds and collectors know besides. Called by register.ts.
import ipaddr from 'ipaddr.js'
import type { KeyKind } from './asset.js'
import type { AssetObservation } from './observation.js'

export interface Observed extends AssetObservation {
  /** Which of several networks with the same private addresses; absent: the only one. */
  readonly segment?: string
  /** Instance id of a cloud. */
  readonly cloudId?: string
  readonly serial?: string
  readonly os?: string
  /** `server`, `network`, `printer`, … in the words of the source. */
  readonly kind?: string
  /** Where it is plugged in: `核心-GE1/0/7`. */
  readonly place?: string
  /** Ports that answered that nothing listens. Silence is no answer and is not listed. */
  readonly closed?: readonly { readonly port: number; readonly protocol: string }[]
}

export interface SightingSource {
  /** Shown as where a field is known from. */
  readonly from: string
  readonly by: string
  /** A table of one's own: what it names is no discovery, and nobody is asked whose it is. */
  readonly declared?: boolean
}

/** Source of a field a person has set in the chat. */
export const PERSON = '人工'

export interface Key {
  readonly kind: KeyKind
  readonly value: string
}

/** Everything it can be recognised by; what several machines share by design is left out. */
export function keysOf(seen: Observed): Key[] {
  const mac = normalMac(seen.mac ?? '')
  const given: [KeyKind, string][] = [
    ['cloud', clean(seen.cloudId)],
    ['serial', serialOf(seen.serial)],
    ['mac', mac ?? ''],
    ['hostkey', clean(seen.hostKey)],
    ['certificate', clean(seen.certificate).toLowerCase()],
    ['address', seen.address === '' ? '' : addressKey(seen.address, seen.segment)],
  ]
  return given.filter(([, value]) => value !== '').map(([kind, value]) => ({ kind, value: value.slice(0, 200) }))
}

export const addressKey = (address: string, segment = ''): string => `${segment}|${normalAddress(address) ?? address}`

/** IPv4 in IPv6 as IPv4, IPv6 in its shortest form. Undefined for what is no address. */
export function normalAddress(text: string): string | undefined {
  return ipaddr.isValid(text) && (!text.includes('.') || text.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(text))
    ? ipaddr.process(text).toString()
    : undefined
}

/**
 * Lower case with colons. Undefined for what is no MAC, and for those many machines answer with: groups, zero, virtual routers
 * (VRRP and HSRP: RFC 5798 section 7.3, RFC 2281 section 5.1), and made-up ones of phones (the locally administered bit), save those of
 * virtual machines and containers, which keep theirs.
 */
export function normalMac(text: string): string | undefined {
  const hex = text.toLowerCase().replaceAll(/[^0-9a-f]/g, '')
  if (hex.length !== 12 || /[^0-9a-f:.\-\s]/i.test(text)) return undefined
  const first = parseInt(hex.slice(0, 2), 16)
  if ((first & 1) === 1 || hex === '000000000000' || /^(?:00005e0001|00005e0002|00000c07ac)/.test(hex)) return undefined
  if ((first & 2) === 2 && !/^(?:525400|0242|02:42)/.test(hex)) return undefined
  return hex.match(/../g)?.join(':')
}

const clean = (text: string | null | undefined): string => (text ?? '').trim()

/** Makers leave the same words in millions of machines. */
function serialOf(text: string | undefined): string {
  const serial = clean(text)
  return serial.length < 4 || /^(?:to be filled|default|system serial|none|n\/?a|unknown|not specified|0+$|1234|x+$)/i.test(serial)
    ? ''
    : serial
}
