// The hot lane of one tenant: reads the archive from where it stopped, normalises, judges in memory, hands hits to the alert flow.
// State and cursors are saved together, after the hits: a crash in between judges again and the alert flow drops the repeats.
import type { EcsEvent } from '../events/event.js'
import type { Archive } from '../ports/archive.js'
import type { Clock } from '../ports/clock.js'
import { instant } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { Transactions } from '../ports/transaction.js'
import type { Tenant } from '../tenants/tenant.js'
import type { AlertFlow } from './alert-flow.js'
import type { Hit, JudgedEvent } from './hit.js'

const PAGE = 2000
/** Cursors of files this many days old or older are forgotten once read to the end. */
const CURSOR_DAYS = 3

export interface TenantDetector {
  judge(events: readonly JudgedEvent[]): Hit[]
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
  detectorFor(tenant: Tenant): TenantDetector
  /** Told what was judged, for metrics. */
  counted(tenantId: string, events: number, hits: number): void
}

interface Live {
  readonly detector: TenantDetector
  cursors: Readonly<Record<string, number>>
}

/** One per process; keeps the detectors of the tenants this process judges. */
export class TenantJudge {
  private readonly live = new Map<string, Live>()
  constructor(private readonly needs: JudgeNeeds) {}

  /** Judges everything the archive holds beyond the cursors. Must not run twice at once for a tenant: the shard's lease sees to that. */
  async judge(tenant: Tenant, mayGoOn: () => boolean = () => true): Promise<void> {
    const state = this.live.get(tenant.id) ?? (await this.load(tenant))
    try {
      for (;;) {
        const page = await this.needs.archive.read(tenant.id, state.cursors, PAGE)
        if (page.records.length === 0) return
        const events = page.records.map(record => ({
          event: this.needs.normalise(record),
          position: record.position,
          receivedAt: record.receivedAt,
        }))
        const hits = state.detector.judge(events)
        this.needs.counted(tenant.id, events.length, hits.length)
        if (hits.length > 0) await this.needs.alertFlow.raise(tenant, hits)
        state.cursors = this.forgetOld(page.cursors)
        await this.save(tenant, state)
        if (!page.more || !mayGoOn()) return
      }
    } catch (error) {
      // What is in memory may be ahead of what was saved: start again from the saved state.
      this.live.delete(tenant.id)
      throw error
    }
  }

  /** Called when the shard goes to another process. */
  forget(tenantId: string): void {
    this.live.delete(tenantId)
  }

  private async load(tenant: Tenant): Promise<Live> {
    const saved = await this.needs.transactions.read(t => t.detectorStates.get(tenant.id, tenant.id))
    const state: Live = { detector: this.needs.detectorFor(tenant), cursors: saved?.cursors ?? {} }
    if (saved) state.detector.restore(saved.state)
    this.live.set(tenant.id, state)
    return state
  }

  private async save(tenant: Tenant, state: Live): Promise<void> {
    const row = { cursors: state.cursors, state: state.detector.snapshot(), updatedAt: instant(this.needs.clock.now()) }
    await this.needs.transactions.run(async tx => {
      if ((await tx.detectorStates.update(tenant.id, { id: tenant.id }, row)) === 0)
        await tx.detectorStates.insertIfAbsent({ id: tenant.id, tenantId: tenant.id, ...row })
    })
  }

  private forgetOld(cursors: Readonly<Record<string, number>>): Record<string, number> {
    const oldest = instant(this.needs.clock.now() - CURSOR_DAYS * 86_400_000).slice(0, 10)
    const kept = Object.entries(cursors).filter(([file]) => file.slice(0, 10) >= oldest)
    // The newest file always stays: with no cursor at all reading would begin at the start of the archive.
    return Object.fromEntries(
      kept.length > 0
        ? kept
        : Object.entries(cursors)
            .sort(([a], [b]) => (a < b ? 1 : -1))
            .slice(0, 1),
    )
  }
}
