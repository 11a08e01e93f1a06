// Patrols as people ask for them: ordered, stopped, asked about. What may be scanned is decided in scope.ts; the work is patrol-runner.ts.
import { AppError } from '../errors.js'
import { instant, type Clock, type Instant } from '../ports/clock.js'
import type { EngineState, ScanEngines } from '../ports/scan-engine.js'
import type { Tables, Transactions, Tx } from '../ports/transaction.js'
import { authorise, type Actor } from '../tenants/actor.js'
import type { Tenant } from '../tenants/tenant.js'
import { makePlan, sliceHosts } from './plan.js'
import { openPatrolStates, type PatrolRun, type PatrolSlice } from './patrol.js'
import { checkNetwork, checkResolved, leaveFor, type PatrolKind, type ScopeFacts } from './scope.js'
import { currentStrategy } from './strategy-service.js'
import { hostsOf, MOST_HOSTS, readTarget } from './targets.js'
import { openingAt } from './window.js'

export interface PatrolOrder {
  readonly kind: PatrolKind
  /** Addresses, networks, names; empty: everything the letters allow for this kind. */
  readonly targets: readonly string[]
  /** Not before; absent: as soon as the window is open. */
  readonly startAt?: Instant
}

export interface Progress {
  readonly run: PatrolRun
  readonly slices: number
  readonly hostsDone: number
}

const LOOK_AHEAD_MILLISECONDS = 40 * 86_400_000

export class PatrolService {
  constructor(private readonly needs: { readonly transactions: Transactions; readonly clock: Clock; readonly engines: ScanEngines }) {}

  /** @throws NOT_ALLOWED, SCAN_OUT_OF_SCOPE, SCAN_TOO_LARGE; NOT_SUPPORTED where there are no engines */
  async order(actor: Actor, tenant: Tenant, order: PatrolOrder): Promise<PatrolRun> {
    authorise(actor, 'order-patrol', tenant.id)
    return this.plan(tenant, order, actor.userId, actor.traceId)
  }

  /** For the scheduler: the same checks, nobody's rights. */
  async plan(tenant: Tenant, order: PatrolOrder, by: string, traceId?: string): Promise<PatrolRun> {
    const { transactions, clock, engines } = this.needs
    if (engines.engines.length === 0) throw new AppError('NOT_SUPPORTED', { what: '在演示环境里真的扫描' })
    const facts = await transactions.read(t => scopeFacts(t, tenant, engines))
    const now = clock.now()
    const asked =
      order.targets.length > 0 ? order.targets : facts.letters.filter(item => item.kinds.includes(order.kind)).flatMap(item => item.targets)
    if (asked.length === 0) throw new AppError('SCAN_OUT_OF_SCOPE', { target: tenant.name, why: '没有允许这种检查的授权书' })
    const hosts = await this.hosts(facts, asked, order.kind, now)
    const from = Math.max(now, order.startAt === undefined ? now : Date.parse(order.startAt))
    const strategy = await transactions.read(t => currentStrategy(t, tenant))
    const rule = strategy.patrols.find(item => item.kind === order.kind)
    const perSecond = rule?.perSecond ?? 20
    const inside = hosts.filter(host => isInside(facts, host, order.kind, from))
    const first = inside[0]
    if (first === undefined)
      throw new AppError('SCAN_OUT_OF_SCOPE', { target: asked.slice(0, 3).join('、'), why: whyNot(facts, hosts[0], order.kind, from) })
    const begins = beginning(facts, first, order, from, rule?.window ?? null)
    const leave = leaveFor(facts, first, order.kind, begins)
    const until = leave.allowed ? leave.until : begins
    return transactions.run(async tx => {
      const covered = await lastCovered(tx, tenant.id, order.kind, inside)
      const windowSeconds = Math.min(until - begins, LOOK_AHEAD_MILLISECONDS) / 1000
      const plan = makePlan({ kind: order.kind, hosts: inside, excluded: hosts.length - inside.length, perSecond, windowSeconds, covered })
      // Longest not seen first: if the window ends early, the stalest have had their turn.
      const sorted = [...inside].sort((a, b) => (covered.get(a) ?? '').localeCompare(covered.get(b) ?? ''))
      const run: PatrolRun = {
        id: tx.id(),
        tenantId: tenant.id,
        number: await tx.number('PT', tenant),
        kind: order.kind,
        targets: asked.slice(0, 1000),
        letter: leave.allowed ? leave.letter.number : '',
        requestedBy: by,
        state: 'planned',
        startAt: instant(begins),
        startedAt: null,
        finishedAt: null,
        plan,
        receipt: null,
        slicesDone: 0,
        stopWantedBy: null,
        stopWantedAt: null,
        claimedBy: null,
        claimedUntil: tx.at,
        why: null,
        createdAt: tx.at,
      }
      await tx.patrolRuns.insert(run)
      await tx.patrolSlices.insertMany(slicesOf(tx, run, sorted))
      tx.audit({
        tenantId: tenant.id,
        actor: by,
        action: 'patrol.planned',
        subject: run.number,
        details: { kind: run.kind, targets: run.targets.slice(0, 50), hosts: plan.hosts, letter: run.letter },
        ...(traceId === undefined ? {} : { traceId }),
      })
      return run
    })
  }

  /** Anyone of the group may; every run of the customer, or the one that is named. Returns what was running or waiting. */
  async stop(actor: Actor, tenant: Tenant, number?: string): Promise<readonly PatrolRun[]> {
    authorise(actor, 'stop-scans', tenant.id, number)
    return this.needs.transactions.run(async tx => {
      const named = number === undefined ? {} : { number }
      const runs = await tx.patrolRuns.find(tenant.id, { state: { oneOf: openPatrolStates }, ...named })
      if (number !== undefined && runs.length === 0) throw new AppError('NUMBER_NOT_FOUND', { number })
      for (const run of runs) {
        await tx.patrolRuns.update(tenant.id, { id: run.id, stopWantedBy: null }, { stopWantedBy: actor.userId, stopWantedAt: tx.at })
        // What has not begun ends here; what runs is ended by its runner, which looks every second.
        await tx.patrolRuns.update(
          tenant.id,
          { id: run.id, state: 'planned' },
          { state: 'stopped', finishedAt: tx.at, why: `${actor.name} 停止` },
        )
        tx.audit({
          tenantId: tenant.id,
          actor: actor.userId,
          action: 'patrol.stop-wanted',
          subject: run.number,
          details: {},
          traceId: actor.traceId,
        })
      }
      return runs
    })
  }

  /** What is open, else the last one. */
  async progress(tenantId: string): Promise<readonly Progress[]> {
    return this.needs.transactions.read(async t => {
      const open = await t.patrolRuns.find(tenantId, { state: { oneOf: openPatrolStates } }, { order: { startAt: 'asc' }, limit: 5 })
      const runs = open.length > 0 ? open : await t.patrolRuns.find(tenantId, {}, { order: { createdAt: 'desc' }, limit: 1 })
      return Promise.all(
        runs.map(async run => {
          const slices = await t.patrolSlices.find(tenantId, { runId: run.id })
          const done = slices.filter(slice => slice.state === 'done' || slice.state === 'partial')
          return { run, slices: slices.length, hostsDone: done.reduce((sum, slice) => sum + slice.hosts.length, 0) }
        }),
      )
    })
  }

  engineStates(): Promise<readonly EngineState[]> {
    return Promise.all(this.needs.engines.engines.map(engine => engine.state()))
  }

  private async hosts(facts: ScopeFacts, asked: readonly string[], kind: PatrolKind, now: number): Promise<readonly string[]> {
    const hosts = new Set<string>()
    for (const text of asked) {
      const target = readTarget(text)
      if (!target) throw new AppError('SCAN_OUT_OF_SCOPE', { target: text.slice(0, 60), why: '不是地址、网段或域名' })
      if (target.kind === 'network') {
        checkNetwork(facts, target.network, kind)
        if (target.hosts > MOST_HOSTS) throw new AppError('SCAN_TOO_LARGE', { hosts: target.network, limit: MOST_HOSTS })
        for (const host of hostsOf(target.network)) hosts.add(host)
      } else for (const address of checkResolved(facts, target.name, await this.resolve(target.name), kind, now)) hosts.add(address)
      if (hosts.size > MOST_HOSTS) throw new AppError('SCAN_TOO_LARGE', { hosts: hosts.size, limit: MOST_HOSTS })
    }
    return [...hosts]
  }

  private async resolve(name: string): Promise<readonly string[]> {
    try {
      return await this.needs.engines.resolve(name)
    } catch (cause) {
      throw new AppError('SCAN_OUT_OF_SCOPE', { target: name, why: '域名没有解析出地址' }, { cause })
    }
  }
}

export async function scopeFacts(tables: Tables, tenant: Tenant, engines: Pick<ScanEngines, 'ownAddresses'>): Promise<ScopeFacts> {
  return { letters: await tables.letters.find(tenant.id, {}), ownAddresses: engines.ownAddresses(), zone: tenant.timeZone }
}

/** Allowed now, or as soon as the window opens. */
function isInside(facts: ScopeFacts, host: string, kind: PatrolKind, at: number): boolean {
  const leave = leaveFor(facts, host, kind, at)
  return leave.allowed || leave.opensAt !== undefined
}

function whyNot(facts: ScopeFacts, host: string | undefined, kind: PatrolKind, at: number): string {
  const leave = host === undefined ? undefined : leaveFor(facts, host, kind, at)
  return leave && !leave.allowed ? leave.why : '范围里没有可以扫描的主机'
}

/** The strategy's window holds for what nobody gave a time for, the letter's always. */
function beginning(facts: ScopeFacts, host: string, order: PatrolOrder, from: number, window: string | null): number {
  let at = from
  for (let tries = 0; tries < 6; tries++) {
    const own = order.startAt === undefined && order.targets.length === 0 ? openingAt(window, at, facts.zone) : undefined
    if (own && !own.open) at = own.until
    const leave = leaveFor(facts, host, order.kind, at)
    if (!leave.allowed && leave.opensAt !== undefined && leave.opensAt > at) at = leave.opensAt
    else if (!own || openingAt(window, at, facts.zone).open) return at
  }
  return at
}

async function lastCovered(tx: Tx, tenantId: string, kind: PatrolKind, hosts: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const runs = await tx.patrolRuns.find(tenantId, { kind }, { order: { createdAt: 'desc' }, limit: 20 })
  const wanted = new Set(hosts)
  const covered = new Map<string, string>()
  for (const run of runs)
    for (const slice of await tx.patrolSlices.find(tenantId, { runId: run.id, state: 'done' }))
      for (const host of slice.hosts)
        if (wanted.has(host) && !covered.has(host) && slice.finishedAt !== null) covered.set(host, slice.finishedAt)
  return covered
}

function slicesOf(tx: Tx, run: PatrolRun, hosts: readonly string[]): PatrolSlice[] {
  const size = sliceHosts[run.kind]
  return Array.from({ length: Math.ceil(hosts.length / size) }, (_, ordinal) => ({
    id: tx.id(),
    tenantId: run.tenantId,
    runId: run.id,
    ordinal,
    hosts: hosts.slice(ordinal * size, (ordinal + 1) * size),
    state: 'waiting',
    attempts: 0,
    startedAt: null,
    finishedAt: null,
    why: null,
  }))
}
