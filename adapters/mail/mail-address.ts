// Checks addresses before they come near a header or an SMTP command, and masks them for logs; called by mailRoad.
import { domainToASCII } from 'node:url'
import { AppError } from '../../core/errors.js'

const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const domainLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Exactly one bare address, its domain as it stands in DNS; undefined for everything else. No display name, list, comment, quoted or
 * non-ASCII local part: nothing that two parsers could read differently.
 */
export function bareAddress(text: string): string | undefined {
  if (text.length > 254) return undefined
  const at = text.lastIndexOf('@')
  const local = text.slice(0, Math.max(at, 0))
  const given = text.slice(at + 1)
  if (local.length > 64 || !localPart.test(local) || !/^[\p{L}\p{N}\p{M}.-]+$/u.test(given)) return undefined
  const domain = domainToASCII(given)
  const labels = domain.split('.')
  // The last label of a name is never a number: that would be an IPv4 address.
  const named =
    labels.length > 1 && domain.length <= 253 && labels.every(label => domainLabel.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '')
  return named ? `${local}@${domain}` : undefined
}

/** @throws CHAT_REFUSED with code ADDRESS_INVALID; the address itself is not repeated */
export function checkedAddress(text: string): string {
  const address = bareAddress(text)
  if (address === undefined) throw new AppError('CHAT_REFUSED', { code: 'ADDRESS_INVALID' })
  return address
}

/** `bot@example.com` or `管家 <bot@example.com>`; undefined when the address is not one. */
export function readSender(text: string): { readonly name: string; readonly address: string } | undefined {
  const match = /^([^<>]{0,100})<([^<>]+)>$/.exec(text.trim())
  const address = bareAddress(match?.[2] ?? text.trim())
  const name = (match?.[1] ?? '').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"\\]/gu, '').trim()
  return address === undefined ? undefined : { name, address }
}

/** `c***@example.com`: enough to recognise, too little to collect. */
export function maskedAddress(address: string): string {
  return address.replace(/^(.).*@/, '$1***@')
}
