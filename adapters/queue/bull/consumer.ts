// One process() call on Bull: takes jobs from Redis, keeps one subject from running twice here, and decides about further tries.
// Called by bull-queue.ts.
import Bull from 'bull'
import type { Redis } from 'ioredis'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../../../core/ports/logger.js'
import type { Job } from '../../../core/ports/queue.js'
import type { RedisConnections } from './redis-connections.js'
import { waitingMark } from './waiting-mark.js'

export interface ConsumerParts {
  readonly queue: string
  readonly prefix: string
  readonly concurrency: number
  readonly handler: (job: Job) => Promise<void>
  readonly connections: RedisConnections
  /** Subjects of this queue being handled in this process, shared by its consumers; true when a further job of one was put back. */
  readonly running: Map<string, boolean>
  readonly retryDelays: readonly number[]
  readonly stalledAfterMilliseconds: number
  readonly logger: Logger
}

export interface Pointer {
  readonly subject: string
}

/** Tells Bull to let the job wait once more; carries no text, because Bull stores the text of errors in Redis. */
class PutBack extends Error {
  constructor(readonly delayMilliseconds: number) {
    super('put back')
  }
}

/** How long a job waits whose subject is being handled here (milliseconds); the end of that handler brings it forward. */
const SUBJECT_BUSY = 1_000

/** After the last handler has ended, Redis gets this long (milliseconds) to hear about it. */
const CLOSE_LIMIT = 5_000

/** Starts consuming at once, or when Redis answers; the returned function stops and resolves when no handler runs any more. */
export function startConsumer(parts: ConsumerParts): () => Promise<void> {
  const { queue, connections, running, retryDelays, logger } = parts
  const mark = waitingMark(`${parts.prefix}:${queue}:`)
  const handling = new Set<Promise<void>>()
  const blocking: Redis[] = []
  let stopping: Promise<void> | undefined

  const createClient = (type: 'client' | 'subscriber' | 'bclient'): Redis => {
    if (type === 'client') return connections.worker()
    if (type === 'subscriber') return connections.subscriber()
    // Bull may ask for it after close() when Redis was away all the time.
    const client = connections.blocking(stopping !== undefined)
    blocking.push(client)
    return client
  }
  const bull = new Bull<Pointer>(queue, {
    prefix: parts.prefix,
    createClient,
    settings: {
      lockDuration: parts.stalledAfterMilliseconds,
      stalledInterval: parts.stalledAfterMilliseconds,
      maxStalledCount: retryDelays.length,
      retryProcessDelay: 1_000,
      backoffStrategies: { putBack: (_, error) => (error instanceof PutBack ? error.delayMilliseconds : SUBJECT_BUSY) },
    },
  })
  // Bull would name its connection in Redis without looking after the promise: closing in an outage would end the process.
  Object.assign(bull, { setWorkerName: async () => undefined })
  bull.on('error', error => connections.report(error))
  bull.on('failed', (job: Bull.Job<Pointer> | null, error: Error) => {
    if (error instanceof PutBack) return
    logger.error({ queue, subject: job?.data.subject, error }, 'job dropped: its worker died too often')
  })

  async function take(job: Bull.Job<Pointer>): Promise<void> {
    const { subject } = job.data
    if (stopping || running.has(subject)) {
      if (running.has(subject)) running.set(subject, true)
      job.attemptsMade -= 1 // Bull counts this as a try; it was none
      throw new PutBack(stopping ? 1 : SUBJECT_BUSY)
    }
    running.set(subject, false)
    const run = handle(job, subject).finally(() => {
      const followed = running.get(subject)
      running.delete(subject)
      handling.delete(run)
      if (!followed) return
      mark.prepare(connections.worker(), subject, Date.now()).catch((error: unknown) => connections.report(error))
    })
    handling.add(run)
    await run
  }

  async function handle(job: Bull.Job<Pointer>, subject: string): Promise<void> {
    const jobId = String(job.id)
    try {
      await mark.begin(connections.worker(), subject, jobId)
      await parts.handler({ subject })
    } catch (error) {
      const facts = { queue, subject, attempt: job.attemptsMade + 1, error }
      const delay = retryDelays[job.attemptsMade]
      if (delay === undefined) return logger.error(facts, 'job dropped after its last try')
      logger.warn(facts, 'job failed and will be tried again')
      if (await mark.rejoin(connections.worker(), subject, jobId)) throw new PutBack(delay)
      // A newer job of the subject is the next try already, and must not be later than this one would be.
      await mark.prepare(connections.worker(), subject, Date.now() + delay)
    }
  }

  // Ends by rejecting only when its connections are closed.
  bull.process(parts.concurrency, take).catch((error: unknown) => {
    if (!stopping) connections.report(error)
  })

  async function stop(): Promise<void> {
    const closing = bull.close().catch((error: unknown) => connections.report(error))
    while (handling.size > 0) await Promise.allSettled(handling)
    const limit = new AbortController()
    await Promise.race([closing, sleep(CLOSE_LIMIT, undefined, { signal: limit.signal }).catch(() => undefined)])
    limit.abort()
    for (const client of blocking) connections.release(client)
  }
  return () => (stopping ??= stop())
}
