// Averages and shares of times; pure, used by the metrics about how long things took.
import type { Instant } from '../ports/clock.js'
import { oneDecimal, type MetricValue } from './metric.js'

export const minutesBetween = (from: Instant, to: Instant): number => Math.max(0, Date.parse(to) - Date.parse(from)) / 60_000

/** The value below or at which the given share (0 to 1) of the sorted numbers lies (nearest rank). */
export function percentile(sorted: readonly number[], rank: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * rank) - 1)] ?? 0
}

/** Average with P50 and P95, one decimal. */
export function spread(values: readonly number[], more: readonly (readonly [string, number])[] = []): MetricValue {
  if (values.length === 0) return { value: null, of: 0, ...(more.length > 0 ? { parts: more } : {}) }
  const sorted = [...values].sort((a, b) => a - b)
  return {
    value: oneDecimal(sorted.reduce((sum, value) => sum + value, 0) / sorted.length),
    of: sorted.length,
    parts: [['中位数', oneDecimal(percentile(sorted, 0.5))], ['P95', oneDecimal(percentile(sorted, 0.95))], ...more],
  }
}
