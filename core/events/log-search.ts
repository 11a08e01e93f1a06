// Search in a customer's raw lines, bounded in time, days and lines; asked by `查日志`.
import { AppError } from '../errors.js'
import type { Archive } from '../ports/archive.js'
import { instant, type Instant } from '../ports/clock.js'
import { typeOf } from '../threats/indicators/canonical-value.js'
import { redactLine } from './redact-line.js'

/** People are answered within five seconds; this leaves time for the road. */
const MILLISECONDS = 3_000
const SLICE = 2_000
const LINES = 2_000
const MAX_DAYS = 31
const DAY = 86_400_000

export interface LogLine {
  readonly at: Instant
  /** Secrets are taken out. */
  readonly text: string
}

export interface LogFindings {
  /** Newest first, at most 2,000. */
  readonly lines: readonly LogLine[]
  /** Found so far; more than `lines` when there were too many. */
  readonly matched: number
  /** Everything received since then was looked through. */
  readonly reached: Instant
  readonly complete: boolean
}

export class LogSearch {
  /** Searches that wait for the disk; one after another, so that many questions cannot starve what is taken in. */
  private last: Promise<unknown> = Promise.resolve()

  constructor(private readonly archive: Pick<Archive, 'search'>) {}

  /**
   * @param span milliseconds since 1970; at most 31 days
   * @throws REQUEST_INVALID for less than two characters or more than 31 days
   */
  async search(tenantId: string, text: string, span: { readonly from: number; readonly to: number }): Promise<LogFindings> {
    const wanted = text.trim().slice(0, 200)
    if ([...wanted].length < 2) throw new AppError('REQUEST_INVALID', { problem: '关键字至少两个字' })
    if (span.to - span.from > MAX_DAYS * DAY)
      throw new AppError('REQUEST_INVALID', { problem: `一次最多搜 ${MAX_DAYS} 天，请缩小时间范围` })
    const type = typeOf(wanted)
    const whole = type === 'ipv4' || type === 'ipv6' || type === 'domain'
    const [from, to] = [instant(span.from), instant(span.to)]
    const begun = performance.now()
    const before = this.last.catch(() => undefined)
    const found = before.then(() => {
      const left = Math.min(SLICE, MILLISECONDS - (performance.now() - begun))
      return this.archive.search(tenantId, { text: wanted, whole, from, to, limit: LINES, milliseconds: Math.max(0, left) })
    })
    this.last = found
    const { records, matched, reached } = await found
    const lines = records.map(record => ({ at: record.receivedAt, text: redactLine(record.raw) }))
    return { lines, matched, reached, complete: reached <= from }
  }
}
