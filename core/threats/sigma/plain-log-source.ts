// Tells the Sigma log source of a bare JSON event from its own fields, for events no parser of ours has read. Used by field-mapping.ts.
import type { EventLogSource, SigmaEvent } from './rule.js'
import { windowsView } from './windows-log-source.js'

type Fields = Readonly<Record<string, unknown>>

/** What gives a product's log away: keys that are all there (a dot leads into an object), and what it is called in rules. */
const SIGNS: readonly { readonly keys: readonly string[]; readonly source: (own: Fields) => EventLogSource | undefined }[] = [
  { keys: ['eventSource', 'eventName', 'awsRegion'], source: () => ({ product: 'aws', service: 'cloudtrail' }) },
  { keys: ['protoPayload'], source: () => ({ product: 'gcp', service: 'gcp.audit' }) },
  { keys: ['gcp.audit'], source: () => ({ product: 'gcp', service: 'gcp.audit' }) },
  { keys: ['operationName', 'category', 'resourceId'], source: azure },
  { keys: ['operationName', 'category', 'tenantId'], source: azure },
  { keys: ['riskEventType'], source: () => ({ product: 'azure', service: 'riskdetection' }) },
  { keys: ['Workload', 'Operation'], source: m365 },
  { keys: ['eventType', 'actor', 'published'], source: () => ({ product: 'okta', service: 'okta' }) },
  {
    keys: ['auditID', 'verb', 'objectRef'],
    source: () => ({ product: 'kubernetes', service: 'audit', category: 'application' }),
  },
  { keys: ['action', 'actor', 'org'], source: () => ({ product: 'github', service: 'audit' }) },
  { keys: ['auditType', 'author'], source: () => ({ product: 'bitbucket', service: 'audit' }) },
  { keys: ['logtype', 'dst_host', 'node_id'], source: () => ({ product: 'opencanary', category: 'application' }) },
  { keys: ['EventLog', 'InterfaceUuid'], source: () => ({ product: 'rpc_firewall', category: 'application' }) },
  { keys: ['_path', 'uid'], source: own => ({ product: 'zeek', service: text(own['_path']) }) },
  { keys: ['type', 'msg'], source: auditd },
  { keys: ['type', 'SYSCALL'], source: auditd },
  { keys: ['type', 'a0'], source: auditd },
  { keys: ['cs-method', 'cs-uri-stem'], source: () => ({ category: 'webserver' }) },
  { keys: ['cs-method', 'cs-uri-query'], source: () => ({ category: 'webserver' }) },
  { keys: ['cs-method', 'sc-status'], source: () => ({ category: 'webserver' }) },
  { keys: ['c-uri'], source: () => ({ category: 'proxy' }) },
  { keys: ['cs-host', 'c-useragent'], source: () => ({ category: 'proxy' }) },
  { keys: ['Image', 'CommandLine'], source: started },
]

/**
 * An event that names its log source itself (`logsource`, or `product`/`service`/`category`) is believed; a Windows channel or provider says
 * more than that; else the shape of the log decides. Undefined when nothing gives it away.
 */
export function plainView(own: Fields): SigmaEvent | undefined {
  const named = namedLogSource(own)
  if (named !== undefined && named.fields !== own) return named
  const windows = windowsView(own)
  if (windows !== undefined) return named === undefined ? windows : { ...windows, logsource: united(windows.logsource, named.logsource) }
  if (named !== undefined && (named.logsource.product !== undefined || typeof named.logsource.service === 'string')) return named
  for (const { keys, source } of SIGNS) {
    if (!keys.every(key => isThere(own, key))) continue
    const logsource = source(own)
    if (logsource !== undefined) return { logsource, fields: own }
  }
  return named
}

function namedLogSource(own: Fields): SigmaEvent | undefined {
  const source = objectOf(own['logsource'])
  if (source !== undefined) return { logsource: logSourceOf(source), fields: objectOf(own['event']) ?? own }
  const flat = logSourceOf(own)
  return flat.product !== undefined || flat.service !== undefined || flat.category !== undefined
    ? { logsource: flat, fields: own }
    : undefined
}

export function logSourceOf(source: Fields): EventLogSource {
  return { product: text(source['product']), service: words(source['service']), category: words(source['category']) }
}

function united(told: EventLogSource, named: EventLogSource): EventLogSource {
  return {
    product: told.product,
    service: [...listOf(told.service), ...listOf(named.service)],
    category: [...listOf(told.category), ...listOf(named.category)],
  }
}

function azure(own: Fields): EventLogSource {
  const category = text(own['category'])?.toLowerCase() ?? ''
  const known: Readonly<Record<string, string>> = { signinlogs: 'signinlogs', auditlogs: 'auditlogs', administrative: 'activitylogs' }
  return { product: 'azure', service: Object.hasOwn(known, category) ? known[category] : 'activitylogs' }
}

function m365(own: Fields): EventLogSource {
  const service = text(own['Workload'])?.toLowerCase() === 'exchange' ? ['exchange', 'audit'] : ['audit', 'threat_management']
  return { product: 'm365', service }
}

/** Records of the Linux audit system have a type in capitals. */
function auditd(own: Fields): EventLogSource | undefined {
  return /^[A-Z][A-Z_]{2,30}$/.test(text(own['type']) ?? '') ? { product: 'linux', service: 'auditd' } : undefined
}

function started(own: Fields): EventLogSource | undefined {
  const image = text(own['Image']) ?? ''
  if (/^\/(?:Applications|System|Library|Users)\//.test(image)) return { product: 'macos', category: 'process_creation' }
  if (image.startsWith('/')) return { product: 'linux', category: 'process_creation' }
  return /^(?:[a-z]:)?\\/i.test(image) ? { product: 'windows', category: 'process_creation' } : undefined
}

function isThere(own: Fields, key: string): boolean {
  return own[key] !== undefined && own[key] !== null
}

function objectOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function words(value: unknown): string | readonly string[] | undefined {
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string')
  return text(value)
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}
