// Does patrols that are due, slice by slice: claims a run, asks the scope again, works, records, heeds a stop within seconds. A worker calls it
// in a loop; whatever dies is taken up by the next one at the slice it was at.
import type { AssetSightings } from '../assets/observation.js'
import { instant, plusSeconds, type Clock } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { ScanEngine, ScanEngines } from '../ports/scan-engine.js'
import type { Secrets } from '../ports/secrets.js'
import type { Transactions } from '../ports/transaction.js'
import type { Tenant } from '../tenants/tenant.js'
import { ControlConnection } from './control-connection.js'
import { Pace, type PaceClock } from './pace.js'
import type { PatrolRun, PatrolSlice, PatrolState } from './patrol.js'
import { scopeFacts } from './patrol-service.js'
import { sliceLimitSeconds, sliceSeconds } from './plan.js'
import { leaveFor, type Leave, type ScopeFacts } from './scope.js'
import { Totals } from './receipt.js'
import { recordSlice } from './slice-record.js'
import { workSlice } from './slice-work.js'
import { currentStrategy } from './strategy-service.js'
import { TryLedger } from './try-ledger.js'

const CLAIM_SECONDS = 15
const BEAT_MILLISECONDS = 1000
/** Runs one process works at, so that one customer's long night does not hold up the others. */
const MOST_AT_ONCE = 3
/** A slice that killed its worker so often is left out. */
const MOST_ATTEMPTS = 3

export interface RunnerNeeds {
  readonly transactions: Transactions
  readonly engines: ScanEngines
  readonly secrets: Secrets
  readonly clock: Clock
  readonly pace: PaceClock
  readonly logger: Logger
  readonly owner: string
  readonly ledger?: TryLedger
  /** The register of assets. */
  readonly sightings?: AssetSightings
}

interface Stop {
  readonly state: PatrolState
  readonly why: string
  readonly impact?: true
}

export class PatrolRunner {
  private readonly working = new Map<string, Promise<void>>()
  private readonly ending = new AbortController()
  private readonly ledger: TryLedger
  constructor(private readonly needs: RunnerNeeds) {
    this.ledger = needs.ledger ?? new TryLedger({ transactions: needs.transactions })
  }

  /** Takes up what is due and returns; the work goes on. */
  async takeUp(): Promise<void> {
    const now = instant(this.needs.clock.now())
    const due = await this.needs.transactions.read(t =>
      t.patrolRuns.acrossTenantsFind(
        { state: { oneOf: ['planned', 'running'] }, startAt: { atMost: now }, claimedUntil: { below: now } },
        { order: { startAt: 'asc' }, limit: MOST_AT_ONCE * 2 },
      ),
    )
    for (const run of due) {
      if (this.working.size >= MOST_AT_ONCE || this.ending.signal.aborted) return
      if (this.working.has(run.id) || !(await this.claim(run))) continue
      const work = this.work(run)
        .catch((error: unknown) => this.needs.logger.error({ error, run: run.number, tenantId: run.tenantId }, 'patrol broke off'))
        .finally(() => this.working.delete(run.id))
      this.working.set(run.id, work)
    }
  }

  /** Until everything that was taken up has ended; for tests and an orderly stop. */
  async settled(): Promise<void> {
    await Promise.all(this.working.values())
  }

  /** Ends all engines; what was at work is taken up again after the claim ran out. */
  async stop(): Promise<void> {
    this.ending.abort()
    await this.settled()
  }

  private async claim(run: PatrolRun): Promise<boolean> {
    const { transactions, owner } = this.needs
    return transactions.run(async tx => {
      const set = {
        state: 'running' as const,
        claimedBy: owner,
        claimedUntil: plusSeconds(tx.at, CLAIM_SECONDS),
        startedAt: run.startedAt ?? tx.at,
      }
      const where = { id: run.id, state: run.state, claimedUntil: { below: tx.at } }
      if ((await tx.patrolRuns.update(run.tenantId, where, set)) === 0) return false
      if (run.startedAt === null)
        tx.audit({
          tenantId: run.tenantId,
          actor: 'system',
          action: 'patrol.started',
          subject: run.number,
          details: { letter: run.letter },
        })
      return true
    })
  }

  private async work(run: PatrolRun): Promise<void> {
    const { transactions, engines, clock, logger } = this.needs
    const tenant = await transactions.read(t => t.tenants.get(run.tenantId, run.tenantId))
    if (!tenant) return
    const rule = (await transactions.read(t => currentStrategy(t, tenant))).patrols.find(item => item.kind === run.kind)
    const pace = new Pace(rule?.perSecond ?? 20, this.needs.pace)
    const ready = await readyEngines(engines)
    const totals = new Totals(ready.map(engine => engine.title))
    const slices = await transactions.read(t => t.patrolSlices.find(run.tenantId, { runId: run.id }, { order: { ordinal: 'asc' } }))
    let facts = await transactions.read(t => scopeFacts(t, tenant, engines))
    const control = new ControlConnection(engines)
    let stop: Stop | undefined
    for (const slice of slices.filter(item => item.state === 'waiting' || item.state === 'running')) {
      facts = await transactions.read(t => scopeFacts(t, tenant, engines))
      const leaves = slice.hosts.map(host => ({ host, leave: leaveFor(facts, host, run.kind, clock.now()) }))
      const hosts = leaves.filter(item => item.leave.allowed).map(item => item.host)
      const wait = waitFor(
        leaves.map(item => item.leave),
        sliceSeconds(run.kind, slice.hosts.length, pace.perSecond),
        clock.now(),
      )
      if (hosts.length === 0 && wait === undefined) {
        totals.skip(leaves[0] && !leaves[0].leave.allowed ? leaves[0].leave.why : '不在授权范围内', slice.hosts.length)
        await this.settle(slice, 'skipped', '不在授权范围内')
        continue
      }
      if (wait !== undefined) return this.pause(run, wait)
      totals.skip('不在授权范围或时间窗内', slice.hosts.length - hosts.length)
      if (slice.attempts >= MOST_ATTEMPTS) {
        totals.skip('多次中断', hosts.length)
        await this.settle(slice, 'skipped', '多次中断')
        continue
      }
      await control.begin(hosts, address => allowed(facts, address, run, clock.now()))
      stop = await this.slice({ run, slice, hosts, tenant, facts, ready, pace, control, totals })
      if (stop) break
    }
    if (this.ending.signal.aborted) {
      await this.release(run)
      return
    }
    const { during, after } = await control.end()
    const receipt = totals.receipt(pace, { address: control.name, before: control.before, during, after }, stop?.impact === true)
    const state = stop?.state ?? (totals.isPartial ? 'partial' : 'done')
    logger.info({ run: run.number, tenantId: run.tenantId, state }, 'patrol ended')
    await transactions.run(async tx => {
      // Its runner alone ends a run: one that was frozen past its claim finds another owner.
      const set = { state, receipt, finishedAt: tx.at, why: stop?.why ?? null, claimedUntil: tx.at }
      if ((await tx.patrolRuns.update(run.tenantId, { id: run.id, state: 'running', claimedBy: this.needs.owner }, set)) === 0) return
      await tx.patrolSlices.update(
        run.tenantId,
        { runId: run.id, state: { oneOf: ['waiting', 'running'] } },
        { state: 'skipped', why: stop?.why ?? null },
      )
      const details = { state, probes: receipt.probes, hosts: receipt.hostsSeen, findings: receipt.findings }
      tx.audit({ tenantId: run.tenantId, actor: 'system', action: 'patrol.finished', subject: run.number, details })
      tx.announce({ tenantId: run.tenantId, kind: 'patrol-finished', refs: { patrolId: run.id }, key: `patrol-finished:${run.id}` })
    })
  }

  private async slice(work: {
    readonly run: PatrolRun
    readonly slice: PatrolSlice
    readonly hosts: readonly string[]
    readonly tenant: Tenant
    readonly facts: ScopeFacts
    readonly ready: readonly ScanEngine[]
    readonly pace: Pace
    readonly control: ControlConnection
    readonly totals: Totals
  }): Promise<Stop | undefined> {
    const { run, slice, hosts, tenant, facts, ready, pace, control, totals } = work
    const { transactions, clock, secrets } = this.needs
    await transactions.run(tx =>
      tx.patrolSlices.update(run.tenantId, { id: slice.id }, { state: 'running', startedAt: tx.at, attempts: slice.attempts + 1 }),
    )
    const aborting = new AbortController()
    const signal = AbortSignal.any([aborting.signal, this.ending.signal])
    let stop: Stop | undefined
    const end = (order: Stop): void => {
      stop ??= order
      aborting.abort()
    }
    let scope = facts
    const beat = setInterval(() => {
      // A letter that is changed or withdrawn meanwhile holds within a second.
      void transactions
        .read(t => scopeFacts(t, tenant, this.needs.engines))
        .then(
          now => void (scope = now),
          () => undefined,
        )
      void this.beat(run).then(
        order => order !== undefined && end(order),
        () => end({ state: 'partial', why: '数据库没有响应，停止扫描' }),
      )
      void control.sample().then(verdict => {
        if (verdict === 'slow') {
          pace.slow()
          totals.slowed()
        } else if (verdict === 'stop') end({ state: 'stopped', why: '对照连接明显变慢，自动停止', impact: true })
      })
    }, BEAT_MILLISECONDS)
    try {
      const year = new Date(clock.now()).getUTCFullYear()
      const outcome = await workSlice({
        kind: run.kind,
        hosts,
        engines: ready,
        pacer: pace,
        signal,
        limitSeconds: sliceLimitSeconds(run.kind, hosts.length, pace.perSecond),
        permit: address => !signal.aborted && allowed(scope, address, run, clock.now()),
        passwords: {
          code: tenant.code,
          words: [],
          year,
          known: await this.known(run, hosts),
          reserve: engine => (target, tries) =>
            this.ledger.reserve({ tenantId: run.tenantId, ...target }, tries, { engine, run: run.number }),
          fingerprint: password => secrets.chainHash(`weak:${run.tenantId}:${password}`).slice(0, 16),
        },
      })
      if (outcome.void !== null) {
        await this.settle(slice, 'void', `${outcome.void} 没有发现阳性对照`)
        return { state: 'void', why: `${outcome.void} 没有发现阳性对照，本次结果不作数` }
      }
      if (this.ending.signal.aborted) return undefined
      const created = await recordSlice(transactions, run, slice, outcome)
      const fresh = await this.fresh(
        run,
        outcome.observations.map(item => item.address),
      )
      totals.add(outcome, hosts.length, created, fresh)
      await this.needs.sightings?.take({ tenantId: run.tenantId, run: run.number, seen: outcome.observations, silent: outcome.silent })
      return stop
    } finally {
      clearInterval(beat)
    }
  }

  /** Renews the claim and looks whether somebody wants it to stop. */
  private async beat(run: PatrolRun): Promise<Stop | undefined> {
    return this.needs.transactions.run(async tx => {
      const set = { claimedUntil: plusSeconds(tx.at, CLAIM_SECONDS) }
      if ((await tx.patrolRuns.update(run.tenantId, { id: run.id, claimedBy: this.needs.owner, state: 'running' }, set)) === 0)
        return { state: 'partial' as const, why: '已由其他进程接手' }
      const row = await tx.patrolRuns.get(run.tenantId, run.id)
      if (!row || row.stopWantedBy === null) return undefined
      const person = await tx.people.first(run.tenantId, { userId: row.stopWantedBy })
      return { state: 'stopped' as const, why: `${person?.name ?? row.stopWantedBy} 要求停止` }
    })
  }

  private async pause(run: PatrolRun, until: number): Promise<void> {
    await this.needs.transactions.run(tx =>
      tx.patrolRuns.update(
        run.tenantId,
        { id: run.id, state: 'running', claimedBy: this.needs.owner },
        { state: 'planned', startAt: instant(until), claimedUntil: tx.at, why: '时间窗放不下下一段，到下个窗口继续' },
      ),
    )
  }

  private async release(run: PatrolRun): Promise<void> {
    await this.needs.transactions.run(tx =>
      tx.patrolRuns.update(run.tenantId, { id: run.id, claimedBy: this.needs.owner, state: 'running' }, { claimedUntil: tx.at }),
    )
  }

  private async settle(slice: PatrolSlice, state: PatrolSlice['state'], why: string): Promise<void> {
    await this.needs.transactions.run(tx => tx.patrolSlices.update(slice.tenantId, { id: slice.id }, { state, why, finishedAt: tx.at }))
  }

  /** Fingerprints of weak passwords found before, by `address|service|login`. */
  private async known(run: PatrolRun, hosts: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    if (run.kind !== 'weak_password') return new Map()
    const rows = await this.needs.transactions.read(t => t.findings.find(run.tenantId, { kind: 'weak_credential', host: { oneOf: hosts } }))
    const known = new Map<string, readonly string[]>()
    for (const { host, checkKey, details } of rows) {
      const [, service, login] = /^weak-credential:([a-z]{1,20}):(.*)$/.exec(checkKey) ?? []
      const print = /指纹 ([0-9a-f]{16})/.exec(details.evidence)?.[1]
      if (service === undefined || login === undefined || print === undefined) continue
      const key = `${host}|${service}|${login}`
      known.set(key, [...(known.get(key) ?? []), print])
    }
    return known
  }

  /** Addresses no run before this one saw alive. */
  private async fresh(run: PatrolRun, addresses: readonly string[]): Promise<readonly string[]> {
    if (addresses.length === 0) return []
    const rows = await this.needs.transactions.read(t =>
      t.scanCoverage.find(run.tenantId, {
        host: { oneOf: addresses },
        checkKey: 'open-port',
        outcome: { oneOf: ['found', 'not_found'] },
        runId: { not: run.id },
      }),
    )
    const before = new Set(rows.map(row => row.host))
    return addresses.filter(address => !before.has(address))
  }
}

function allowed(facts: ScopeFacts, address: string, run: PatrolRun, at: number): boolean {
  return leaveFor(facts, address, run.kind, at).allowed
}

/** When to go on, if the window is closed or will close before the slice is done; a slice longer than any window begins at its opening. */
function waitFor(leaves: readonly Leave[], seconds: number, now: number): number | undefined {
  const open = leaves.flatMap(leave => (leave.allowed ? [leave] : []))
  if (open.length === 0) {
    const opens = leaves.flatMap(leave => (!leave.allowed && leave.opensAt !== undefined ? [leave.opensAt] : []))
    return opens.length === 0 ? undefined : Math.min(...opens)
  }
  const until = Math.min(...open.map(leave => leave.until))
  return until - now < seconds * 1000 ? until + 1000 : undefined
}

async function readyEngines({ engines }: ScanEngines): Promise<readonly ScanEngine[]> {
  const states = await Promise.all(engines.map(async engine => ({ engine, ready: (await engine.state()).ready })))
  return states.filter(item => item.ready).map(item => item.engine)
}
