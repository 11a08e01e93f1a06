// Our normalised events as Sigma rules expect them: log source and field names. Called by models/sigma-rule.ts for every event.
import type { EcsEvent } from '../../events/event.js'
import type { EventLogSource, SigmaEvent } from './rule.js'
import { plainView } from './plain-log-source.js'
import { windowsView } from './windows-log-source.js'

type Fields = Readonly<Record<string, unknown>>

/** Datasets of programs whose lines land in a Linux system's authentication log. */
const AUTH_PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  sshd: ['sshd', 'auth'],
  sudo: ['sudo', 'auth'],
  su: ['auth'],
  pam: ['auth'],
  'account-change': ['auth'],
  cron: ['cron', 'syslog'],
}

/** First parts of datasets whose rules name the service by the second part. */
const CLOUDS: Readonly<Record<string, string>> = {
  aws: 'aws',
  azure: 'azure',
  gcp: 'gcp',
  github: 'github',
  kubernetes: 'kubernetes',
  o365: 'm365',
  okta: 'okta',
  zeek: 'zeek',
}

/**
 * Pure and total. Web accesses become `category: webserver` with W3C names (a request's decoded form stands beside the written one, since
 * rules are written for either); lines of sshd, sudo, su, PAM and cron become `product: linux` with their services; JSON keeps its own field
 * names, its log source told from its `logsource` key, from `product`/`service`/`category`, or from a Windows channel. ECS names always work too.
 */
export function sigmaView(event: EcsEvent): SigmaEvent {
  const own = ownFields(event)
  if (own !== undefined) {
    const plain = plainView(own)
    if (plain !== undefined) return plain
  }
  if (event['winlog'] !== undefined) {
    const windows = windowsView(event)
    if (windows !== undefined) return windows
  }
  if (isWebAccess(event)) return webView(event, own)
  if (event.event.dataset === 'auditd.log') {
    // Rules ask for the record's own fields.
    return {
      logsource: { product: 'linux', service: 'auditd' },
      fields: { ...event, ...objectOf(event['auditd']) },
      keywords: [event.event.original],
    }
  }
  const base = own === undefined ? { fields: event, keywords: [event.event.original] } : { fields: { ...event, ...own } }
  if (event.event.dataset === 'sudo') {
    const { user, process } = event
    const fields = {
      ...event,
      USER: objectOf(user?.['effective'])?.['name'],
      COMMAND: process?.['command_line'],
      PWD: process?.['working_directory'],
    }
    return { logsource: programSource(event), fields, keywords: [event.event.original] }
  }
  return { logsource: programSource(event), ...base }
}

/** The fields a JSON line really carries, before they were renamed; undefined for lines that are no JSON. */
function ownFields(event: EcsEvent): Fields | undefined {
  const text = event.event.original
  if (!text.startsWith('{') || event.event.dataset === 'unknown') return undefined
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

function isWebAccess(event: EcsEvent): boolean {
  const category: unknown = event.event.category
  const isWeb = category === 'web' || (Array.isArray(category) && category.includes('web'))
  return isWeb && (event.url !== undefined || event.http !== undefined)
}

function webView(event: EcsEvent, own: Fields | undefined): SigmaEvent {
  const { url, http } = event
  const original = text(url?.original)
  const query = text(url?.query)
  const mark = original?.indexOf('?') ?? -1
  const stem = original === undefined ? text(url?.path) : mark === -1 ? original : original.slice(0, mark)
  const uri = both(original ?? stem)
  const agent = text(event.user_agent?.original)
  const fields = present({
    'cs-method': http?.request?.method,
    'cs-uri-stem': both(stem),
    // Published rules also look for paths here, so the whole request target is one of the values.
    'cs-uri-query': [...new Set([...both(query), ...uri])],
    'cs-uri': uri,
    'c-uri': uri,
    'c-uri-query': both(query),
    'c-ip': event.source?.ip ?? event.source?.address,
    'cs-host': url?.domain,
    's-ip': event.destination?.ip,
    'sc-status': http?.response?.status_code,
    'sc-bytes': http?.response?.body?.bytes,
    'cs-version': http?.version,
    'cs-username': event.user?.name,
    'cs-referer': http?.request?.referrer,
    'cs-referrer': http?.request?.referrer,
    'cs(Referer)': http?.request?.referrer,
    'cs-user-agent': agent,
    'c-useragent': agent,
    'cs(User-Agent)': agent,
  })
  const service = /^(apache|nginx)\b/.exec(event.event.dataset)?.[1]
  return {
    logsource: { category: 'webserver', ...(service === undefined ? {} : { service }) },
    fields: fill(own === undefined ? fields : fill(fields, own), event),
    keywords: [event.event.original, ...uri],
  }
}

function programSource(event: EcsEvent): EventLogSource {
  const dataset = event.event.dataset
  const [family = dataset, part = dataset] = dataset.split('.')
  const cloud = Object.hasOwn(CLOUDS, family) ? CLOUDS[family] : undefined
  if (cloud !== undefined) return { product: cloud, service: [...new Set([part, family, dataset])] }
  if (Object.hasOwn(AUTH_PROGRAMS, dataset)) return { product: 'linux', service: AUTH_PROGRAMS[dataset] }
  const program = text(event.process?.name)?.toLowerCase()
  if (dataset === 'unknown' && program !== undefined) return { product: 'linux', service: [program.slice(0, 64), 'syslog'] }
  const service = dataset.split('.')[0] ?? dataset
  const vendor = text(event.observer?.vendor)?.toLowerCase()
  return { ...(vendor === undefined ? {} : { product: vendor.slice(0, 64) }), service: [service, dataset] }
}

/** The text as written and, where it differs, with its percent signs resolved once. */
function both(value: string | undefined): string[] {
  if (value === undefined) return []
  const decoded = decodedOnce(value)
  return decoded === value ? [value] : [value, decoded]
}

/** Never fails: what is no valid UTF-8 shows as U+FFFD, a stray percent sign stays. */
function decodedOnce(value: string): string {
  if (!/[%+]/.test(value)) return value
  const spaced = value.replaceAll('+', ' ')
  return spaced.replace(/(?:%[0-9a-fA-F]{2})+/g, run => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
}

// Plain loops: spreading objects with such names costs five times as much, and this runs for every request.
function present(fields: Fields): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(fields)) {
    const value = fields[key]
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) out[key] = value
  }
  return out
}

/** Adds what is not there yet. */
function fill(into: Record<string, unknown>, from: Fields): Record<string, unknown> {
  for (const key of Object.keys(from)) if (!Object.hasOwn(into, key)) into[key] = from[key]
  return into
}

function objectOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
