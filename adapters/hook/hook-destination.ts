// From the address somebody entered to the very IP addresses the connection may use; called by hookRoad before every message.
import { isIP } from 'node:net'
import { AppError } from '../../core/errors.js'
import { isAllowedAddress, isLoopbackAddress } from './address-guard.js'

export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>

export interface HookDestination {
  readonly url: URL
  readonly addresses: readonly ResolvedAddress[]
}

const maxAddressLength = 2048

/**
 * The name is resolved once and the connection goes to what was checked: asked twice, a name can answer differently.
 * @throws CHAT_REFUSED (ADDRESS_INVALID, HTTPS_REQUIRED, ADDRESS_FORBIDDEN), CHAT_UNREACHABLE (the name has no address now)
 */
export async function hookDestination(text: string, resolve: Resolve, allowPrivate: boolean): Promise<HookDestination> {
  const url = text.length <= maxAddressLength && URL.canParse(text) ? new URL(text) : undefined
  const fits = url && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === ''
  if (!fits) throw refused('ADDRESS_INVALID')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const family = isIP(host)
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }]
  if (addresses.length === 0) throw new AppError('CHAT_UNREACHABLE', { reason: 'ENOTFOUND' })
  // One bad answer among good ones is how a name is used to get in, so it spoils them all.
  if (!addresses.every(({ address }) => isAllowedAddress(address, allowPrivate))) throw refused('ADDRESS_FORBIDDEN')
  if (url.protocol === 'http:' && !addresses.every(({ address }) => isLoopbackAddress(address))) throw refused('HTTPS_REQUIRED')
  return { url, addresses }
}

const refused = (code: string) => new AppError('CHAT_REFUSED', { code })
