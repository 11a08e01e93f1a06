// An indicator's canonical value as the few bytes an index keeps, and back; used by index-builder.ts and indicator-index.ts.
import ipaddr from 'ipaddr.js'
import type { IndicatorType } from './indicator.js'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** @param value canonical (canonical-value.ts) */
export function keyBytes(type: IndicatorType, value: string): Uint8Array {
  switch (type) {
    case 'ipv4':
    case 'ipv6':
      return Uint8Array.from(ipaddr.parse(value).toByteArray())
    case 'ipv4:port':
    case 'ipv6:port': {
      const colon = value.lastIndexOf(':')
      const port = Number(value.slice(colon + 1))
      const bytes = ipaddr.parse(value.slice(0, colon).replace(/^\[|\]$/g, '')).toByteArray()
      return Uint8Array.from([...bytes, port >> 8, port & 255])
    }
    case 'cidr': {
      const [address, length] = ipaddr.parseCIDR(value)
      return Uint8Array.from([length, ...address.toByteArray()])
    }
    case 'md5':
    case 'sha1':
    case 'sha256':
      return hexBytes(value)
    case 'domain':
    case 'url':
      return encoder.encode(value)
  }
}

export function hexBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2)
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

export function keyText(type: IndicatorType, key: Uint8Array): string {
  switch (type) {
    case 'ipv4':
    case 'ipv6':
      return addressText(key)
    case 'ipv4:port':
      return `${addressText(key.subarray(0, -2))}:${portOf(key)}`
    case 'ipv6:port':
      return `[${addressText(key.subarray(0, -2))}]:${portOf(key)}`
    case 'cidr':
      return `${addressText(key.subarray(1))}/${key[0]!}`
    case 'md5':
    case 'sha1':
    case 'sha256':
      return [...key].map(byte => byte.toString(16).padStart(2, '0')).join('')
    case 'domain':
    case 'url':
      return decoder.decode(key)
  }
}

function addressText(bytes: Uint8Array): string {
  const address = ipaddr.fromByteArray([...bytes])
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString()
}

const portOf = (key: Uint8Array): number => (key.at(-2)! << 8) | key.at(-1)!
