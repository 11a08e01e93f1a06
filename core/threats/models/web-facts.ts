// A web request as the models of web attacks need it, read from an untrusted event.
import type { EcsEvent } from '../../events/event.js'
import type { Hit } from '../hit.js'
import { hasCategory } from './event-facts.js'
import { nameOf, victimOf } from './parties.js'

export interface WebRequestFacts {
  readonly attackerIp: string
  readonly victim: Hit['victim']
  readonly victimName: string
  /** Without the query, as the server wrote it. */
  readonly path: string
  readonly original: string
  readonly method: string
  readonly status: number
  readonly bytes: number
  readonly agent: string
}

/** Undefined for what is no request to a web server, or has no client. Status and bytes are 0, texts empty, where not said. */
export function readWebRequest(event: EcsEvent): WebRequestFacts | undefined {
  const original = text(event.url?.original) || text(event.url?.path)
  if (original === '' || event.event.kind === 'alert') return undefined
  if (event.http === undefined && !hasCategory(event, 'web')) return undefined
  const attackerIp = text(event.source?.ip)
  if (attackerIp === '') return undefined
  const known = victimOf(event)
  const domain = text(event.url?.domain)
  const victim = nameOf(known) === '-' && domain !== '' ? { host: domain.slice(0, 255) } : known
  const mark = original.indexOf('?')
  return {
    attackerIp,
    victim,
    victimName: nameOf(victim),
    path: mark === -1 ? original : original.slice(0, mark),
    original,
    method: text(event.http?.request?.method).toUpperCase(),
    status: number(event.http?.response?.status_code),
    bytes: number(event.http?.response?.body?.bytes),
    agent: text(event.user_agent?.original),
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function number(value: unknown): number {
  const found = typeof value === 'number' || typeof value === 'string' ? Number(value) : 0
  return Number.isFinite(found) && found > 0 ? found : 0
}
