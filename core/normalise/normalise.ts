// One raw record to one normalised event: envelope off, first parser that knows the payload, fields merged. Called for every event of the hot lane.
import type { EcsEvent } from '../events/event.js'
import type { Instant } from '../ports/clock.js'
import type { EventDraft, Parser } from './define-parser.js'
import { type Envelope, readEnvelope } from './envelope.js'
import { toInstant } from './event-time.js'
import { mergeInto, withoutControls } from './merge-draft.js'
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
}

/**
 * Pure; never throws; takes time linear to the line. `event.original` is the line as it came (cut at 65,536 characters); every other text
 * is free of control characters. A line no parser knows has `event.dataset` `unknown` and keeps what the envelope said.
 */
export function normalise(record: RecordToNormalise, options: NormaliseOptions = {}): EcsEvent {
  const original = cut(record.raw)
  const received = Date.parse(record.receivedAt)
  const receivedAt = Number.isFinite(received) ? received : 0
  const envelope = readEnvelope(withoutControls(original), record.type, {
    receivedAt,
    utcOffsetMinutes: options.utcOffsetMinutes ?? DEFAULT_OFFSET_MINUTES,
    ...(options.year === undefined ? {} : { year: options.year }),
  })
  const known = understand(envelope)
  const event: EcsEvent = {
    '@timestamp': toInstant(envelope.at) ?? toInstant(receivedAt) ?? '1970-01-01T00:00:00.000Z',
    event: { original, dataset: known?.parser.dataset ?? 'unknown' },
  }
  mergeInto(event, envelopeFields(envelope, record.peer))
  if (known !== undefined) {
    const { vendor, product } = known.parser
    if (vendor !== undefined && product !== undefined) mergeInto(event, { observer: { vendor, product } })
    mergeInto(event, known.draft)
  }
  event.event.original = original
  event.message ??= envelope.message
  return event
}

function cut(raw: string): string {
  if (raw.length <= MAX_LENGTH) return raw
  const code = raw.charCodeAt(MAX_LENGTH - 1)
  // Half of a surrogate pair would not survive UTF-8.
  return raw.slice(0, code >= 0xd800 && code <= 0xdbff ? MAX_LENGTH - 1 : MAX_LENGTH)
}

function understand(envelope: Envelope): { parser: Parser; draft: EventDraft } | undefined {
  for (const parser of parsers) {
    const draft = parser.parse(envelope.message, envelope)
    if (draft !== null) return { parser, draft }
  }
  return undefined
}

function envelopeFields(envelope: Envelope, peer: string | undefined): object {
  const { priority, hostname, appname, procid, msgid, structuredData } = envelope
  const pid = procid !== undefined && /^\d{1,10}$/.test(procid) ? Number(procid) : undefined
  return {
    observer: { ip: peer },
    host: { name: hostname },
    process: { name: appname, pid },
    log: {
      syslog: {
        priority,
        facility: { code: priority === undefined ? undefined : priority >> 3 },
        severity: { code: priority === undefined ? undefined : priority & 7 },
        hostname,
        appname,
        procid,
        msgid,
        structured_data: structuredData,
      },
    },
  }
}
