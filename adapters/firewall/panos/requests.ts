// What is asked of PAN-OS: pure, from checked values to form fields; used by the driver for planning and acting alike.
import type { CheckedOrder } from '../checked-order.js'

export type Form = Readonly<Record<string, string>>

interface Place {
  readonly vsys: string
  readonly tag: string
  readonly admin: string
}

const PREFIX = 'GJ-'

/** Names of objects hold letters, digits, dots, hyphens and underscores: a colon of IPv6 becomes an underscore. */
export function objectName(ip: string): string {
  return PREFIX + ip.replaceAll(':', '_')
}

function addresses({ vsys }: Place): string {
  return `/config/devices/entry[@name='localhost.localdomain']/vsys/entry[@name='${vsys}']/address`
}

export function setObject(place: Place, { ip, reference }: CheckedOrder): Form {
  const xpath = `${addresses(place)}/entry[@name='${objectName(ip)}']`
  const element = `<ip-netmask>${ip}</ip-netmask><description>${reference}</description><tag><member>${place.tag}</member></tag>`
  // `edit` puts exactly this in the place of what may be there.
  return { type: 'config', action: 'edit', xpath, element: `<entry name='${objectName(ip)}'>${element}</entry>` }
}

export function deleteObject(place: Place, ip: string): Form {
  return { type: 'config', action: 'delete', xpath: `${addresses(place)}/entry[@name='${objectName(ip)}']` }
}

/** `show` reads the running configuration: what was committed. */
export function showObjects(place: Place): Form {
  return { type: 'config', action: 'show', xpath: addresses(place) }
}

export function commit({ admin }: Place): Form {
  return { type: 'commit', action: 'partial', cmd: `<commit><partial><admin><member>${admin}</member></admin></partial></commit>` }
}

export function showJob(id: string): Form {
  return { type: 'op', cmd: `<show><jobs><id>${id}</id></jobs></show>` }
}

/** What a person would read. */
export function shown(form: Form): string {
  return Object.entries(form)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}
