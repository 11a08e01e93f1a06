// Spreads work over processes. A job carries pointers, never payload: losing one costs time, not data,
// because every consumer can find its work in the database or the archive (design.md section 2).

export interface Job {
  /** What the work is about, e.g. a tenant id. */
  readonly subject: string
}

export interface QueueOptions {
  /** Jobs of this queue running at once in this process. */
  readonly concurrency: number
}

export interface Queue {
  /**
   * Adds a job; a job of the same queue and subject that still waits is not added twice.
   * @throws QUEUE_UNREACHABLE when the engine does not answer within five seconds
   */
  add(queue: string, subject: string, options?: { delayMilliseconds?: number }): Promise<void>
  /**
   * Calls `handler` for every job of `queue` until the returned function is called; that one resolves when no handler runs any more.
   * A handler that throws is tried again with growing delay, five times, then reported to the log and dropped.
   * While a subject is being handled a new job of the same subject waits: one subject never runs twice at once in one process.
   */
  process(queue: string, options: QueueOptions, handler: (job: Job) => Promise<void>): Promise<() => Promise<void>>
  /** Jobs waiting, delayed or running. */
  pending(queue: string): Promise<number>
  close(): Promise<void>
}
