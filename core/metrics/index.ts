// All named figures, in the order they are listed.
import { handlingMetrics } from './handling.js'
import type { Metric } from './metric.js'
import { promiseMetrics } from './promises.js'
import { timeMetrics } from './times.js'
import { volumeMetrics } from './volume.js'
import { watchMetrics } from './watch.js'
import { weaknessMetrics } from './weaknesses.js'

export const metrics: readonly Metric[] = [
  ...volumeMetrics,
  ...handlingMetrics,
  ...timeMetrics,
  ...promiseMetrics,
  ...weaknessMetrics,
  ...watchMetrics,
]

export const metricById = new Map(metrics.map(metric => [metric.id, metric]))

/** By its id, its name or another name of it, whatever stands around it; the longest name that fits. */
export function findMetric(text: string): Metric | undefined {
  const asked = text.toLowerCase().replaceAll(/\s/g, '')
  const named = metrics.flatMap(metric => [metric.id, metric.name, ...metric.aliases].map(name => ({ metric, name: plain(name) })))
  return (
    named.find(({ name }) => name === asked)?.metric ??
    named.filter(({ name }) => asked.includes(name)).sort((a, b) => b.name.length - a.name.length)[0]?.metric
  )
}

const plain = (name: string) => name.toLowerCase().replaceAll(/\s/g, '')
