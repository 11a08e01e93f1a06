// The role that judges and acts: its share of the shards, and the disposals that are due.
import { join } from 'node:path'
import { loadContent } from '../../adapters/content/load-content.js'
import { BlockExecutor } from '../../core/disposal/block-executor.js'
import { FormatSet } from '../../core/normalise/formats/format-set.js'
import { readFormats } from '../../core/normalise/formats/read-format.js'
import { normalise } from '../../core/normalise/normalise.js'
import { ShardWorker } from '../../core/scheduling/shards.js'
import { makeAlertFlow } from '../../core/threats/alert-flow.js'
import { createDetector } from '../../core/threats/detector.js'
import { TenantJudge } from '../../core/threats/judge-tenant.js'
import { models } from '../../core/threats/models/index.js'
import { makeMaterials } from '../../core/threats/materials.js'
import type { Parts } from '../compose.js'
import { startLoop } from '../loop.js'
import { contentFolder } from '../folders.js'

const RENEW_MILLISECONDS = 2000
/** The safety net for lost jobs; normally a shard is told at once. */
const SWEEP_MILLISECONDS = 3000
const ACT_MILLISECONDS = 500

export interface WorkerRole {
  shards(): number
  stop(): Promise<void>
}

export function startWorker(parts: Parts): WorkerRole {
  const { core, clock, logger, metrics } = parts
  const content = loadContent([contentFolder, join(parts.config.dataDir, 'content')])
  const { materials, faults } = makeMaterials(content)
  const read = readFormats(content.formats)
  const formats = new FormatSet(read.formats)
  for (const fault of [...content.faults, ...faults, ...read.faults]) logger.warn({ ...fault }, 'content was left out')
  const judge = new TenantJudge({
    archive: parts.archive,
    transactions: core.transactions,
    alertFlow: makeAlertFlow({ transactions: core.transactions }),
    clock,
    logger,
    normalise: record => normalise(record, { formats }),
    detectorFor: tenant =>
      createDetector(models, materials, tenant.settings.models, (modelId, error) => {
        metrics.modelFault(modelId)
        logger.error({ error, modelId, tenantId: tenant.id }, 'model failed on an event')
      }),
    counted: (_, events, hits) => metrics.eventsJudged(events, hits),
  })
  const shards = new ShardWorker({
    leases: parts.leases,
    queue: parts.queue,
    directory: core.directory,
    judge,
    logger,
    owner: parts.owner,
  })
  const executor = new BlockExecutor({ transactions: core.transactions, devices: parts.devices, clock, logger, owner: parts.owner })
  const renewing = startLoop('shards', RENEW_MILLISECONDS, logger, () => shards.renew())
  const sweeping = startLoop('sweep', SWEEP_MILLISECONDS, logger, () => shards.sweep())
  const acting = startLoop('disposals', ACT_MILLISECONDS, logger, async () => {
    if ((await executor.runDue()) > 0) acting.kick()
  })
  core.transactions.onCommit(() => acting.kick())
  metrics.watch('guanjia_shards', 'Shards this process judges', () => shards.shards)
  return {
    shards: () => shards.shards,
    async stop() {
      await renewing.stop()
      await sweeping.stop()
      await acting.stop()
      await shards.stop()
    },
  }
}
