// Runs the queue contract on Bull with a private Redis, then takes that Redis and a worker process away.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAppError } from '../../../core/errors.js'
import { silentLogger } from '../../../core/ports/logger.js'
import { eventually, heldHandler, queueContract, recordingLogger } from '../../../tests/contracts/queue.js'
import { type PrivateServer, startRedis } from '../../../tests/support/servers.js'
import { type BullQueueParts, makeBullQueue } from './bull-queue.js'

let shared: PrivateServer | undefined
const urlOf = (server: PrivateServer | undefined): string => {
  if (!server) throw new Error('Redis was not started')
  return server.url
}

queueContract('Bull', {
  start: async () => {
    shared = await startRedis()
  },
  make: settings => makeBullQueue({ redisUrl: urlOf(shared), prefix: 't', ...settings }),
  stop: async () => shared?.stop(),
})

describe('Bull when things break', () => {
  let redis: PrivateServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())
  const make = (parts: Partial<BullQueueParts> = {}): ReturnType<typeof makeBullQueue> =>
    makeBullQueue({ redisUrl: redis.url, prefix: 'x', logger: silentLogger, ...parts })

  it('while Redis is away an addition is refused; when it is back consumers go on by themselves', async () => {
    const { lines, logger } = recordingLogger()
    const queue = make({ logger })
    const seen: string[] = []
    await queue.process('outage', { concurrency: 2 }, async job => void seen.push(job.subject))
    await queue.add('outage', 'before')
    await eventually(() => expect(seen).toEqual(['before']))

    await redis.kill()
    await expect(queue.add('outage', 'lost')).rejects.toSatisfy(error => isAppError(error, 'QUEUE_UNREACHABLE'))
    await expect(queue.pending('outage')).rejects.toSatisfy(error => isAppError(error, 'QUEUE_UNREACHABLE'))
    expect(lines.filter(line => line.message === 'redis does not answer')).toHaveLength(1)

    await redis.restart()
    await eventually(() => queue.add('outage', 'after'))
    await eventually(() => expect(seen).toContain('after'))
    expect(lines.filter(line => line.message === 'redis answers again')).toHaveLength(1)
    await queue.close()
  })

  it('a Redis that holds the connection but does not answer is unreachable too', async () => {
    const queue = make()
    await queue.add('frozen', 'before')
    process.kill(redis.pid, 'SIGSTOP')

    try {
      await expect(queue.add('frozen', 'during')).rejects.toSatisfy(error => isAppError(error, 'QUEUE_UNREACHABLE'))
    } finally {
      process.kill(redis.pid, 'SIGCONT')
    }

    await eventually(() => queue.add('frozen', 'after'))
    await queue.close()
  })

  it('a handler running through a restart of Redis ends in peace, and its consumer takes the next job', async () => {
    const queue = make({ stalledAfterMilliseconds: 1_000 })
    const held = heldHandler()
    await queue.process('through', { concurrency: 1 }, held.handler)
    await queue.add('through', 'a')
    await eventually(() => expect(held.started).toEqual(['a']))

    await redis.kill()
    await redis.restart()
    held.release()

    await eventually(() => queue.add('through', 'b'))
    await eventually(() => expect(held.started).toEqual(['a', 'b']))
    held.release()
    await queue.close()
  })

  it('a consumer started while Redis is away begins when it comes, and a queue closes without it', async () => {
    await redis.kill()
    const queue = make()
    const given = make()
    const seen: string[] = []
    await queue.process('early', { concurrency: 1 }, async job => void seen.push(job.subject))
    await given.process('early', { concurrency: 1 }, async () => undefined)
    await given.close()

    await redis.restart()

    await eventually(() => queue.add('early', 'a'))
    await eventually(() => expect(seen).toEqual(['a']))
    await redis.kill()
    await queue.close()
    await redis.restart()
  })

  it('two instances share the work and nothing is done twice', async () => {
    const [one, two] = [make(), make()]
    const done: Record<'one' | 'two', string[]> = { one: [], two: [] }
    const subjects = Array.from({ length: 200 }, (_, index) => `s${index}`)
    const work = (who: 'one' | 'two') => async (job: { subject: string }) => {
      await new Promise(resolve => setTimeout(resolve, 2))
      done[who].push(job.subject)
    }
    await one.process('shared', { concurrency: 2 }, work('one'))
    await two.process('shared', { concurrency: 2 }, work('two'))

    await Promise.all(subjects.map((subject, index) => (index % 2 ? one : two).add('shared', subject)))

    await eventually(async () => expect(await one.pending('shared')).toBe(0))
    expect([...done.one, ...done.two].toSorted()).toEqual(subjects.toSorted())
    expect(done.one.length).toBeGreaterThan(0)
    expect(done.two.length).toBeGreaterThan(0)
    await Promise.all([one.close(), two.close()])
  })

  it('a job whose worker was killed -9 is picked up by another', async () => {
    const queue = make({ stalledAfterMilliseconds: 1_000 })
    await queue.add('deadly', 'a')
    const script = fileURLToPath(new URL('../../../tests/support/bull-consumer.ts', import.meta.url))
    const worker = spawn(process.execPath, ['--import', 'tsx', script, redis.url, 'x', 'deadly', '1000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [begun] = (await once(worker.stdout, 'data')) as [Buffer]
    expect(begun.toString()).toBe('a\n')
    const seen: string[] = []
    await queue.process('deadly', { concurrency: 1 }, async job => void seen.push(job.subject))
    await queue.add('deadly', 'b')
    await eventually(() => expect(seen).toEqual(['b'])) // the living worker keeps "a"

    worker.kill('SIGKILL')

    await eventually(() => expect(seen).toEqual(['b', 'a']))
    await eventually(async () => expect(await queue.pending('deadly')).toBe(0))
    await queue.close()
  })

  it('a finished job leaves nothing behind in Redis', async () => {
    const queue = make({ prefix: 'clean', retryDelays: [1] })
    let failed = 0
    await queue.process('tidy', { concurrency: 1 }, async job => {
      if (job.subject !== 'bad') return
      failed += 1
      throw new Error('always')
    })
    await queue.add('tidy', 'good')
    await queue.add('tidy', 'bad')
    await eventually(async () => {
      expect(failed).toBe(2)
      expect(await queue.pending('tidy')).toBe(0)
    })

    const { Redis } = await import('ioredis')
    const client = new Redis(redis.url)
    const keys = await client.keys('clean:tidy:*')
    client.disconnect()

    // Counters of the queue itself stay; nothing of a job does.
    expect(keys.filter(key => !['clean:tidy:id', 'clean:tidy:stalled-check', 'clean:tidy:stalled'].includes(key))).toEqual([])
    await queue.close()
  })
})
