// What is asked of FortiOS: pure, from checked values to requests; used by the driver for planning and acting alike.
import type { DeviceRequest } from '../../shared/device-http.js'
import type { AddressFamily, CheckedOrder } from '../checked-order.js'

export interface Place {
  readonly vdom: string
  readonly group: string
}

const PREFIX = 'GJ-'
const kinds = { 4: ['address', 'addrgrp', ''], 6: ['address6', 'addrgrp6', '6'] } as const

export function objectName(ip: string): string {
  return PREFIX + ip
}

/** The address an object of ours stands for, or undefined. */
export function addressOfName(name: string): string | undefined {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined
}

export function groupName({ group }: Place, family: AddressFamily): string {
  return group + kinds[family][2]
}

function request({ vdom }: Place, method: DeviceRequest['method'], path: string, body?: object, query = ''): DeviceRequest {
  return {
    method,
    path: `/api/v2/cmdb/firewall/${path}?vdom=${encodeURIComponent(vdom)}${query}`,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
}

const object = (ip: string, family: AddressFamily) => `${kinds[family][0]}/${encodeURIComponent(objectName(ip))}`
const members = (place: Place, family: AddressFamily) => `${kinds[family][1]}/${encodeURIComponent(groupName(place, family))}/member`

function content({ ip, family, reference }: CheckedOrder): object {
  const where = family === 4 ? { subnet: `${ip} 255.255.255.255` } : { ip6: `${ip}/128` }
  return { name: objectName(ip), ...where, comment: reference }
}

export function addObject(place: Place, order: CheckedOrder): DeviceRequest {
  return request(place, 'POST', kinds[order.family][0], content(order))
}

/** For an object that is there already. */
export function changeObject(place: Place, order: CheckedOrder): DeviceRequest {
  return request(place, 'PUT', object(order.ip, order.family), content(order))
}

export function addMember(place: Place, ip: string, family: AddressFamily): DeviceRequest {
  return request(place, 'POST', members(place, family), { name: objectName(ip) })
}

export function removeMember(place: Place, ip: string, family: AddressFamily): DeviceRequest {
  return request(place, 'DELETE', `${members(place, family)}/${encodeURIComponent(objectName(ip))}`)
}

export function removeObject(place: Place, ip: string, family: AddressFamily): DeviceRequest {
  return request(place, 'DELETE', object(ip, family))
}

/** With `q_ref`: how many places of the configuration use the group. */
export function readGroup(place: Place, family: AddressFamily): DeviceRequest {
  return request(place, 'GET', `${kinds[family][1]}/${encodeURIComponent(groupName(place, family))}`, undefined, '&with_meta=1')
}

export function readObjects(place: Place, family: AddressFamily): DeviceRequest {
  return request(place, 'GET', kinds[family][0], undefined, `&filter=name=@${PREFIX}&format=name|comment`)
}

/** What a person would read: no headers, so no token. */
export function shown({ method, path, body }: DeviceRequest): string {
  return `${method} ${decodeURIComponent(path)}${body === undefined ? '' : ` ${body}`}`
}
