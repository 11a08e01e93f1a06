// Spreads tenants over shards and shards over living workers; each shard is judged by exactly one worker at a time (design.md section 2).
import type { Logger } from '../ports/logger.js'
import type { Queue } from '../ports/queue.js'
import type { Directory } from '../tenants/directory.js'
import type { Tenant } from '../tenants/tenant.js'
import type { TenantJudge } from '../threats/judge-tenant.js'
import type { Leases } from './leases.js'

export const SHARDS = 64
/** A worker that dies is followed by another after this time. */
const LEASE_SECONDS = 8

/** FNV-1a, 32 bit: the same everywhere and for ever, since queue names depend on it. */
export function shardOf(tenantId: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(tenantId)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash % SHARDS
}

export function shardQueue(shard: number): string {
  return `judge-${shard}`
}

interface Needs {
  readonly leases: Leases
  readonly queue: Queue
  readonly directory: Directory
  readonly judge: TenantJudge
  readonly logger: Logger
  readonly owner: string
}

export class ShardWorker {
  private readonly held = new Map<number, () => Promise<void>>()
  private readonly busy = new Map<string, Promise<void>>()
  private stopping = false
  constructor(private readonly needs: Needs) {}

  get shards(): number {
    return this.held.size
  }

  /** Renews what is held, takes what is free up to a fair share, lets go of more; called every two seconds. */
  async renew(): Promise<void> {
    if (this.stopping) return
    const { leases, owner, logger } = this.needs
    await leases.hold(`worker:${owner}`, LEASE_SECONDS)
    // All at once and first: whatever follows takes time in which no lease may run out.
    const ours = new Set(await leases.renewAll('shard:', LEASE_SECONDS))
    // Ours by the row but not judged here: what failed halfway, while letting go or taking. Renewed for ever, nobody would judge it.
    await Promise.all([...ours].filter(row => !this.held.has(shardOfRow(row))).map(row => leases.release(row)))
    const lost = [...this.held.keys()].filter(shard => !ours.has(name(shard)))
    if (lost.length > 0) logger.warn({ shards: lost }, 'shards were taken over by another worker')
    await Promise.all(lost.map(shard => this.drop(shard)))
    const workers = Math.max(1, (await leases.held('worker:')).length)
    const share = Math.ceil(SHARDS / workers)
    const surplus = [...this.held.keys()].slice(share)
    await Promise.all(surplus.map(shard => this.letGo(shard)))
    if (this.held.size >= share) return
    const taken = new Set((await leases.held('shard:')).map(lease => lease.name))
    const free = Array.from({ length: SHARDS }, (_, shard) => shard).filter(shard => !this.held.has(shard) && !taken.has(name(shard)))
    const won: number[] = []
    for (const shard of free.slice(0, share - this.held.size)) if (await leases.hold(name(shard), LEASE_SECONDS)) won.push(shard)
    await Promise.all(won.map(shard => this.take(shard)))
  }

  /** Judges every tenant of the held shards whose archive may have grown; the safety net for lost jobs and the work after a restart. */
  async sweep(): Promise<void> {
    const tenants = (await this.needs.directory.acrossTenantsList()).filter(tenant => this.held.has(shardOf(tenant.id)))
    for (const tenant of tenants) await this.judge(tenant).catch((error: unknown) => this.report(tenant.id, error))
  }

  /** Ends the running judgements, saves their state and lets go of everything. */
  async stop(): Promise<void> {
    this.stopping = true
    await Promise.all([...this.held.keys()].map(shard => this.letGo(shard)))
    await this.needs.leases.release(`worker:${this.needs.owner}`)
  }

  private async take(shard: number): Promise<void> {
    const consumer = this.needs.queue.process(shardQueue(shard), { concurrency: 4 }, async job => {
      const tenant = await this.needs.directory.tenant(job.subject)
      if (tenant) await this.judge(tenant)
    })
    // Held before the consumer is up: its first job must not find the shard not ours.
    this.held.set(shard, async () => (await consumer)())
    await consumer
  }

  private async letGo(shard: number): Promise<void> {
    await this.drop(shard)
    await this.needs.leases.release(name(shard))
  }

  private async drop(shard: number): Promise<void> {
    const stop = this.held.get(shard)
    this.held.delete(shard)
    await stop?.().catch((error: unknown) => this.needs.logger.warn({ error, shard }, 'queue of a shard could not be left'))
    await Promise.all([...this.busy].filter(([tenantId]) => shardOf(tenantId) === shard).map(([, work]) => work.catch(() => undefined)))
    await this.needs.judge.forgetShard(tenantId => shardOf(tenantId) === shard, {
      mayGoOn: () => false,
      fence: tables => this.needs.leases.isOurs(tables, name(shard)),
    })
  }

  /** One judgement of a tenant at a time; a second call waits for the first and then looks again. */
  private async judge(tenant: Tenant): Promise<void> {
    const before = this.busy.get(tenant.id)
    const work = (async () => {
      await before?.catch(() => undefined)
      const shard = shardOf(tenant.id)
      if (!this.held.has(shard)) return
      await this.needs.judge.judge(tenant, {
        mayGoOn: () => this.held.has(shard),
        fence: tables => this.needs.leases.isOurs(tables, name(shard)),
      })
    })()
    this.busy.set(tenant.id, work)
    try {
      await work
    } finally {
      if (this.busy.get(tenant.id) === work) this.busy.delete(tenant.id)
    }
  }

  private report(tenantId: string, error: unknown): void {
    this.needs.logger.error({ error, tenantId }, 'tenant could not be judged; tried again at the next sweep')
  }
}

function name(shard: number): string {
  return `shard:${shard}`
}

function shardOfRow(row: string): number {
  return Number(row.slice('shard:'.length))
}
