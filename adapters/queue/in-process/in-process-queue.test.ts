// Runs the queue contract on the in-process queue, and shows that it goes by the clock it was given.
import { expect, it } from 'vitest'
import { systemClock } from '../../../core/ports/clock.js'
import { silentLogger } from '../../../core/ports/logger.js'
import { eventually, queueContract } from '../../../tests/contracts/queue.js'
import { makeInProcessQueue } from './in-process-queue.js'

queueContract('memory', {
  start: async () => undefined,
  make: settings => makeInProcessQueue({ clock: systemClock, ...settings }),
  stop: async () => undefined,
})

it('a delay passes by the clock handed in', async () => {
  let now = Date.UTC(2026, 10, 24)
  const queue = makeInProcessQueue({ clock: { now: () => now }, logger: silentLogger })
  const seen: string[] = []
  await queue.process('q', { concurrency: 1 }, async job => void seen.push(job.subject))
  await queue.add('q', 'later', { delayMilliseconds: 60_000 })
  await queue.add('q', 'now')
  await eventually(() => expect(seen).toEqual(['now']))

  now += 60_000

  await eventually(() => expect(seen).toEqual(['now', 'later']))
  await queue.close()
})
