// One raw record to one normalised event: envelope off, first parser or format that knows the payload, fields merged. Called for every event of the hot lane.
import type { EcsEvent } from '../events/event.js'
import type { Instant } from '../ports/clock.js'
import type { EventDraft, Parser } from './define-parser.js'
import { type Envelope, readEnvelope } from './envelope.js'
import { toInstant, type TimeContext } from './event-time.js'
import { noFormats, type FormatSet } from './formats/format-set.js'
import { foundTime } from './found-time.js'
import type { NearMiss } from './formats/understood.js'
import { hasKeys, mergeInto, withoutControls } from './merge-draft.js'
import { parsers } from './parsers/index.js'

/** Longer lines are cut here (characters). */
const MAX_LENGTH = 65_536
/** RFC 3164 has no zone; most senders of our customers write Chinese time. */
const DEFAULT_OFFSET_MINUTES = 480

export interface RecordToNormalise {
  readonly raw: string
  /** The source's type; a hint for formats that cannot be told apart. */
  readonly type: string
  readonly receivedAt: Instant
  /** Sender's address, kept as `observer.ip`. */
  readonly peer?: string
}

export interface NormaliseOptions {
  /** Minutes east of UTC of times without a zone, 480 if not given. */
  readonly utcOffsetMinutes?: number
  /** Year of times without one; if not given, the one nearest to and not more than a day after `receivedAt`. */
  readonly year?: number
  /** Products known by content/formats; none if not given. */
  readonly formats?: FormatSet
}

/** How a line was understood; filled for `guanjia parse --explain`. */
export interface Explanation {
  /** Form of the envelope, and what it said. */
  envelope: string
  hostname?: string
  appname?: string
  /** Parser or format that won; `unknown` when nothing did. */
  won: string
  /** Formats that were tried or stood next, and why they did not win. */
  near: NearMiss[]
}

/**
 * Pure; never throws; takes time linear to the line. `event.original` is the line as it came (cut at 65,536 characters); every other text
 * is free of control characters. A line no parser knows has `event.dataset` `unknown` and keeps what the envelope said.
 */
export function normalise(record: RecordToNormalise, options: NormaliseOptions = {}, explanation?: Explanation): EcsEvent {
  const original = cut(record.raw)
  const received = Date.parse(record.receivedAt)
  const receivedAt = Number.isFinite(received) ? received : 0
  const line = withoutControls(original)
  const envelope = readEnvelope(line, record.type, timeContext(receivedAt, options))
  const tabbed = line !== original && original.includes('\t') ? withTabs(original, line) : line
  const known = understand(envelope, tabbed, options.formats ?? noFormats, explanation?.near)
  const said = known?.draft['@timestamp'] === undefined ? timeOf(envelope, line) : undefined
  const event: EcsEvent = {
    '@timestamp': toInstant(said) ?? toInstant(receivedAt) ?? '1970-01-01T00:00:00.000Z',
    event: { original, dataset: known?.dataset ?? 'unknown' },
  }
  addObserver(event, known, record.peer)
  addEnvelope(event, envelope)
  if (known !== undefined) mergeInto(event, known.draft)
  event.event.original = original
  event.message ??= envelope.message
  if (explanation !== undefined) explain(explanation, envelope, known)
  return event
}

/** A full time the message begins with is the event's own; the envelope's is the relay's, and any other near the beginning comes last. */
function timeOf(envelope: Envelope, line: string): number | undefined {
  if (envelope.at !== undefined) return foundTime(envelope.message, envelope.time, true) ?? envelope.at
  return line.startsWith('{') ? undefined : foundTime(line, envelope.time)
}

function timeContext(receivedAt: number, { utcOffsetMinutes = DEFAULT_OFFSET_MINUTES, year }: NormaliseOptions): TimeContext {
  return year === undefined ? { receivedAt, utcOffsetMinutes } : { receivedAt, utcOffsetMinutes, year }
}

function addObserver(event: EcsEvent, known: Known | undefined, ip: string | undefined): void {
  const vendor = known?.vendor
  const product = known?.product
  if (vendor !== undefined && product !== undefined) event.observer = ip === undefined ? { vendor, product } : { ip, vendor, product }
  else if (ip !== undefined) event.observer = { ip }
}

/** The cleaned line with the tabs it came with: some formats separate by them. */
function withTabs(original: string, line: string): string {
  let out = ''
  let from = 0
  for (let at = original.indexOf('\t'); at !== -1; at = original.indexOf('\t', at + 1)) {
    out += `${line.slice(from, at)}\t`
    from = at + 1
  }
  return out + line.slice(from)
}

function explain(explanation: Explanation, envelope: Envelope, known: Known | undefined): void {
  explanation.envelope = envelope.form
  if (envelope.hostname !== undefined) explanation.hostname = envelope.hostname
  if (envelope.appname !== undefined) explanation.appname = envelope.appname
  explanation.won = known?.id ?? 'unknown'
}

function cut(raw: string): string {
  if (raw.length <= MAX_LENGTH) return raw
  const code = raw.charCodeAt(MAX_LENGTH - 1)
  // Half of a surrogate pair would not survive UTF-8.
  return raw.slice(0, code >= 0xd800 && code <= 0xdbff ? MAX_LENGTH - 1 : MAX_LENGTH)
}

interface Known {
  readonly id: string
  readonly vendor: string | undefined
  readonly product: string | undefined
  readonly dataset: string
  readonly draft: EventDraft
}

const early = parsers.filter(parser => parser.late !== true)
const late = parsers.filter(parser => parser.late === true)

/** What knows a program by its name or a payload by its form first, then the formats, then what only knows a notation. */
function understand(envelope: Envelope, tabbed: string, formats: FormatSet, near: NearMiss[] | undefined): Known | undefined {
  return parsed(early, envelope) ?? formats.understand(envelope, tabbed, near) ?? parsed(late, envelope) ?? formats.guess(envelope, tabbed)
}

function parsed(list: readonly Parser[], envelope: Envelope): Known | undefined {
  for (const parser of list) {
    const draft = parser.parse(envelope.message, envelope)
    if (draft !== null) return { id: parser.id, vendor: parser.vendor, product: parser.product, dataset: parser.dataset, draft }
  }
  return undefined
}

const PROCESS_ID = /^\d{1,10}$/

/** What the envelope said, as ECS has it; nothing for a bare line. */
function addEnvelope(event: EcsEvent, envelope: Envelope): void {
  if (envelope.form === 'none' && envelope.priority === undefined) return
  const { priority, hostname, appname, procid, msgid, structuredData } = envelope
  const syslog: Record<string, unknown> = {}
  if (priority !== undefined) {
    syslog['priority'] = priority
    syslog['facility'] = { code: priority >> 3 }
    syslog['severity'] = { code: priority & 7 }
  }
  if (hostname !== undefined) {
    event.host = { name: hostname }
    syslog['hostname'] = hostname
  }
  if (appname !== undefined) syslog['appname'] = appname
  if (procid !== undefined) syslog['procid'] = procid
  if (msgid !== undefined) syslog['msgid'] = msgid
  const pid = procid !== undefined && PROCESS_ID.test(procid) ? Number(procid) : undefined
  if (appname !== undefined) event.process = pid === undefined ? { name: appname } : { name: appname, pid }
  else if (pid !== undefined) event.process = { pid }
  if (structuredData !== undefined) mergeInto(syslog, { structured_data: structuredData })
  if (hasKeys(syslog)) event['log'] = { syslog }
}
