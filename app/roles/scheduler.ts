// The role that keeps the clock: one process at a time by lease.
import { jobs } from '../../core/scheduling/jobs/index.js'
import { Scheduler } from '../../core/scheduling/scheduler.js'
import type { Parts } from '../compose.js'
import { startLoop } from '../loop.js'

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
    tickets: core.tickets,
    uploads: core.uploads,
  })
  const loop = startLoop('scheduler', 1000, parts.logger, () => scheduler.tick())
  return {
    async stop() {
      await loop.stop()
      await scheduler.stop()
    },
  }
}
