// The role that judges and acts: its share of the shards, and the disposals that are due.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadContent } from '../../adapters/content/load-content.js'
import { loadModels } from '../../adapters/content/load-models.js'
import { ContentWatch } from '../../adapters/content/watch-content.js'
import { DisposalExecutor } from '../../core/disposal/disposal-executor.js'
import { FormatSet } from '../../core/normalise/formats/format-set.js'
import { HealthKeeper } from '../../core/events/health/health-keeper.js'
import { readFormats } from '../../core/normalise/formats/read-format.js'
import { normalise } from '../../core/normalise/normalise.js'
import { ShardWorker } from '../../core/scheduling/shards.js'
import { makeAlertFlow } from '../../core/threats/alert-flow.js'
import { createDetector } from '../../core/threats/detector.js'
import { TenantJudge } from '../../core/threats/judge-tenant.js'
import { models } from '../../core/threats/models/index.js'
import { RuleLibrary } from '../../core/threats/rule-library.js'
import type { Parts } from '../compose.js'
import { PatrolRunner } from '../../core/patrol/patrol-runner.js'
import { contentFolder } from '../folders.js'
import { startLoop } from '../loop.js'

const RENEW_MILLISECONDS = 2000
/** The safety net for lost jobs; normally a shard is told at once. */
const SWEEP_MILLISECONDS = 3000
const ACT_MILLISECONDS = 500
/** Changed rules are at work after two to three of these. */
const CONTENT_MILLISECONDS = 3000
/** How soon a new list of indicators is in use. */
const INTEL_MILLISECONDS = 5000
const PATROL_MILLISECONDS = 1000
const HEALTH_MILLISECONDS = 2000

export interface WorkerRole {
  shards(): number
  stop(): Promise<void>
}

export function startWorker(parts: Parts): WorkerRole {
  const { core, clock, logger, metrics } = parts
  const folders = [contentFolder, join(parts.config.dataDir, 'content')]
  const watch = new ContentWatch(folders)
  const library = new RuleLibrary({}, parts.knowledge.book())
  const { dga, faults: modelFaults } = loadModels(folders)
  for (const fault of modelFaults) logger.warn({ ...fault }, 'content was left out')
  const trained = dga === undefined ? {} : { dga }
  let formats = new FormatSet([])
  const loadRules = () => {
    const content = loadContent(folders)
    const read = readFormats(content.formats)
    formats = new FormatSet(read.formats)
    for (const fault of read.faults) logger.warn({ ...fault }, 'content was left out')
    const { problems, warnings, kept, ...status } = library.load({ ...content, ...trained }, new Date(clock.now()).toISOString())
    for (const fault of problems) logger.warn({ ...fault }, 'content was left out')
    for (const warning of warnings) logger.warn({ ...warning }, 'content is probably not meant as written')
    for (const file of kept) logger.error({ file }, 'changed rules cannot be used; those of before are still at work')
    logger.info({ ...status, refused: problems.length }, 'detection content loaded')
  }
  loadRules()
  const health = new HealthKeeper({ transactions: core.transactions, clock, logger })
  const judge = new TenantJudge({
    archive: parts.archive,
    transactions: core.transactions,
    alertFlow: makeAlertFlow({ transactions: core.transactions }),
    clock,
    logger,
    normalise: record => normalise(record, { formats }),
    detectorFor: tenant =>
      createDetector(models, library.materials, tenant.settings.models, (modelId, error) => {
        metrics.modelFault(modelId)
        logger.error({ error, modelId, tenantId: tenant.id }, 'model failed on an event')
      }),
    contentVersion: () => library.status.version,
    observed: (tenantId, record, event) => health.observe(tenantId, record, event),
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
  const executor = new DisposalExecutor({ transactions: core.transactions, devices: parts.devices, clock, logger, owner: parts.owner })
  const learning = startLoop('intel', INTEL_MILLISECONDS, logger, () => parts.knowledge.refresh())
  const renewing = startLoop('shards', RENEW_MILLISECONDS, logger, () => shards.renew())
  const sweeping = startLoop('sweep', SWEEP_MILLISECONDS, logger, () => shards.sweep())
  const acting = startLoop('disposals', ACT_MILLISECONDS, logger, async () => {
    // Not waited for: what a slow device does must not keep the others from being looked at.
    for (const step of await executor.begin()) void step.then(done => done && acting.kick())
  })
  const reloading = startLoop('content', CONTENT_MILLISECONDS, logger, () => {
    if (watch.hasChanged()) loadRules()
    return Promise.resolve()
  })
  const writing = startLoop('source-health', HEALTH_MILLISECONDS, logger, () => health.flush())
  const patrols = new PatrolRunner({
    transactions: core.transactions,
    engines: parts.engines,
    sightings: core.register,
    secrets: parts.secrets,
    clock,
    pace: { now: () => clock.now(), sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }) },
    logger,
    owner: parts.owner,
  })
  const patrolling = startLoop('patrols', PATROL_MILLISECONDS, logger, () => patrols.takeUp())
  core.transactions.onCommit(() => acting.kick())
  metrics.watch('guanjia_shards', 'Shards this process judges', () => shards.shards)
  metrics.watch('guanjia_rules', 'Sigma rules and correlations in use', () => library.status.rules + library.status.correlations)
  metrics.watch(
    'guanjia_content_problems',
    'Rules, indicators and files left out; the log names each',
    () => library.status.problems.length,
  )
  metrics.watch('guanjia_content_kept', 'Rule files whose new state is broken: the old one is in use', () => library.status.kept.length)
  metrics.watch('guanjia_content_version', 'Counts the loads of detection content', () => library.status.version)
  const memory = (figure: 'kept' | 'dropped') => () => [...judge.acrossTenantsMemory()].map(([id, stats]) => [id, stats[figure]] as const)
  metrics.watchEach('guanjia_model_stories', 'Stories the models of the tenants judged here remember', 'model', memory('kept'))
  metrics.watchEach(
    'guanjia_model_stories_dropped',
    'Stories forgotten for want of room since they were loaded',
    'model',
    memory('dropped'),
  )
  return {
    shards: () => shards.shards,
    async stop() {
      await reloading.stop()
      await learning.stop()
      await renewing.stop()
      await sweeping.stop()
      await acting.stop()
      await patrolling.stop()
      await patrols.stop()
      await shards.stop()
      await writing.stop()
      await health.flush(true)
    },
  }
}
