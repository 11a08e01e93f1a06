// Understands what PAN-OS answers: pure, from XML to port types or to a catalogue error; called by the driver.
import { XMLParser } from 'fast-xml-parser'
import { AppError } from '../../../core/errors.js'
import type { BlockedAddress } from '../../../core/ports/firewall.js'
import { type DeviceAnswer, type DeviceWeb, refusal } from '../../shared/device-http.js'
import { misconfigured } from '../../shared/ssh-address.js'
import { canonicalFromDevice, isReference } from '../checked-order.js'
import { objectName } from './requests.js'

type Node = Readonly<Record<string, unknown>>

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  // No entities of a document's own: a device has no use for them, an attacker has.
  processEntities: false,
  isArray: name => ['entry', 'member', 'line'].includes(name),
})

export interface Said {
  /** `unchanged`: nothing to commit; `absent`: no such object. */
  readonly outcome: 'done' | 'unchanged' | 'absent'
  readonly response: Node
}

/** @throws DEVICE_MISCONFIGURED (key, rights), DEVICE_BUSY, DEVICE_UNREACHABLE, DEVICE_REFUSED */
export function understand(web: DeviceWeb, answer: DeviceAnswer): Said {
  const response = node(read(web, answer)['response'])
  const status = response['@status']
  const code = textOf(response['@code'])
  const words = textOf(response['msg'] ?? node(response['result'])['msg'])
  if (status === 'success') {
    if (code === '7') return { outcome: 'absent', response }
    if (/no changes to commit/i.test(words)) return { outcome: 'unchanged', response }
    return { outcome: 'done', response }
  }
  if (code === '7') return { outcome: 'absent', response }
  if (['16', '403', '401'].includes(code) || answer.status === 401 || answer.status === 403)
    throw misconfigured(web.device, '设备不接受登记的凭据或权限不足')
  // Another commit or a lock: the same request succeeds later.
  if (/commit (?:is )?(?:already )?in progress|another commit|commit is pending|locked|lock is held|try again/i.test(words))
    throw new AppError('DEVICE_BUSY', { device: web.device, answer: words.slice(0, 300) })
  throw refusal(web, answer, words || undefined)
}

/** The job's number of a commit that was taken. @throws DEVICE_REFUSED */
export function jobOf(web: DeviceWeb, { response }: Said): string {
  const job = node(response['result'])['job']
  if (typeof job !== 'string' || !/^\d{1,10}$/.test(job)) throw unreadable(web, JSON.stringify(response))
  return job
}

/** @throws DEVICE_REFUSED when the commit failed, with the device's reason */
export function jobState(web: DeviceWeb, { response }: Said): 'running' | 'done' {
  const job = node(node(response['result'])['job'])
  if (job['status'] !== 'FIN') {
    if (typeof job['status'] !== 'string') throw unreadable(web, JSON.stringify(response))
    return 'running'
  }
  if (job['result'] === 'OK') return 'done'
  throw new AppError('DEVICE_REFUSED', {
    device: web.device,
    answer: `commit ${String(job['result'])}: ${textOf(job['details']).slice(0, 300)}`,
  })
}

/** Objects of ours that carry the tag, in the running configuration. */
export function parseListing(web: DeviceWeb, { outcome, response }: Said, tag: string): readonly BlockedAddress[] {
  if (outcome === 'absent') return []
  const result = response['result']
  if (result === undefined) throw unreadable(web, JSON.stringify(response))
  const entries = list(node(node(result)['address'])['entry'])
  return entries.flatMap(each => {
    const entry = node(each)
    const ip = canonicalFromDevice(textOf(entry['ip-netmask']).replace(/\/(?:32|128)$/, ''))
    const tags = list(node(entry['tag'])['member']).map(textOf)
    if (ip === undefined || entry['@name'] !== objectName(ip) || !tags.includes(tag)) return []
    const reference = textOf(entry['description'])
    return [{ ip, ...(isReference(reference) && { reference }) }]
  })
}

function read(web: DeviceWeb, answer: DeviceAnswer): Node {
  let parsed: unknown
  try {
    parsed = parser.parse(answer.body)
  } catch {
    parsed = undefined
  }
  if (typeof parsed !== 'object' || parsed === null || !('response' in parsed)) {
    if (answer.status !== 200) throw refusal(web, answer)
    throw unreadable(web, answer.body)
  }
  return parsed
}

function unreadable(web: DeviceWeb, text: string): AppError {
  return new AppError('DEVICE_REFUSED', { device: web.device, answer: `unreadable: ${text.slice(0, 200)}` })
}

function node(value: unknown): Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value]
}

/** All text below a node. An element that others have marked carries attributes, and its text is then one level down. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textOf).join(' ').trim()
  return Object.entries(node(value))
    .filter(([name]) => !name.startsWith('@'))
    .map(([, inner]) => textOf(inner))
    .join(' ')
    .trim()
}
