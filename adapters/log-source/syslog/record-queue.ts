// The bounded queue between the sockets and whoever stores the records: batches by size or age, repeats a refused batch. Used by the syslog listener.
import type { Logger } from '../../../core/ports/logger.js'

export interface SyslogRecord {
  /** The message without framing, at most 64 KiB of UTF-8. */
  readonly raw: string
  /** Sender's address; an IPv4 address is never written as IPv6. */
  readonly peer: string
  /** ISO 8601 in UTC. */
  readonly receivedAt: string
  readonly transport: 'udp' | 'tcp'
}

export interface QueueSettings {
  readonly maxRecords: number
  readonly maxBytes: number
  readonly batchRecords: number
  readonly batchMilliseconds: number
  readonly logger: Logger
  readonly onBatch: (records: SyslogRecord[]) => Promise<void>
  /** There is room again. */
  readonly onRoom: () => void
}

const FIRST_RETRY_MILLISECONDS = 100
const MAX_RETRY_MILLISECONDS = 5_000

export class RecordQueue {
  private records: SyslogRecord[] = []
  /** Records before this index are done; the array is cut now and then instead of shifted. */
  private head = 0
  private bytes = 0
  private timer: NodeJS.Timeout | undefined
  private delivering = false
  private retryMilliseconds = FIRST_RETRY_MILLISECONDS
  private stopped = false
  private emptied: (() => void) | undefined

  constructor(private readonly settings: QueueSettings) {}

  get size(): number {
    return this.records.length - this.head
  }

  get isFull(): boolean {
    return this.size >= this.settings.maxRecords || this.bytes >= this.settings.maxBytes
  }

  push(record: SyslogRecord): void {
    this.records.push(record)
    this.bytes += record.raw.length
    if (this.delivering) return
    if (this.size >= this.settings.batchRecords) void this.deliver()
    else this.timer ??= setTimeout(() => void this.deliver(), this.settings.batchMilliseconds)
  }

  /** Delivers what is there without waiting for a batch to fill; resolves with what is left after `graceMilliseconds`. Nothing is delivered afterwards. */
  async flush(graceMilliseconds: number): Promise<number> {
    const empty = new Promise<void>(resolve => {
      this.emptied = resolve
    })
    let grace: NodeJS.Timeout | undefined
    const over = new Promise<void>(resolve => {
      grace = setTimeout(resolve, graceMilliseconds)
    })
    if (this.size === 0 && !this.delivering) this.emptied?.()
    else if (!this.delivering) void this.deliver()
    await Promise.race([empty, over])
    clearTimeout(grace)
    clearTimeout(this.timer)
    this.stopped = true
    return this.size
  }

  /** One batch at a time: the order of a connection is kept, and a slow store slows the senders. */
  private async deliver(): Promise<void> {
    if (this.delivering || this.stopped) return
    this.delivering = true
    clearTimeout(this.timer)
    this.timer = undefined
    let failed = false
    while (!failed && !this.stopped && this.size > 0) failed = !(await this.deliverOne())
    this.delivering = false
    if (this.stopped) return
    if (this.size === 0) this.emptied?.()
    else this.timer = setTimeout(() => void this.deliver(), failed ? this.retryMilliseconds : this.settings.batchMilliseconds)
  }

  private async deliverOne(): Promise<boolean> {
    const batch = this.records.slice(this.head, this.head + this.settings.batchRecords)
    try {
      await this.settings.onBatch(batch)
    } catch (error) {
      this.settings.logger.warn(
        { err: error, records: batch.length, waiting: this.size },
        'syslog batch was refused, will be offered again',
      )
      this.retryMilliseconds = Math.min(this.retryMilliseconds * 2, MAX_RETRY_MILLISECONDS)
      return false
    }
    this.retryMilliseconds = FIRST_RETRY_MILLISECONDS
    this.head += batch.length
    for (const record of batch) this.bytes -= record.raw.length
    if (this.head >= this.records.length || this.head > this.settings.maxRecords) {
      this.records = this.records.slice(this.head)
      this.head = 0
    }
    if (!this.isFull) this.settings.onRoom()
    return true
  }
}
