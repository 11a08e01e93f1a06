// The hot lane of one tenant: reads the archive from where it stopped, normalises, judges in memory, hands hits to the alert flow.
// State and cursors are saved together, some time after the hits: a crash in between judges again and the alert flow drops the repeats.
import type { EcsEvent } from '../events/event.js'
import type { Archive, ArchivedRecord } from '../ports/archive.js'
import type { Clock } from '../ports/clock.js'
import { instant } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { Tables, Transactions } from '../ports/transaction.js'
import { EventTally } from '../metrics/event-tally.js'
import type { Tenant } from '../tenants/tenant.js'
import type { AlertFlow } from './alert-flow.js'
import type { Hit, JudgedEvent } from './hit.js'

const PAGE = 2000
/** Of a page, so many events are in memory at a time. */
const SLICE = 100
/** The state is saved this often (milliseconds): what came after is judged again after a crash, and the alert flow knows its repeats. */
const SAVE_AFTER = 2000

export interface TenantDetector {
  judge(events: readonly JudgedEvent[]): Hit[]
  /** By model: stories remembered, and forgotten for want of room. */
  stats?(): Readonly<Record<string, { readonly kept: number; readonly dropped: number }>>
  snapshot(): unknown
  restore(state: unknown): void
}

export interface JudgeNeeds {
  readonly archive: Archive
  readonly transactions: Transactions
  readonly alertFlow: AlertFlow
  readonly clock: Clock
  readonly logger: Logger
  normalise(record: { raw: string; type: string; receivedAt: string; peer?: string }): EcsEvent
  /** Told every event once it is understood, for the wellbeing of its source. */
  observed?(tenantId: string, record: { sourceId: string; receivedAt: string }, event: EcsEvent): void
  detectorFor(tenant: Tenant): TenantDetector
  /** Changes when rules or indicators do: detectors are made anew and go on with their state. */
  contentVersion?(): number
  /** Told what was judged, for metrics. */
  counted(tenantId: string, events: number, hits: number): void
}

interface Live {
  readonly detector: TenantDetector
  cursors: Readonly<Record<string, number>>
  /** Settings the detector was made with; a change makes a new one. */
  readonly settings: string
  /** Judged further than was saved, since (milliseconds). */
  unsavedSince: number | undefined
  /** Events judged since it was saved. */
  tally: EventTally
}

export interface Judging {
  /** False when the shard was lost or the process is stopping. */
  mayGoOn(): boolean
  /** Inside the saving transaction: may this process still write for the tenant? */
  fence(tables: Tables): Promise<boolean>
}

const alone: Judging = { mayGoOn: () => true, fence: () => Promise.resolve(true) }

/** One per process; keeps the detectors of the tenants this process judges. */
export class TenantJudge {
  private readonly live = new Map<string, Live>()
  constructor(private readonly needs: JudgeNeeds) {}

  /** Judges everything the archive holds beyond the cursors. Must not run twice at once for a tenant: ShardWorker sees to that. */
  async judge(tenant: Tenant, judging: Judging = alone): Promise<void> {
    const state = await this.stateOf(tenant, judging)
    try {
      for (;;) {
        const page = await this.needs.archive.read(tenant.id, state.cursors, PAGE)
        if (page.records.length > 0) {
          const hits = this.judgePage(tenant.id, state, page.records)
          this.needs.counted(tenant.id, page.records.length, hits.length)
          if (hits.length > 0) await this.needs.alertFlow.raise(tenant, hits)
          state.cursors = page.cursors
          state.unsavedSince ??= this.needs.clock.now()
        }
        if (!page.more || !judging.mayGoOn()) break
      }
      if (state.unsavedSince !== undefined && this.needs.clock.now() - state.unsavedSince >= SAVE_AFTER)
        await this.save(tenant.id, state, judging)
    } catch (error) {
      // What is in memory may be ahead of what was saved: start again from the saved state.
      this.live.delete(tenant.id)
      throw error
    }
  }

  /** Understands and judges slice by slice: events that live for a moment cost the garbage collector next to nothing. */
  private judgePage(tenantId: string, { detector, tally }: Live, records: readonly ArchivedRecord[]): Hit[] {
    const hits: Hit[] = []
    for (let from = 0; from < records.length; from += SLICE) {
      const events = records.slice(from, from + SLICE).map((record): JudgedEvent => {
        const event = this.needs.normalise(record)
        this.needs.observed?.(tenantId, record, event)
        tally.add(record.receivedAt, record.sourceId, event.event.dataset)
        return { event, position: record.position, receivedAt: record.receivedAt }
      })
      for (const hit of detector.judge(events)) hits.push(hit)
    }
    return hits
  }

  /** Memory of the models of a tenant this process judges; empty for others. Feeds the metrics and what people ask about models. */
  memoryOf(tenantId: string): Readonly<Record<string, { readonly kept: number; readonly dropped: number }>> {
    return this.live.get(tenantId)?.detector.stats?.() ?? {}
  }

  /** Of all tenants this process judges, by model; for metrics only. */
  acrossTenantsMemory(): ReadonlyMap<string, { kept: number; dropped: number }> {
    const sums = new Map<string, { kept: number; dropped: number }>()
    for (const { detector } of this.live.values())
      for (const [id, { kept, dropped }] of Object.entries(detector.stats?.() ?? {})) {
        const before = sums.get(id) ?? { kept: 0, dropped: 0 }
        sums.set(id, { kept: before.kept + kept, dropped: before.dropped + dropped })
      }
    return sums
  }

  /** Saves and forgets: the tenants' shard goes to another process, or this one ends. */
  async forgetShard(contains: (tenantId: string) => boolean, judging: Judging = alone): Promise<void> {
    for (const [tenantId, state] of [...this.live]) {
      if (!contains(tenantId)) continue
      this.live.delete(tenantId)
      if (state.unsavedSince !== undefined)
        await this.save(tenantId, state, judging).catch((error: unknown) => this.report(tenantId, error))
    }
  }

  private async stateOf(tenant: Tenant, judging: Judging): Promise<Live> {
    const settings = `${this.needs.contentVersion?.() ?? 0} ${JSON.stringify(tenant.settings.models)}`
    const known = this.live.get(tenant.id)
    if (known?.settings === settings) return known
    if (known?.unsavedSince !== undefined) await this.save(tenant.id, known, judging)
    const saved = await this.needs.transactions.read(t => t.detectorStates.get(tenant.id, tenant.id))
    const state: Live = {
      detector: this.needs.detectorFor(tenant),
      cursors: saved?.cursors ?? {},
      settings,
      unsavedSince: undefined,
      tally: new EventTally(),
    }
    if (saved) state.detector.restore(saved.state)
    this.live.set(tenant.id, state)
    return state
  }

  /** @throws when the shard is no longer ours: the other process has gone on from the saved state */
  private async save(tenantId: string, state: Live, judging: Judging): Promise<void> {
    const row = { cursors: state.cursors, state: state.detector.snapshot(), updatedAt: instant(this.needs.clock.now()) }
    await this.needs.transactions.run(async tx => {
      if (!(await judging.fence(tx))) throw new Error('the shard belongs to another worker now')
      if ((await tx.detectorStates.update(tenantId, { id: tenantId }, row)) === 0)
        await tx.detectorStates.insertIfAbsent({ id: tenantId, tenantId, ...row })
      await state.tally.save(tx, tenantId)
    })
    state.unsavedSince = undefined
    state.tally = new EventTally()
  }

  private report(tenantId: string, error: unknown): void {
    this.needs.logger.warn({ error, tenantId }, 'state was not saved; what was judged since is judged again')
  }
}
