// A worker process of its own for adapters/queue/bull/bull-queue.test.ts, which kills it: takes one job and never finishes it.
// Arguments: Redis URL, prefix, queue, milliseconds after which a job counts as stalled. Prints the subject it has begun.
import { makeBullQueue } from '../../adapters/queue/bull/bull-queue.js'
import { silentLogger } from '../../core/ports/logger.js'

const [redisUrl = '', prefix = '', queueName = '', stalledAfter = ''] = process.argv.slice(2)
const queue = makeBullQueue({ redisUrl, prefix, logger: silentLogger, stalledAfterMilliseconds: Number(stalledAfter) })
await queue.process(queueName, { concurrency: 1 }, job => {
  process.stdout.write(`${job.subject}\n`)
  return new Promise<void>(() => undefined)
})
