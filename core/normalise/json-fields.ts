// Brings foreign JSON fields to the names and types of our event; called by the JSON parser on its own clean copy.
import { canonicalIp, portNumber } from './address.js'
import { isObject } from './merge-draft.js'

type Fields = Record<string, unknown>

/** ECS objects, and where a plain value found in their place belongs. */
const OBJECTS: Readonly<Record<string, string>> = {
  event: 'action',
  observer: 'name',
  host: 'name',
  source: 'address',
  destination: 'address',
  user: 'name',
  process: 'name',
  http: 'version',
  url: 'original',
  user_agent: 'original',
  log: 'message',
  dns: 'name',
  file: 'name',
}

const ALIASES: readonly (readonly [path: readonly [string, string], kind: 'ip' | 'port' | 'text', names: readonly string[]])[] = [
  [
    ['source', 'ip'],
    'ip',
    [
      'src_ip',
      'srcip',
      'srcIp',
      'sip',
      'client_ip',
      'clientip',
      'clientIp',
      'remote_addr',
      'remote_ip',
      'source_ip',
      'sourceIp',
      'src',
      'ip',
    ],
  ],
  [['source', 'port'], 'port', ['src_port', 'srcport', 'srcPort', 'sport', 'client_port', 'remote_port', 'source_port']],
  [['destination', 'ip'], 'ip', ['dst_ip', 'dstip', 'dstIp', 'dip', 'dest_ip', 'destination_ip', 'server_ip', 'dst', 'dest']],
  [['destination', 'port'], 'port', ['dst_port', 'dstport', 'dstPort', 'dport', 'dest_port', 'destination_port', 'server_port']],
  [['user', 'name'], 'text', ['username', 'user_name', 'userName', 'usr', 'account', 'login']],
  [['host', 'name'], 'text', ['hostname', 'host_name', 'computer', 'Computer']],
  [['log', 'level'], 'text', ['level', 'severity', 'loglevel', 'log_level']],
  [['event', 'action'], 'text', ['action', 'event_action']],
]

/** Objects where ECS has objects, real addresses in `ip`, numbers in `port`; what does not fit is kept beside, never dropped. */
export function settleTypes(fields: Fields): void {
  for (const [name, key] of Object.entries(OBJECTS)) {
    const value = fields[name]
    if (value === undefined || isObject(value)) continue
    fields[name] = typeof value === 'string' || typeof value === 'number' ? { [key]: String(value) } : { values: value }
  }
  const event = isObject(fields['event']) ? fields['event'] : {}
  fields['event'] = event
  for (const name of ['category', 'type']) {
    const value = event[name]
    if (value === undefined) continue
    event[name] = (Array.isArray(value) ? value : [value]).filter(item => typeof item === 'string')
  }
  if (event['action'] !== undefined && typeof event['action'] !== 'string') event['action'] = JSON.stringify(event['action'])
  if (event['outcome'] !== undefined && !['success', 'failure', 'unknown'].includes(event['outcome'] as string)) delete event['outcome']
  for (const [name, keys] of TEXTS) settleTexts(fields[name], keys)
  settleHttp(fields['http'])
  for (const name of ['source', 'destination', 'host']) settleEnd(fields[name])
  for (const name of ['user', 'process', 'host']) settleName(fields[name])
}

/** Text where the event type promises text. */
const TEXTS: readonly (readonly [object: string, keys: readonly string[]])[] = [
  ['url', ['original', 'path', 'query', 'domain', 'full']],
  ['user_agent', ['original']],
  ['observer', ['vendor', 'product', 'hostname']],
  ['source', ['address']],
  ['destination', ['address', 'domain']],
  ['http', ['version']],
]

function settleTexts(object: unknown, keys: readonly string[]): void {
  if (!isObject(object)) return
  for (const key of keys) {
    const value = object[key]
    if (value !== undefined && typeof value !== 'string') object[key] = JSON.stringify(value)
  }
}

function settleHttp(http: unknown): void {
  if (!isObject(http)) return
  for (const name of ['request', 'response']) if (http[name] !== undefined && !isObject(http[name])) http[name] = { value: http[name] }
  settleTexts(http['request'], ['method', 'referrer'])
  const response = http['response']
  if (!isObject(response) || response['status_code'] === undefined) return
  const status = Number(response['status_code'])
  if (Number.isInteger(status) && status >= 0 && status <= 999) response['status_code'] = status
  else delete response['status_code']
}

function settleEnd(end: unknown): void {
  if (!isObject(end)) return
  const claimed = end['ip'] ?? end['address']
  const ip = (Array.isArray(claimed) ? claimed : [claimed]).map(canonicalIp).find(address => address !== undefined)
  if (ip === undefined && end['ip'] !== undefined) end['address'] ??= typeof end['ip'] === 'string' ? end['ip'] : JSON.stringify(end['ip'])
  delete end['ip']
  if (ip !== undefined) end['ip'] = ip
  const port = portNumber(end['port'])
  delete end['port']
  if (port !== undefined) end['port'] = port
}

function settleName(object: unknown): void {
  if (!isObject(object)) return
  const { name, pid } = object
  if (name !== undefined && typeof name !== 'string') object['name'] = JSON.stringify(name)
  if (pid !== undefined) {
    const number = typeof pid === 'string' && /^\d{1,10}$/.test(pid) ? Number(pid) : pid
    delete object['pid']
    if (typeof number === 'number' && Number.isSafeInteger(number)) object['pid'] = number
  }
}

/** Adds ECS fields for names other schemas use; the sender's own fields stay, an ECS field that is there wins. */
export function addAliases(fields: Fields): void {
  for (const [[object, key], kind, names] of ALIASES) {
    const target = fields[object]
    if (isObject(target) && target[key] !== undefined) continue
    for (const name of names) {
      const value = kind === 'ip' ? canonicalIp(fields[name]) : kind === 'port' ? portNumber(fields[name]) : plainText(fields[name])
      if (value === undefined) continue
      if (isObject(target)) target[key] = value
      else fields[object] = { [key]: value }
      break
    }
  }
  const message = plainText(fields['message']) ?? plainText(fields['msg'])
  if (message !== undefined) fields['message'] = message
  else if (fields['message'] !== undefined) fields['message'] = JSON.stringify(fields['message'])
}

function plainText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined
}
