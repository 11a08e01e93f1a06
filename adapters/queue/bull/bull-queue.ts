// The queue of a product spread over processes: Bull on Redis; app/compose.ts picks it when REDIS_URL is given.
import Bull from 'bull'
import { AppError } from '../../../core/errors.js'
import type { Logger } from '../../../core/ports/logger.js'
import type { Queue } from '../../../core/ports/queue.js'
import { RETRY_DELAYS } from '../retry-delays.js'
import { type Pointer, startConsumer } from './consumer.js'
import { RedisConnections } from './redis-connections.js'
import { waitingMark } from './waiting-mark.js'

export interface BullQueueParts {
  /** `redis://[user:password@]host:port[/db]` or `rediss://…`. */
  readonly redisUrl: string
  /** Begins every key, so that installations can share one Redis. */
  readonly prefix: string
  readonly logger: Logger
  /** Milliseconds before each further try of a job that threw; five of them unless told. */
  readonly retryDelays?: readonly number[]
  /** A job whose process died is given to another after once to twice this time; 30 s unless told. */
  readonly stalledAfterMilliseconds?: number
}

/** Milliseconds after which an engine that does not answer counts as unreachable. */
const ANSWER_LIMIT = 5_000

/** Calls waiting for Redis at once; more are refused, so that an outage cannot fill the memory. */
const CALL_LIMIT = 10_000

/** Nothing is connected before the first call, and a Redis that is away is waited for by consumers and refused to adders. */
export function makeBullQueue(parts: BullQueueParts): Queue {
  const { redisUrl, prefix, logger, retryDelays = RETRY_DELAYS, stalledAfterMilliseconds = 30_000 } = parts
  const connections = new RedisConnections(redisUrl, logger)
  const producers = new Map<string, Bull.Queue<Pointer>>()
  const running = new Map<string, Map<string, boolean>>()
  const consumers = new Set<() => Promise<void>>()
  let calls = 0
  let closed = false

  function producerOf(queue: string): Bull.Queue<Pointer> {
    let bull = producers.get(queue)
    if (!bull) {
      bull = new Bull<Pointer>(queue, { prefix, createClient: () => connections.producer() })
      bull.on('error', error => connections.report(error))
      producers.set(queue, bull)
    }
    return bull
  }

  function runningIn(queue: string): Map<string, boolean> {
    const subjects = running.get(queue) ?? new Map<string, boolean>()
    running.set(queue, subjects)
    return subjects
  }

  /** The answer of Redis, or QUEUE_UNREACHABLE; a call given up may still take effect when Redis returns, which does no harm. */
  async function answered<T>(queue: string, ask: () => Promise<T>): Promise<T> {
    if (closed || calls >= CALL_LIMIT) throw new AppError('QUEUE_UNREACHABLE', { queue })
    calls += 1
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_LIMIT} ms`)), ANSWER_LIMIT)
    })
    const answer = ask().finally(() => (calls -= 1))
    try {
      return await Promise.race([answer, late])
    } catch (cause) {
      throw new AppError('QUEUE_UNREACHABLE', { queue }, { cause })
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    async add(queue, subject, options = {}) {
      const delay = Math.max(0, Math.round(options.delayMilliseconds ?? 0))
      await answered(queue, async () => {
        const bull = producerOf(queue)
        // One round trip: both leave on one connection, in this order.
        await Promise.all([
          waitingMark(`${prefix}:${queue}:`).prepare(connections.producer(), subject, Date.now() + delay),
          bull.add(
            { subject },
            {
              debounce: { id: subject },
              delay,
              attempts: retryDelays.length + 2, // never reached: consumer.ts decides
              backoff: { type: 'putBack' },
              removeOnComplete: true,
              removeOnFail: true,
              stackTraceLimit: 1,
            },
          ),
        ])
      })
    },

    async process(queue, options, handler) {
      if (closed) throw new AppError('QUEUE_UNREACHABLE', { queue })
      const stopConsumer = startConsumer({
        queue,
        prefix,
        concurrency: options.concurrency,
        handler,
        connections,
        running: runningIn(queue),
        retryDelays,
        stalledAfterMilliseconds,
        logger,
      })
      const stop = async (): Promise<void> => {
        await stopConsumer()
        consumers.delete(stop)
      }
      consumers.add(stop)
      return stop
    },

    async pending(queue) {
      const counts = await answered(queue, () => producerOf(queue).getJobCounts())
      return counts.waiting + counts.delayed + counts.active
    },

    async close() {
      closed = true
      await Promise.all([...consumers].map(stop => stop()))
      await Promise.all([...producers.values()].map(bull => bull.close()))
      connections.close()
    },
  }
}
