// Learns from analysts' verdicts which incidents are real, and orders their queue by it; never hides any. Called by the job learn-triage and by 待研判, 模型, 回退模型.
import { AppError } from '../../errors.js'
import type { Tables, Transactions, Tx } from '../../ports/transaction.js'
import { authorise, type Actor } from '../../tenants/actor.js'
import { PLATFORM, type Tenant } from '../../tenants/tenant.js'
import type { Alert, Incident } from '../incident.js'
import { OnlineLogistic, probability, type Features } from './online-logistic.js'
import { areaUnderCurve, calibrationError, type Ranked } from './ranking.js'
import { sharedPart, triageFeatures } from './triage-features.js'
import type { TriageModelRow } from './triage-model.js'

/** Variance of a weight before anything is known; a tenant is expected to differ little from all together. */
const SHARED_VARIANCE = 1
const OWN_VARIANCE = 0.25
/** Until so many verdicts were learned the judgement's own figure orders the queue. */
const LEAST_LEARNED = 30
/** One in five verdicts is never learned, only measured. */
const HELD_BACK = 5
const KEPT_PREDICTIONS = 300
/** Verdicts after which a version is kept. */
const VERSION_AFTER = 50
const VERSIONS = 10
const TOGETHER = 200
/** A verdict written this lately may still have an older one beside it that is not committed yet (milliseconds). */
const SETTLED = 60_000
const DRIFT_WINDOW = 50
const LEAST_FIGURES = 30

export interface TriageFigures {
  readonly version: number
  readonly learned: number
  readonly measured: number
  /** Over what was held back; undefined while there is too little of it. */
  readonly auc: number | undefined
  readonly calibration: number | undefined
  /** Chinese; undefined when all is well. */
  readonly drift: string | undefined
  /** Versions one can go back to, newest first. */
  readonly versions: readonly number[]
  /** The features that count most, with their weights. */
  readonly strongest: readonly (readonly [name: string, weight: number])[]
}

export class TriageService {
  constructor(private readonly transactions: Transactions) {}

  /** Learns the tenant's verdicts since the last time; safe to run twice. */
  async learn(tenant: Tenant): Promise<number> {
    return this.transactions.run(async tx => {
      const own = await activeModel(tx, tenant.id)
      const until = new Date(Date.parse(tx.at) - SETTLED).toISOString()
      const steps = await tx.transitions.find(
        tenant.id,
        { to: { oneOf: ['confirmed', 'false_positive'] }, at: { atLeast: own.cursor } },
        { order: { at: 'asc', id: 'asc' }, limit: TOGETHER },
      )
      const due = steps.filter(step => step.by !== 'system' && step.at < until)
      if (due.length === 0) return 0
      const shared = await activeModel(tx, PLATFORM)
      const models = loadPair(shared, own)
      const predictions: Ranked[] = []
      for (const step of due) {
        const ticket = await tx.tickets.get(tenant.id, step.ticketId)
        const incident = ticket && (await tx.incidents.get(tenant.id, ticket.subjectId))
        if (!incident) continue
        const features = triageFeatures(incident, await alertsOf(tx, incident), tenant.timeZone)
        const positive = step.to === 'confirmed' && incident.verdict?.code !== 'benign'
        if (isHeldBack(incident.id)) predictions.push({ score: models.predict(features), positive })
        else models.learn(features, positive)
      }
      const cursor = new Date(Date.parse(due.at(-1)!.at) + 1).toISOString()
      await store(tx, own, { cursor, weights: models.own.save(), heldBack: newest([...own.heldBack, ...predictions]) })
      await store(tx, shared, { weights: models.shared.save(), heldBack: newest([...shared.heldBack, ...predictions]) })
      return due.length
    })
  }

  /** Probability that an analyst will call it real, for each; all of them come back. */
  async score(tables: Tables, cases: readonly { tenant: Tenant; incident: Incident }[]): Promise<Map<string, number>> {
    const shared = await peek(tables, PLATFORM)
    const scores = new Map<string, number>()
    const owns = new Map<string, TriageModelRow | undefined>()
    for (const { tenant, incident } of cases) {
      if (!owns.has(tenant.id)) owns.set(tenant.id, await peek(tables, tenant.id))
      const own = owns.get(tenant.id)
      const isKnown = shared !== undefined && shared.weights.learned >= LEAST_LEARNED
      const features = isKnown ? triageFeatures(incident, await alertsOf(tables, incident), tenant.timeZone) : undefined
      scores.set(incident.id, features ? loadPair(shared, own).predict(features) : incident.judgement.confidence)
    }
    return scores
  }

  /** @param tenantId PLATFORM: the model of all together */
  async figures(tenantId: string): Promise<TriageFigures> {
    return this.transactions.read(async t => {
      const row = await peek(t, tenantId)
      const kept = await t.triageModels.find(tenantId, { state: 'kept' }, { order: { version: 'desc' }, limit: VERSIONS })
      const heldBack = row?.heldBack ?? []
      const isEnough = heldBack.length >= LEAST_FIGURES && heldBack.some(one => one.positive) && heldBack.some(one => !one.positive)
      return {
        version: row?.version ?? 0,
        learned: row?.weights.learned ?? 0,
        measured: heldBack.length,
        auc: isEnough ? areaUnderCurve(heldBack) : undefined,
        calibration: isEnough ? calibrationError(heldBack) : undefined,
        drift: driftOf(heldBack),
        versions: kept.map(one => one.version),
        strongest: [...(row?.weights.weights ?? [])]
          .filter(([name, , variance]) => name !== 'bias' && variance < SHARED_VARIANCE / 2)
          .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
          .slice(0, 5)
          .map(([name, mean]) => [name, mean] as const),
      }
    })
  }

  /** The kept version goes on under a new number; what was learned since is not learned again. @throws NOT_ALLOWED, NUMBER_NOT_FOUND */
  async rollBack(actor: Actor, tenantId: string, version: number): Promise<number> {
    authorise(actor, 'tune-models', tenantId)
    return this.transactions.run(async tx => {
      const wanted = await tx.triageModels.first(tenantId, { version, state: 'kept' })
      if (!wanted) throw new AppError('NUMBER_NOT_FOUND', { number: `版本 ${version}` })
      const active = await activeModel(tx, tenantId)
      await tx.triageModels.update(tenantId, { id: active.id }, { state: 'withdrawn', updatedAt: tx.at })
      const next = active.version + 1
      await tx.triageModels.insert({
        ...wanted,
        id: tx.id(),
        version: next,
        state: 'active',
        cursor: active.cursor,
        heldBack: [],
        updatedAt: tx.at,
      })
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'triage.rolled-back',
        subject: `v${version}`,
        details: { from: active.version, now: next },
      })
      return next
    })
  }
}

interface Pair {
  readonly shared: OnlineLogistic
  readonly own: OnlineLogistic
  predict(features: Features): number
  learn(features: Features, positive: boolean): void
}

/** What all know, and how this tenant differs from it. */
function loadPair(sharedRow: TriageModelRow | undefined, ownRow: TriageModelRow | undefined): Pair {
  const shared = sharedRow ? OnlineLogistic.load(sharedRow.weights, SHARED_VARIANCE) : new OnlineLogistic(SHARED_VARIANCE)
  const own = ownRow ? OnlineLogistic.load(ownRow.weights, OWN_VARIANCE) : new OnlineLogistic(OWN_VARIANCE)
  return {
    shared,
    own,
    predict(features) {
      const all = shared.linear(sharedPart(features))
      const here = own.linear(features)
      return probability(all.mean + here.mean, all.variance + here.variance)
    },
    learn(features, positive) {
      const before = shared.linear(sharedPart(features)).mean
      shared.learn(sharedPart(features), positive)
      own.learn(features, positive, before)
    },
  }
}

function peek(tables: Pick<Tables, 'triageModels'>, tenantId: string): Promise<TriageModelRow | undefined> {
  return tables.triageModels.first(tenantId, { state: 'active' }, { order: { version: 'desc' } })
}

async function activeModel(tx: Tx, tenantId: string): Promise<TriageModelRow> {
  const known = await peek(tx, tenantId)
  if (known) return known
  const row: TriageModelRow = {
    ...{ id: tx.id(), tenantId, version: 1, state: 'active', cursor: '2000-01-01T00:00:00.000Z' },
    ...{ weights: { weights: [], learned: 0 }, heldBack: [], updatedAt: tx.at },
  }
  await tx.triageModels.insert(row)
  return row
}

/** @throws when another run was faster: this one is rolled back whole and learns the same verdicts next time */
async function store(tx: Tx, row: TriageModelRow, set: Partial<Pick<TriageModelRow, 'cursor' | 'weights' | 'heldBack'>>): Promise<void> {
  const before = { id: row.id, updatedAt: row.updatedAt, state: 'active' } as const
  const after: TriageModelRow = { ...row, ...set, updatedAt: tx.at }
  const isDue = Math.floor(after.weights.learned / VERSION_AFTER) > Math.floor(row.weights.learned / VERSION_AFTER)
  const written = isDue ? { state: 'kept' as const, updatedAt: tx.at } : { ...set, updatedAt: tx.at }
  if ((await tx.triageModels.update(row.tenantId, before, written)) === 0) throw new Error('the triage model was changed by another run')
  if (!isDue) return
  await tx.triageModels.insert({ ...after, id: tx.id(), version: row.version + 1 })
  await tx.triageModels.remove(row.tenantId, { version: { atMost: row.version - VERSIONS } })
}

function alertsOf(tables: Pick<Tables, 'alerts'>, { tenantId, id }: Incident): Promise<Alert[]> {
  return tables.alerts.find(tenantId, { incidentId: id }, { order: { strength: 'desc' }, limit: 20 })
}

/** By the incident, so that two verdicts on one are both learned or both measured. */
function isHeldBack(incidentId: string): boolean {
  let hash = 0x811c9dc5
  for (let at = 0; at < incidentId.length; at++) hash = Math.imul(hash ^ incidentId.charCodeAt(at), 0x01000193)
  return ((hash ^ (hash >>> 13)) >>> 0) % HELD_BACK === 0
}

function newest(predictions: readonly Ranked[]): Ranked[] {
  return predictions.slice(-KEPT_PREDICTIONS).map(({ score, positive }) => ({ score: Math.round(score * 1000) / 1000, positive }))
}

/** The latest predictions against what people said of them. */
function driftOf(heldBack: readonly Ranked[]): string | undefined {
  const latest = heldBack.slice(-DRIFT_WINDOW)
  if (latest.length < LEAST_FIGURES) return undefined
  const promised = latest.reduce((sum, one) => sum + one.score, 0) / latest.length
  const real = latest.filter(one => one.positive).length / latest.length
  if (Math.abs(promised - real) > 0.2)
    return `最近 ${latest.length} 条里预计真实 ${Math.round(promised * 100)}%，实际 ${Math.round(real * 100)}%`
  const isBoth = real > 0 && real < 1
  const auc = isBoth ? areaUnderCurve(latest) : 1
  return auc < 0.6 ? `最近 ${latest.length} 条的排序准确度（AUC）只有 ${auc.toFixed(2)}` : undefined
}
