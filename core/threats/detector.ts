// Joins the detection models into one tenant's detector; made by app/compose.ts, run by judge-tenant.ts.
import { z } from 'zod'
import { AppError } from '../errors.js'
import type { Model, ModelMaterials, ModelRun } from './define-model.js'
import type { Hit, JudgedEvent } from './hit.js'
import type { TenantDetector } from './judge-tenant.js'

const VERSION = 1

/** Told about a model that failed; at most once per model and batch. */
export type OnFault = (modelId: string, error: unknown) => void

/** Stories a model remembers, and how many it forgot for want of room since the process began. */
export type MemoryStats = Readonly<Record<string, { readonly kept: number; readonly dropped: number }>>

export interface ModelDetector extends TenantDetector {
  /** By model; only of those that keep stories. */
  stats(): MemoryStats
}

interface Running {
  readonly id: string
  readonly run: ModelRun
}

/**
 * Every model sees every event, in order; hits come in the order of their events. `paramsByModel` is `tenant.settings.models`.
 * A model that fails on an event loses that event only, for itself only.
 * @throws CONFIGURATION_INVALID naming every override that does not fit
 */
export function createDetector(
  models: readonly Model[],
  materials: ModelMaterials,
  paramsByModel: Readonly<Record<string, unknown>> = {},
  onFault: OnFault = () => {},
): ModelDetector {
  const running = start(models, materials, paramsByModel)
  return {
    judge: events => judge(running, events, onFault),
    stats: () => Object.fromEntries(running.flatMap(({ id, run }) => (run.stats === undefined ? [] : [[id, run.stats()]]))),
    snapshot: () => ({ version: VERSION, models: Object.fromEntries(running.flatMap(one => saved(one, onFault))) }),
    restore(state) {
      const states = savedStates(state)
      for (const { id, run } of running) guarded(id, onFault, () => run.restore(states[id]))
    },
  }
}

function start(models: readonly Model[], materials: ModelMaterials, paramsByModel: Readonly<Record<string, unknown>>): Running[] {
  const problems = Object.keys(paramsByModel)
    .filter(id => !models.some(model => model.id === id))
    .map(id => `没有检测模型 ${id.slice(0, 64)}`)
  const checked = models.map(model => ({ model, result: paramsOf(model, paramsByModel) }))
  for (const { model, result } of checked)
    for (const issue of result.error?.issues ?? []) problems.push(`${[model.id, ...issue.path].join('.')}：${issue.message}`)
  if (problems.length > 0) throw new AppError('CONFIGURATION_INVALID', { problems: problems.join('；') })
  return checked.map(({ model, result }) => ({ id: model.id, run: model.create(result.data, materials) }))
}

function paramsOf(model: Model, paramsByModel: Readonly<Record<string, unknown>>) {
  const own = Object.hasOwn(paramsByModel, model.id) ? paramsByModel[model.id] : undefined
  return model.params.safeParse(own ?? {}, { error: z.locales.zhCN().localeError })
}

function judge(running: readonly Running[], events: readonly JudgedEvent[], onFault: OnFault): Hit[] {
  const hits: Hit[] = []
  const faulty = new Set<string>()
  for (const event of events) {
    for (const { id, run } of running) {
      try {
        for (const hit of run.push(event)) hits.push(hit)
      } catch (error) {
        if (!faulty.has(id)) onFault(id, error)
        faulty.add(id)
      }
    }
  }
  return hits
}

function saved({ id, run }: Running, onFault: OnFault): [string, unknown][] {
  let state: [string, unknown][] = []
  guarded(id, onFault, () => (state = [[id, run.snapshot()]]))
  return state
}

/** States of another version are not understood: the models begin anew. */
function savedStates(state: unknown): Readonly<Record<string, unknown>> {
  if (typeof state !== 'object' || state === null) return {}
  const { version, models } = state as { version?: unknown; models?: unknown }
  return version === VERSION && typeof models === 'object' && models !== null ? (models as Record<string, unknown>) : {}
}

function guarded(id: string, onFault: OnFault, work: () => unknown): void {
  try {
    work()
  } catch (error) {
    onFault(id, error)
  }
}
