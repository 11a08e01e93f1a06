// Who was attacked and who attacks, as an event tells it; used by every model.
import type { EcsEvent } from '../../events/event.js'
import type { Hit } from '../hit.js'

type Victim = Hit['victim']

/** The attacked side: the destination where the event names one, else the machine that wrote the line, else the sender of the log. */
export function victimOf(event: EcsEvent): Victim {
  const ip = text(event.destination?.ip) ?? text(event.host?.ip)
  const host = text(event.host?.name) ?? text(event.destination?.domain) ?? text(event.destination?.address)
  if (ip !== undefined || host !== undefined) return party(ip, host)
  return party(text(event.observer?.['ip']), text(event.observer?.hostname))
}

/** The side a connection, look-up or file came from, when it is our own machine that does something wrong. */
export function originOf(event: EcsEvent): Victim {
  const ip = text(event.source?.ip)
  const host = text(event.source?.['domain']) ?? text(event.source?.address)
  return ip === undefined && host === undefined ? party(text(event.host?.ip), text(event.host?.name)) : party(ip, host)
}

/** One word for keys: never empty. */
export function nameOf(victim: Victim): string {
  return (victim.ip ?? victim.host ?? '-').toLowerCase()
}

function party(ip: string | undefined, host: string | undefined): Victim {
  return { ...(host === undefined ? {} : { host }), ...(ip === undefined ? {} : { ip }) }
}

/** JSON sources may put anything anywhere. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 255) : undefined
}
