// Takes the transport envelope off a line: syslog as RFC 3164, RFC 5424 and as files hold it. Called by normalise for every record.
import { isoTime, type TimeContext } from './event-time.js'
import { hasKeys } from './merge-draft.js'
import { writtenTime } from './formats/written-time.js'
import { readStructuredData, type StructuredData } from './structured-data.js'

export interface Envelope {
  /** Which form was recognised; `none` when the whole line is the message. */
  readonly form: 'none' | 'bsd' | 'rfc5424'
  /** The line without control characters and priority. */
  readonly line: string
  /** What is left for the payload parsers. */
  readonly message: string
  /** 0 to 191. */
  readonly priority?: number | undefined
  /** Milliseconds since 1970, when the envelope names a time. */
  readonly at?: number | undefined
  readonly hostname?: string | undefined
  readonly appname?: string | undefined
  readonly procid?: string | undefined
  readonly msgid?: string | undefined
  readonly structuredData?: StructuredData | undefined
  /** The record's type as the source declares it (`raw`, `syslog`, `nginx`, …): a hint, never a proof. */
  readonly sourceType: string
  /** For payloads that carry a time of their own. */
  readonly time: TimeContext
  /** What json-object.ts has read; undefined before somebody asked, null when the message is no JSON object. */
  object: Record<string, unknown> | null | undefined
}

/** `<invld>` is what a relay writes for a priority it could not read. */
const PRIORITY = /^<(\d{1,3}|invld)>/
const RFC5424 = /^1 (-|\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) /
const BSD_TIME = /^[A-Z][a-z]{2} {1,2}\d{1,2}(?: \d{4})? \d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?=[ :]|$):? */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?(?= |$) */
/** Other ways to write the time, months of other languages included; `Nov 25` and the like are ISO_TIME's and BSD_TIME's business. */
const OTHER_TIME =
  /^(?:\d{4}[-/]\d{1,2}[-/]\d{1,2}[ T]\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d{2}:?\d{2})(?= ))?|(?:\p{L}{3},? )?\p{L}{3,10}\.? {1,2}\d{1,2}(?: \d{4})? \d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[+-]\d{2}:\d{2})?(?: \d{4})?|\d{1,2}月 {1,2}\d{1,2} \d{1,2}:\d{2}:\d{2})(?=[ :]|$):? */u
/** How a Windows relay (Kiwi) files a line it received: time, facility and level, sender. */
const KIWI = /^\d{2,4}-\d{2}-\d{2,4}[ \t]\d{2}:\d{2}:\d{2}[ \t][A-Z][A-Za-z0-9]{2,8}\.[A-Z][a-z]{2,9}[ \t]\S{1,255}[ \t]/
const HOST = /^([A-Za-z0-9[:][A-Za-z0-9._:%@/\]-]{0,254}) +/
/** A colon belongs to a tag only when a blank or the end follows: `%%01SEC/4/X(l):vsys=` and `CEF:0|` are payload. */
const TAG = /^([A-Za-z0-9_(%/][A-Za-z0-9_./()%@+-]{0,127})(?:\[([^\]\s]{1,64})\](?::(?= |$)|(?= ))|:(?= |$)) */
const TAG_WITH_PID = /^([A-Za-z0-9_(][A-Za-z0-9_./()@+-]{0,127})\[(\d{1,10})\]:(?= |$) */
/** Envelopes within each other that are taken off. */
const MAX_ENVELOPES = 4
const CONTAINER = /^std(?:out|err) [FP] /
const LEVEL_WORD = /^(?:TRACE|DEBUG\d?|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|PANIC|LOG|DETAIL|HINT|STATEMENT|CONTEXT)$/i
/** A zone's name behind the time is no host. */
const ZONE_WORD = /^(?:UTC|GMT|CES?T|[EMP][SD]T|CST|MSK|JST)(?: |: ?)/

/** Never throws; `line` must hold no control characters. */
export function readEnvelope(line: string, sourceType: string, time: TimeContext): Envelope {
  const withoutMark = line.charCodeAt(0) === MARK ? line.slice(1) : line
  const match = withoutMark.charCodeAt(0) === LESS ? PRIORITY.exec(withoutMark) : null
  const value = match === null ? 192 : Number(match[1])
  const priority = value <= 191 ? value : undefined
  const behind = match === null ? withoutMark : withoutMark.slice(match[0].length)
  // A priority out of bounds is one only when an envelope follows.
  const rest = match === null || priority !== undefined || BSD_TIME.test(behind) || OTHER_TIME.test(behind) ? behind : withoutMark
  const base = { line: rest, sourceType, time, priority }
  let envelope = rfc5424(rest, base) ?? bsd(rest, base)
  for (let level = 1; level < MAX_ENVELOPES; level += 1) {
    const inner = innerEnvelope(envelope)
    if (inner === undefined) break
    envelope = inner
  }
  return envelope
}

const MARK = 0xfeff
const LESS = 60

/** A relay that keeps the line it was sent puts its own envelope around it: what the inner one says counts. */
function innerEnvelope(outer: Envelope): Envelope | undefined {
  if (outer.form === 'none') return undefined
  const { message } = outer
  const text = (message.charCodeAt(0) === MARK ? message.slice(1) : message).trimStart()
  const first = text.charCodeAt(0)
  if (first !== LESS) {
    // Only a time like `Nov 25` or a date that begins with its year is looked for.
    const dated = first >= 48 && first <= 57 && /^\d{4}[-/]/.test(text)
    if (!dated && (first < 65 || first > 90 || !BSD_TIME.test(text))) return undefined
    const inner = bsd(text, { ...outer, priority: undefined })
    if (dated && (inner.appname === undefined || inner.hostname === undefined)) return undefined
    // A message may begin with a time of its own; a program behind it tells a second envelope.
    if (inner.appname === undefined && (outer.appname !== undefined || inner.hostname === undefined)) return undefined
    return within(outer, inner, outer.priority)
  }
  const match = PRIORITY.exec(text)
  const value = match === null ? 192 : Number(match[1])
  if (match === null || value > 191) return undefined
  const rest = text.slice(match[0].length)
  const base = { line: outer.line, sourceType: outer.sourceType, time: outer.time, priority: 0 }
  // `<5>ID=…`: a level some programs put before their text; their own name is the outer one's.
  return within(outer, rfc5424(rest, base) ?? bsd(rest, base), outer.priority ?? value)
}

function within(outer: Envelope, inner: Envelope, priority: number | undefined): Envelope {
  return {
    form: inner.form,
    line: outer.line,
    message: inner.message,
    sourceType: outer.sourceType,
    time: outer.time,
    priority,
    at: inner.at ?? outer.at,
    hostname: inner.hostname ?? outer.hostname,
    appname: inner.appname ?? outer.appname,
    procid: inner.procid ?? outer.procid,
    msgid: inner.msgid ?? outer.msgid,
    structuredData: inner.structuredData ?? outer.structuredData,
    object: undefined,
  }
}

interface Base extends Pick<Envelope, 'line' | 'sourceType' | 'time'> {
  readonly priority: number | undefined
}

function rfc5424(rest: string, base: Base): Envelope | undefined {
  // Version 1 and a blank; asked of every line.
  if (rest.charCodeAt(0) !== 49 || rest.charCodeAt(1) !== 32) return undefined
  const match = RFC5424.exec(rest)
  if (match === null) return undefined
  const at = isoTime(match[1] ?? '', base.time)
  // Without a priority only a real time tells this form from a line that happens to begin with "1 ".
  if (at === undefined && base.priority === undefined) return undefined
  const data = readStructuredData(rest, match[0].length)
  if (data === undefined) return undefined
  let from = data.end
  if (rest.charCodeAt(from) === 32) from += 1
  if (rest.charCodeAt(from) === MARK) from += 1
  return {
    form: 'rfc5424',
    line: base.line,
    message: rest.slice(from),
    sourceType: base.sourceType,
    time: base.time,
    priority: base.priority,
    at,
    hostname: named(match[2]),
    appname: named(match[3]),
    procid: named(match[4]),
    msgid: named(match[5]),
    structuredData: hasKeys(data.data) ? data.data : undefined,
    object: undefined,
  }
}

function bsd(rest: string, base: Base): Envelope {
  const whole = rest.trimStart()
  const trimmed = whole.slice(mayBeTime(whole) ? (KIWI.exec(whole)?.[0].length ?? 0) : 0)
  const stamp = mayBeTime(trimmed)
    ? (BSD_TIME.exec(trimmed)?.[0] ?? ISO_TIME.exec(trimmed)?.[0] ?? OTHER_TIME.exec(trimmed)?.[0])
    : undefined
  if (stamp === undefined) {
    // Some daemons leave time and host out; a tag with a process id is still unmistakable.
    const tag = (base.priority === undefined ? TAG_WITH_PID : TAG).exec(trimmed)
    if (tag === null) return enveloped(base, base.priority === undefined ? 'none' : 'bsd', trimmed, undefined, undefined, null)
    return enveloped(base, 'bsd', trimmed.slice(tag[0].length), undefined, undefined, tag)
  }
  const text = stamp.trimEnd().replace(/:$/, '')
  const behind = trimmed.slice(stamp.length)
  const zone = ZONE_WORD.exec(behind)?.[0] ?? ''
  const at = writtenTime(zone === '' ? text : `${text} ${zone.replace(/:? *$/, '')}`, base.time)
  const body = behind.slice(zone.length)
  // containerd and CRI-O write each line of a container so.
  const container = CONTAINER.exec(body)
  if (container !== null) return enveloped(base, 'bsd', body.slice(container[0].length), at, undefined, null)
  const bare = TAG.exec(body)
  if (bare !== null && LEVEL_WORD.test(bare[1] ?? '')) return enveloped(base, 'bsd', body, at, undefined, null)
  if (bare !== null) return enveloped(base, 'bsd', body.slice(bare[0].length), at, undefined, bare)
  const host = HOST.exec(body)
  if (host === null) return enveloped(base, 'bsd', body, at, undefined, null)
  const hostless = body.slice(host[0].length)
  // A relay that adds the host name to a line that has it.
  const afterHost = hostless.startsWith(`${host[1]} `) ? hostless.slice((host[1]?.length ?? 0) + 1) : hostless
  const tag = TAG.exec(afterHost)
  // In a file nothing but the tag shows that the word after the time is a host and not a level or the text itself.
  if (tag === null && base.priority === undefined) return enveloped(base, 'bsd', body, at, undefined, null)
  if (LEVEL_WORD.test((host[1] ?? '').replace(/^\[(.*)\]$/, '$1'))) return enveloped(base, 'bsd', body, at, undefined, null)
  // `[25] LOG:`: a level is no program.
  if (tag !== null && LEVEL_WORD.test(tag[1] ?? ''))
    return base.priority === undefined
      ? enveloped(base, 'bsd', body, at, undefined, null)
      : enveloped(base, 'bsd', afterHost, at, host[1], null)
  return enveloped(base, 'bsd', tag === null ? afterHost : afterHost.slice(tag[0].length), at, host[1], tag)
}

/** Every written time begins with a letter or a digit and holds a colon soon; says no for most lines that have none. */
function mayBeTime(text: string): boolean {
  const first = text.charCodeAt(0)
  if (first < 48 || (first > 57 && first < 65) || (first > 90 && first < 97) || (first > 122 && first < 128)) return false
  const colon = text.indexOf(':')
  return colon !== -1 && colon < 48
}

function enveloped(
  base: Base,
  form: Envelope['form'],
  message: string,
  at: number | undefined,
  hostname: string | undefined,
  tag: RegExpExecArray | null,
): Envelope {
  return {
    form,
    line: base.line,
    message,
    sourceType: base.sourceType,
    time: base.time,
    priority: base.priority,
    at,
    hostname: named(hostname),
    appname: tag === null ? undefined : named(program(tag[1])),
    procid: tag === null ? undefined : named(tag[2]),
    msgid: undefined,
    structuredData: undefined,
    object: undefined,
  }
}

/** Some systems write the program with its folder. */
function program(name: string | undefined): string | undefined {
  return name?.startsWith('/') === true ? name.slice(name.lastIndexOf('/') + 1) || name : name
}

/** A dash stands for nothing. */
function named(value: string | undefined): string | undefined {
  return value === '-' ? undefined : value
}
