// Where events become ours: safe in the archive first, then the shard is told. HTTP and syslog both come in here.
import { AppError } from '../errors.js'
import type { Archive, RawRecord } from '../ports/archive.js'
import type { Clock } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { Queue } from '../ports/queue.js'
import { shardOf, shardQueue } from '../scheduling/shards.js'

/** Bytes accepted but not yet on disk; more is refused with INTAKE_FULL. */
const MAX_WAITING_BYTES = 128 * 1024 * 1024
/** A tenant's shard is told this often at most (milliseconds): one judgement takes all there is. */
const TELL_EVERY = 100

interface Needs {
  readonly archive: Archive
  readonly queue: Queue
  readonly clock: Clock
  readonly logger: Logger
  /** Told what was accepted, for metrics. */
  counted(tenantId: string, records: number): void
}

export class Intake {
  private waitingBytes = 0
  /** Tenants told lately; true when more came in since. */
  private readonly told = new Map<string, boolean>()
  constructor(private readonly needs: Needs) {}

  /**
   * Resolves when the records survive a crash.
   * @throws INTAKE_FULL, ARCHIVE_UNAVAILABLE
   */
  async accept(tenantId: string, records: readonly RawRecord[]): Promise<void> {
    if (records.length === 0) return
    const bytes = records.reduce((sum, record) => sum + Buffer.byteLength(record.raw), 0)
    if (this.waitingBytes + bytes > MAX_WAITING_BYTES) throw new AppError('INTAKE_FULL', { retryAfterSeconds: 1 })
    this.waitingBytes += bytes
    try {
      await this.needs.archive.append(tenantId, records)
    } finally {
      this.waitingBytes -= bytes
    }
    this.needs.counted(tenantId, records.length)
    this.tell(tenantId)
  }

  /** At once, then at most every TELL_EVERY while more comes in. */
  private tell(tenantId: string): void {
    if (this.told.has(tenantId)) {
      this.told.set(tenantId, true)
      return
    }
    this.told.set(tenantId, false)
    // A lost job costs time, not data: the sweep of the shard finds the archive's tail.
    this.needs.queue.add(shardQueue(shardOf(tenantId)), tenantId).catch((error: unknown) => {
      this.needs.logger.warn({ error, tenantId }, 'shard could not be told; the next sweep finds the events')
    })
    setTimeout(() => {
      const more = this.told.get(tenantId)
      this.told.delete(tenantId)
      if (more) this.tell(tenantId)
    }, TELL_EVERY)
  }
}
