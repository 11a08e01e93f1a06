// Takes the transport envelope off a line: syslog as RFC 3164, RFC 5424 and as files hold it. Called by normalise for every record.
import { isoTime, type TimeContext } from './event-time.js'
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
  readonly priority?: number
  /** Milliseconds since 1970, when the envelope names a time. */
  readonly at?: number
  readonly hostname?: string
  readonly appname?: string
  readonly procid?: string
  readonly msgid?: string
  readonly structuredData?: StructuredData
  /** The record's type as the source declares it (`raw`, `syslog`, `nginx`, …): a hint, never a proof. */
  readonly sourceType: string
  /** For payloads that carry a time of their own. */
  readonly time: TimeContext
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
  const withoutMark = line.startsWith('\ufeff') ? line.slice(1) : line
  const match = PRIORITY.exec(withoutMark)
  const value = match === null ? 192 : Number(match[1])
  const priority = value <= 191 ? value : undefined
  const behind = match === null ? withoutMark : withoutMark.slice(match[0].length)
  // A priority out of bounds is one only when an envelope follows.
  const rest = priority !== undefined || BSD_TIME.test(behind) || OTHER_TIME.test(behind) ? behind : withoutMark
  const base = { line: rest, sourceType, time, ...(priority === undefined ? {} : { priority }) }
  let envelope = rfc5424(rest, base) ?? bsd(rest, base)
  for (let level = 1; level < MAX_ENVELOPES; level += 1) {
    const inner = innerEnvelope(envelope)
    if (inner === undefined) break
    envelope = inner
  }
  return envelope
}

/** A relay that keeps the line it was sent puts its own envelope around it: what the inner one says counts. */
function innerEnvelope(outer: Envelope): Envelope | undefined {
  const text = outer.message.replace(/^\ufeff/, '').trimStart()
  const match = PRIORITY.exec(text)
  const rest = match === null ? text : text.slice(match[0].length)
  const { sourceType, time } = outer
  const base = { line: outer.line, sourceType, time }
  if (match === null) {
    const dated = /^\d{4}[-/]/.test(rest)
    if (outer.form === 'none' || !(dated || BSD_TIME.test(rest))) return undefined
    const inner = bsd(rest, base)
    if (dated && (inner.appname === undefined || inner.hostname === undefined)) return undefined
    // A message may begin with a time of its own; a program behind it tells a second envelope.
    if (inner.appname === undefined && (outer.appname !== undefined || inner.hostname === undefined)) return undefined
    return { ...outer, ...inner, line: outer.line }
  }
  const value = Number(match[1])
  if (outer.form === 'none' || value > 191) return undefined
  const inner = rfc5424(rest, { ...base, priority: 0 }) ?? bsd(rest, { ...base, priority: 0 })
  // `<5>ID=…`: a level some programs put before their text; their own name is the outer one's.
  const { priority: _, ...said } = inner
  return { ...outer, ...said, line: outer.line, ...(value <= 191 && outer.priority === undefined ? { priority: value } : {}) }
}

type Base = Pick<Envelope, 'line' | 'sourceType' | 'time' | 'priority'>

function rfc5424(rest: string, base: Base): Envelope | undefined {
  const match = RFC5424.exec(rest)
  if (match === null) return undefined
  const at = isoTime(match[1] ?? '', base.time)
  // Without a priority only a real time tells this form from a line that happens to begin with "1 ".
  if (at === undefined && base.priority === undefined) return undefined
  const data = readStructuredData(rest, match[0].length)
  if (data === undefined) return undefined
  const body = rest.slice(data.end).replace(/^ ?\ufeff?/, '')
  return {
    ...base,
    form: 'rfc5424',
    message: body,
    ...(at === undefined ? {} : { at }),
    ...named('hostname', match[2]),
    ...named('appname', match[3]),
    ...named('procid', match[4]),
    ...named('msgid', match[5]),
    ...(Object.keys(data.data).length === 0 ? {} : { structuredData: data.data }),
  }
}

function bsd(rest: string, base: Base): Envelope {
  const whole = rest.trimStart()
  const trimmed = whole.slice(KIWI.exec(whole)?.[0].length ?? 0)
  const stamp = BSD_TIME.exec(trimmed)?.[0] ?? ISO_TIME.exec(trimmed)?.[0] ?? OTHER_TIME.exec(trimmed)?.[0]
  if (stamp === undefined) {
    // Some daemons leave time and host out; a tag with a process id is still unmistakable.
    const tag = (base.priority === undefined ? TAG_WITH_PID : TAG).exec(trimmed)
    if (tag === null) return { ...base, form: base.priority === undefined ? 'none' : 'bsd', message: trimmed }
    return { ...base, form: 'bsd', message: trimmed.slice(tag[0].length), ...tagged(tag) }
  }
  const text = stamp.trimEnd().replace(/:$/, '')
  const behind = trimmed.slice(stamp.length)
  const zone = ZONE_WORD.exec(behind)?.[0] ?? ''
  const at = writtenTime(zone === '' ? text : `${text} ${zone.replace(/:? *$/, '')}`, base.time)
  const timed = { ...base, form: 'bsd' as const, ...(at === undefined ? {} : { at }) }
  const body = behind.slice(zone.length)
  // containerd and CRI-O write each line of a container so.
  const container = CONTAINER.exec(body)
  if (container !== null) return { ...timed, message: body.slice(container[0].length) }
  const bare = TAG.exec(body)
  if (bare !== null && LEVEL_WORD.test(bare[1] ?? '')) return { ...timed, message: body }
  if (bare !== null) return { ...timed, message: body.slice(bare[0].length), ...tagged(bare) }
  const host = HOST.exec(body)
  if (host === null) return { ...timed, message: body }
  const hostless = body.slice(host[0].length)
  // A relay that adds the host name to a line that has it.
  const afterHost = hostless.startsWith(`${host[1]} `) ? hostless.slice((host[1]?.length ?? 0) + 1) : hostless
  const tag = TAG.exec(afterHost)
  // In a file nothing but the tag shows that the word after the time is a host and not a level or the text itself.
  if (tag === null && base.priority === undefined) return { ...timed, message: body }
  if (LEVEL_WORD.test((host[1] ?? '').replace(/^\[(.*)\]$/, '$1'))) return { ...timed, message: body }
  // `[25] LOG:`: a level is no program.
  if (tag !== null && LEVEL_WORD.test(tag[1] ?? ''))
    return base.priority === undefined ? { ...timed, message: body } : { ...timed, message: afterHost, ...named('hostname', host[1]) }
  if (tag === null) return { ...timed, message: afterHost, ...named('hostname', host[1]) }
  return { ...timed, message: afterHost.slice(tag[0].length), ...named('hostname', host[1]), ...tagged(tag) }
}

function tagged(tag: RegExpExecArray): Pick<Envelope, 'appname' | 'procid'> {
  // Some systems write the program with its folder.
  const name = tag[1]?.startsWith('/') === true ? tag[1].slice(tag[1].lastIndexOf('/') + 1) || tag[1] : tag[1]
  return { ...named('appname', name), ...named('procid', tag[2]) }
}

function named<K extends 'hostname' | 'appname' | 'procid' | 'msgid'>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined || value === '-' ? {} : ({ [key]: value } as { [P in K]?: string })
}
