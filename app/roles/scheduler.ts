// The role that keeps the clock: one process at a time by lease.
import { makeIntelFeed } from '../../adapters/intel-feed/index.js'
import { FeedService } from '../../core/intel/feed-service.js'
import { TimerService } from '../../core/clocks/timer-service.js'
import { jobs } from '../../core/scheduling/jobs/index.js'
import { Scheduler } from '../../core/scheduling/scheduler.js'
import { dueActs } from '../../core/due-acts.js'
import type { Parts } from '../compose.js'
import { startLoop } from '../loop.js'

const FEED_MILLISECONDS = 5000
const FILE_MILLISECONDS = 5000

export function startScheduler(parts: Parts): { stop(): Promise<void> } {
  const { core } = parts
  const scheduler = new Scheduler({
    jobs,
    leases: parts.leases,
    directory: core.directory,
    clock: parts.clock,
    logger: parts.logger,
    owner: parts.owner,
    transactions: core.transactions,
    archive: parts.archive,
    reports: core.reports,
    reportReview: core.reportReview,
    scores: core.scores,
    tickets: core.tickets,
    uploads: core.uploads,
    patrols: core.patrols,
    duty: core.duty,
    similar: core.similar,
  })
  const feeds = new FeedService({
    transactions: core.transactions,
    clock: parts.clock,
    logger: parts.logger,
    secrets: parts.secrets,
    feed: makeIntelFeed(),
    store: parts.knowledge.store,
  })
  // A loop of its own: a slow list must not hold up the clock.
  const reading = startLoop('intel-feeds', FEED_MILLISECONDS, parts.logger, async () => void (await feeds.refreshDue()))
  const timers = new TimerService({
    transactions: core.transactions,
    changes: core.changes,
    others: dueActs(core),
    clock: parts.clock,
    logger: parts.logger,
  })
  const timing = startLoop('timers', 1000, parts.logger, () => timers.runDue())
  const filing = startLoop('report-files', FILE_MILLISECONDS, parts.logger, async () => void (await core.reportFiles.makeWanted()))
  const loop = startLoop('scheduler', 1000, parts.logger, () => scheduler.tick())
  return {
    async stop() {
      await loop.stop()
      await filing.stop()
      await reading.stop()
      await timing.stop()
      await scheduler.stop()
    },
  }
}
