// What every queue engine must do; run on the in-process queue and on Bull with a real Redis.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { isAppError } from '../../core/errors.js'
import { type Logger, silentLogger } from '../../core/ports/logger.js'
import type { Job, Queue } from '../../core/ports/queue.js'

export interface QueueSettings {
  readonly retryDelays: readonly number[]
  readonly logger: Logger
}

export interface QueueEngine {
  /** Called once before all cases. */
  start(): Promise<void>
  make(settings: QueueSettings): Queue
  stop(): Promise<void>
}

/** A handler that notes what it was given and lets a test decide when it ends. */
export function heldHandler(): {
  readonly started: string[]
  readonly handler: (job: Job) => Promise<void>
  /** Lets the oldest running call end. */
  release(error?: Error): void
} {
  const started: string[] = []
  const open: ((error?: Error) => void)[] = []
  return {
    started,
    handler: job => {
      started.push(job.subject)
      return new Promise<void>((resolve, reject) => open.push(error => (error ? reject(error) : resolve())))
    },
    release(error) {
      const end = open.shift()
      if (!end) throw new Error('nothing is running')
      end(error)
    },
  }
}

/** Waits for something that must come; 20 s are a limit against hanging, not a measurement. */
export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 20 })
}

export function recordingLogger(): { readonly lines: { level: string; facts: object; message: string }[]; readonly logger: Logger } {
  const lines: { level: string; facts: object; message: string }[] = []
  const at =
    (level: string) =>
    (facts: object, message: string): void => {
      lines.push({ level, facts, message })
    }
  const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => logger }
  return { lines, logger }
}

export function queueContract(name: string, engine: QueueEngine): void {
  describe(`queue on ${name}`, () => {
    const open: Queue[] = []
    const make = (settings: Partial<QueueSettings> = {}): Queue => {
      const queue = engine.make({ retryDelays: [10, 20, 30, 40, 50], logger: silentLogger, ...settings })
      open.push(queue)
      return queue
    }
    const lane = (): string => `q-${randomUUID()}`

    beforeAll(() => engine.start())
    afterEach(async () => {
      await Promise.all(open.splice(0).map(queue => queue.close()))
    })
    afterAll(() => engine.stop())

    it('every subject is delivered once, added before or after the consumer came', async () => {
      const [queue, q] = [make(), lane()]
      const seen: string[] = []
      await queue.add(q, 'a')
      await queue.add(q, 'b')

      await queue.process(q, { concurrency: 2 }, async job => void seen.push(job.subject))
      await queue.add(q, 'c')

      await eventually(async () => {
        expect(seen.toSorted()).toEqual(['a', 'b', 'c'])
        expect(await queue.pending(q)).toBe(0)
      })
    })

    it('hostile characters in a subject come out as they went in', async () => {
      const [queue, q] = [make(), lane()]
      const subjects = ['a:b', '{x}', '*', '"; FLUSHALL\r\n', '__proto__', '管家', ' ']
      const seen: string[] = []
      for (const subject of subjects) await queue.add(q, subject)

      await queue.process(q, { concurrency: 1 }, async job => void seen.push(job.subject))

      await eventually(() => expect(seen).toEqual(subjects))
    })

    it('queues do not see each other', async () => {
      const [queue, q, other] = [make(), lane(), lane()]
      const seen: string[] = []
      await queue.process(q, { concurrency: 1 }, async job => void seen.push(job.subject))

      await queue.add(other, 'theirs')
      await queue.add(q, 'ours')

      await eventually(() => expect(seen).toEqual(['ours']))
      expect(await queue.pending(other)).toBe(1)
    })

    it('a subject that waits is not added twice', async () => {
      const [queue, q] = [make(), lane()]
      const seen: string[] = []
      await Promise.all(Array.from({ length: 20 }, () => queue.add(q, 'a')))
      await queue.add(q, 'b')
      expect(await queue.pending(q)).toBe(2)

      await queue.process(q, { concurrency: 5 }, async job => void seen.push(job.subject))

      await eventually(async () => {
        expect(seen.toSorted()).toEqual(['a', 'b'])
        expect(await queue.pending(q)).toBe(0)
      })
    })

    it('what is added while its subject is being handled runs once more afterwards, and never beside it', async () => {
      const [queue, q] = [make(), lane()]
      const held = heldHandler()
      await queue.process(q, { concurrency: 3 }, held.handler)
      await queue.add(q, 'a')
      await eventually(() => expect(held.started).toEqual(['a']))

      for (let time = 0; time < 5; time += 1) await queue.add(q, 'a')
      await queue.add(q, 'b') // has a free place, so it would pass a second "a" that was let through
      await eventually(() => expect(held.started).toEqual(['a', 'b']))
      expect(await queue.pending(q)).toBe(3)
      held.release()

      await eventually(() => expect(held.started).toEqual(['a', 'b', 'a']))
      held.release()
      held.release()
      await eventually(async () => expect(await queue.pending(q)).toBe(0))
      expect(held.started).toEqual(['a', 'b', 'a'])
    })

    it('no addition goes unheard: after each one a handler begins', async () => {
      const [queue, q] = [make(), lane()]
      let written = 0
      let read = 0
      await queue.process(q, { concurrency: 2 }, async () => {
        const now = written
        await new Promise(resolve => setTimeout(resolve, Math.random() * 3))
        read = now
      })

      for (; written < 200;) {
        written += 1
        await queue.add(q, 'a')
        if (written % 7 === 0) await new Promise(resolve => setTimeout(resolve, Math.random() * 4))
      }

      await eventually(async () => {
        expect(read).toBe(200)
        expect(await queue.pending(q)).toBe(0)
      })
    })

    it('a handler that throws is tried again', async () => {
      const [queue, q] = [make(), lane()]
      let tries = 0
      await queue.process(q, { concurrency: 1 }, async () => {
        tries += 1
        if (tries < 3) throw new Error('not yet')
      })

      await queue.add(q, 'a')

      await eventually(async () => {
        expect(tries).toBe(3)
        expect(await queue.pending(q)).toBe(0)
      })
    })

    it('a handler that always throws is tried five times more, then the job is dropped with a line in the log', async () => {
      const { lines, logger } = recordingLogger()
      const [queue, q] = [make({ logger }), lane()]
      let tries = 0
      await queue.process(q, { concurrency: 1 }, () => {
        tries += 1
        throw new Error('never')
      })

      await queue.add(q, 'a')

      await eventually(async () => {
        expect(lines.filter(line => line.level === 'error')).toHaveLength(1)
        expect(await queue.pending(q)).toBe(0)
      })
      expect(tries).toBe(6)
      expect(lines.filter(line => line.level === 'warn')).toHaveLength(5)
      expect(lines.find(line => line.level === 'error')).toMatchObject({ facts: { queue: q, subject: 'a', attempt: 6 } })
      await queue.add(q, 'a') // a dropped job blocks nobody
      await eventually(() => expect(tries).toBeGreaterThan(6))
    })

    it('while it waits for its next try a subject is not added twice, and not hurried', async () => {
      const [queue, q] = [make({ retryDelays: [3_600_000] }), lane()]
      const seen: string[] = []
      await queue.process(q, { concurrency: 1 }, async job => {
        seen.push(job.subject)
        if (job.subject === 'a') throw new Error('later')
      })
      await queue.add(q, 'a')
      await eventually(() => expect(seen).toEqual(['a']))
      await queue.add(q, 'b')
      await eventually(() => expect(seen).toEqual(['a', 'b']))

      await queue.add(q, 'a')
      await queue.add(q, 'c')

      await eventually(async () => {
        expect(seen).toEqual(['a', 'b', 'c'])
        expect(await queue.pending(q)).toBe(1)
      })
    })

    it('a job that fails while a newer one of its subject waits leaves the work to that one', async () => {
      const [queue, q] = [make({ retryDelays: [3_600_000] }), lane()]
      const held = heldHandler()
      await queue.process(q, { concurrency: 1 }, held.handler)
      await queue.add(q, 'a')
      await eventually(() => expect(held.started).toEqual(['a']))
      await queue.add(q, 'a')

      held.release(new Error('broken'))

      await eventually(() => expect(held.started).toEqual(['a', 'a']))
      expect(await queue.pending(q)).toBe(1)
      held.release()
      await eventually(async () => expect(await queue.pending(q)).toBe(0))
    })

    it('a job that fails while its subject is planned for much later is tried again soon', async () => {
      const [queue, q] = [make(), lane()]
      const held = heldHandler()
      await queue.process(q, { concurrency: 1 }, held.handler)
      await queue.add(q, 'a')
      await eventually(() => expect(held.started).toEqual(['a']))
      await queue.add(q, 'a', { delayMilliseconds: 3_600_000 })

      held.release(new Error('broken'))

      await eventually(() => expect(held.started).toEqual(['a', 'a']))
      expect(await queue.pending(q)).toBe(1)
      held.release()
    })

    it('no more handlers run at once than the concurrency allows', async () => {
      const [queue, q] = [make(), lane()]
      let running = 0
      let most = 0
      let done = 0
      for (let index = 0; index < 30; index += 1) await queue.add(q, `s${index}`)

      await queue.process(q, { concurrency: 3 }, async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise(resolve => setTimeout(resolve, 5))
        running -= 1
        done += 1
      })

      await eventually(() => expect(done).toBe(30))
      expect(most).toBe(3)
    })

    it('a delayed job waits while others pass, and an earlier addition brings it forward', async () => {
      const [queue, q] = [make(), lane()]
      const seen: string[] = []
      await queue.process(q, { concurrency: 1 }, async job => void seen.push(job.subject))

      await queue.add(q, 'far', { delayMilliseconds: 3_600_000 })
      await queue.add(q, 'near', { delayMilliseconds: 150 })
      await queue.add(q, 'now')

      await eventually(() => expect(seen).toEqual(['now', 'near']))
      expect(await queue.pending(q)).toBe(1)
      await queue.add(q, 'far', { delayMilliseconds: 7_200_000 })
      expect(await queue.pending(q)).toBe(1)
      await queue.add(q, 'far')
      await eventually(() => expect(seen).toEqual(['now', 'near', 'far']))
      await eventually(async () => expect(await queue.pending(q)).toBe(0))
    })

    it('stopping waits for running handlers and leaves the rest to the next consumer', async () => {
      const [queue, q] = [make(), lane()]
      const held = heldHandler()
      const stop = await queue.process(q, { concurrency: 1 }, held.handler)
      await queue.add(q, 'a')
      await eventually(() => expect(held.started).toEqual(['a']))
      await queue.add(q, 'b')
      let stopped = false
      const stopping = stop().then(() => (stopped = true))

      await new Promise(resolve => setTimeout(resolve, 50))
      expect(stopped).toBe(false)
      held.release()
      await stopping

      expect(held.started).toEqual(['a'])
      expect(await queue.pending(q)).toBe(1)
      await queue.process(q, { concurrency: 1 }, held.handler)
      await eventually(() => expect(held.started).toEqual(['a', 'b']))
      held.release()
      await eventually(async () => expect(await queue.pending(q)).toBe(0))
    })

    it('closing waits for running handlers; afterwards nothing is accepted', async () => {
      const [queue, q] = [make(), lane()]
      const held = heldHandler()
      await queue.process(q, { concurrency: 1 }, held.handler)
      await queue.add(q, 'a')
      await eventually(() => expect(held.started).toEqual(['a']))
      let closed = false
      const closing = queue.close().then(() => (closed = true))

      await new Promise(resolve => setTimeout(resolve, 50))
      expect(closed).toBe(false)
      held.release()
      await closing

      await expect(queue.add(q, 'b')).rejects.toSatisfy(error => isAppError(error, 'QUEUE_UNREACHABLE'))
      await queue.close() // twice is no harm
    })
  })
}
