// The queue of a product that runs as one process without Redis; app/compose.ts picks it when REDIS_URL is absent.
// It keeps jobs in memory only: after a restart every consumer finds its work again in the database or the archive.
import { AppError } from '../../../core/errors.js'
import type { Clock } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'
import type { Job, Queue } from '../../../core/ports/queue.js'
import { RETRY_DELAYS } from '../retry-delays.js'

export interface InProcessQueueParts {
  readonly clock: Clock
  readonly logger: Logger
  /** Milliseconds before each further try of a job that threw; five of them unless told. */
  readonly retryDelays?: readonly number[]
}

interface WaitingJob {
  /** Tries that have failed. */
  readonly failures: number
}

interface DelayedJob extends WaitingJob {
  /** Milliseconds since the epoch, by the clock. */
  readonly dueAt: number
}

interface Consumer {
  readonly concurrency: number
  readonly handler: (job: Job) => Promise<void>
  readonly running: Set<Promise<void>>
}

/** A subject is at most once in `ready`, `delayed` or `again`; it is in `again` only while it is in `running`. */
interface Lane {
  readonly ready: Map<string, WaitingJob>
  readonly delayed: Map<string, DelayedJob>
  /** Subjects to be put into `ready` when their running job is over. */
  readonly again: Set<string>
  readonly running: Set<string>
  readonly consumers: Set<Consumer>
}

/** The clock may be turned by somebody else, so a delay is looked at again this often (milliseconds). */
const LOOK_AGAIN = 100

export function makeInProcessQueue(parts: InProcessQueueParts): Queue {
  const { clock, logger, retryDelays = RETRY_DELAYS } = parts
  const lanes = new Map<string, Lane>()
  let closed = false
  let timer: NodeJS.Timeout | undefined

  function laneOf(queue: string): Lane {
    let lane = lanes.get(queue)
    if (!lane) {
      lane = { ready: new Map(), delayed: new Map(), again: new Set(), running: new Set(), consumers: new Set() }
      lanes.set(queue, lane)
    }
    return lane
  }

  function wakeLater(): void {
    if (closed || timer) return
    let next = Infinity
    for (const lane of lanes.values()) for (const job of lane.delayed.values()) next = Math.min(next, job.dueAt)
    if (next === Infinity) return
    const wait = Math.max(1, Math.min(next - clock.now(), LOOK_AGAIN))
    timer = setTimeout(() => {
      timer = undefined
      for (const [queue, lane] of lanes) {
        promoteDue(lane)
        pump(queue, lane)
      }
      wakeLater()
    }, wait)
  }

  function promoteDue(lane: Lane): void {
    const now = clock.now()
    for (const [subject, job] of lane.delayed) {
      if (job.dueAt > now) continue
      lane.delayed.delete(subject)
      makeReady(lane, subject, job.failures)
    }
  }

  function makeReady(lane: Lane, subject: string, failures: number): void {
    if (lane.running.has(subject)) lane.again.add(subject)
    else lane.ready.set(subject, { failures })
  }

  function pump(queue: string, lane: Lane): void {
    if (closed) return
    for (const consumer of lane.consumers) {
      while (consumer.running.size < consumer.concurrency) {
        const next = lane.ready.entries().next()
        if (next.done) return
        const [subject, job] = next.value
        lane.ready.delete(subject)
        lane.running.add(subject)
        const run: Promise<void> = handle(queue, lane, consumer, subject, job.failures).finally(() => {
          consumer.running.delete(run)
          pump(queue, lane)
        })
        consumer.running.add(run)
      }
    }
  }

  async function handle(queue: string, lane: Lane, consumer: Consumer, subject: string, failures: number): Promise<void> {
    await Promise.resolve() // whoever added the job goes on first
    let failure: { readonly error: unknown } | undefined
    try {
      await consumer.handler({ subject })
    } catch (error) {
      failure = { error }
    }
    lane.running.delete(subject)
    const followed = lane.again.delete(subject)
    if (followed) lane.ready.set(subject, { failures: 0 })
    if (!failure) return

    const facts = { queue, subject, attempt: failures + 1, error: failure.error }
    const delay = retryDelays[failures]
    if (delay === undefined) return logger.error(facts, 'job dropped after its last try')
    logger.warn(facts, 'job failed and will be tried again')
    // A newer job of the subject is the next try already.
    if (followed) return
    const dueAt = clock.now() + delay
    const newer = lane.delayed.get(subject)
    lane.delayed.set(subject, newer ? { ...newer, dueAt: Math.min(newer.dueAt, dueAt) } : { failures: failures + 1, dueAt })
    wakeLater()
  }

  return {
    async add(queue, subject, options = {}) {
      if (closed) throw new AppError('QUEUE_UNREACHABLE', { queue })
      const lane = laneOf(queue)
      const delay = Math.max(0, options.delayMilliseconds ?? 0)
      if (lane.ready.has(subject) || lane.again.has(subject)) return
      const delayed = lane.delayed.get(subject)
      if (delayed) {
        // What waits for its next try keeps its place, or a busy adder would burn all tries at once.
        if (delayed.failures > 0 || delayed.dueAt <= clock.now() + delay) return
        lane.delayed.delete(subject)
      }
      if (delay > 0) lane.delayed.set(subject, { failures: 0, dueAt: clock.now() + delay })
      else makeReady(lane, subject, 0)
      pump(queue, lane)
      wakeLater()
    },

    async process(queue, options, handler) {
      if (closed) throw new AppError('QUEUE_UNREACHABLE', { queue })
      const lane = laneOf(queue)
      const consumer: Consumer = { concurrency: options.concurrency, handler, running: new Set() }
      lane.consumers.add(consumer)
      pump(queue, lane)
      return async () => {
        lane.consumers.delete(consumer)
        await Promise.all(consumer.running)
      }
    },

    async pending(queue) {
      const lane = laneOf(queue)
      return lane.ready.size + lane.delayed.size + lane.again.size + lane.running.size
    },

    async close() {
      closed = true
      clearTimeout(timer)
      await Promise.all([...lanes.values()].flatMap(lane => [...lane.consumers].flatMap(consumer => [...consumer.running])))
    },
  }
}
