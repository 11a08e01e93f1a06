// Reads who asked for which name out of a look-up's event, and what was answered; used by the models of names.
import type { EcsEvent } from '../../events/event.js'

export interface DnsQuestion {
  /** Lower case, without the closing dot. */
  readonly name: string
  /** The client, or the machine that wrote the line. */
  readonly client: string
  /** Upper case; empty where not said. */
  readonly type: string
  /** The name does not exist; undefined where the answer is not told. */
  readonly missing: boolean | undefined
}

/** Undefined for what is no look-up. */
export function dnsQuestion(event: EcsEvent): DnsQuestion | undefined {
  const { dns } = event
  if (dns === undefined) return undefined
  const question = dns.question as { name?: unknown; type?: unknown } | undefined
  const name = question?.name
  if (typeof name !== 'string' || name.length < 4 || name.length > 253) return undefined
  const client = [event.source?.ip, event.host?.ip, event.host?.name].find(text => typeof text === 'string' && text !== '')
  if (client === undefined) return undefined
  const type = question?.type
  const code = dns['response_code']
  return {
    name: (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase(),
    client: client.slice(0, 64).toLowerCase(),
    type: typeof type === 'string' ? type.toUpperCase() : '',
    missing: code === undefined ? undefined : code === 'NXDOMAIN' || code === 3 || code === '3',
  }
}
