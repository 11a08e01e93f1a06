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
  const referrer = http?.request?.referrer
  // What is undefined is not there. One literal: this is made for every request.
  const fields: Record<string, unknown> = {
    'cs-method': http?.request?.method,
    'cs-uri-stem': either(both(stem)),
    // Published rules also look for paths here, so the whole request target is one of the values.
    'cs-uri-query': either(query === undefined ? uri : united(both(query), uri)),
    'cs-uri': either(uri),
    'c-uri': either(uri),
    'c-uri-query': either(both(query)),
    'c-ip': event.source?.ip ?? event.source?.address,
    'cs-host': url?.domain,
    's-ip': event.destination?.ip,
    'sc-status': http?.response?.status_code,
    'sc-bytes': http?.response?.body?.bytes,
    'cs-version': http?.version,
    'cs-username': event.user?.name,
    'cs-referer': referrer,
    'cs-referrer': referrer,
    'cs(Referer)': referrer,
    'cs-user-agent': agent,
    'c-useragent': agent,
    'cs(User-Agent)': agent,
    '@timestamp': event['@timestamp'],
    event: event.event,
    observer: event.observer,
    host: event.host,
    source: event.source,
    destination: event.destination,
    user: event.user,
    process: event.process,
    http,
    url,
    user_agent: event.user_agent,
    log: event['log'],
    related: event['related'],
    message: event.message,
  }
  if (own !== undefined) fill(fields, own)
  return { logsource: webSource(event.event.dataset), fields: fill(fields, event), keywords: [event.event.original, ...uri] }
}

const WEB: EventLogSource = { category: 'webserver' }
const APACHE: EventLogSource = { category: 'webserver', service: 'apache' }
const NGINX: EventLogSource = { category: 'webserver', service: 'nginx' }

function webSource(dataset: string): EventLogSource {
  const service = /^(?:apache|nginx)\b/.exec(dataset)?.[0]
  return service === undefined ? WEB : service === 'nginx' ? NGINX : APACHE
}

/** A list stands for each of its elements, so a list of one is its element. */
function either(texts: readonly string[]): string | readonly string[] | undefined {
  return texts.length > 1 ? texts : texts[0]
}

function united(one: readonly string[], other: readonly string[]): readonly string[] {
  const added = other.filter(text => !one.includes(text))
  return added.length === 0 ? one : [...one, ...added]
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

/** Adds what is not there yet. */
function fill(into: Record<string, unknown>, from: Fields): Record<string, unknown> {
  // A plain loop: spreading objects with such names costs five times as much.
  for (const key in from) if (key !== '__proto__' && (into[key] === undefined || !Object.hasOwn(into, key))) into[key] = from[key]
  return into
}

function objectOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
