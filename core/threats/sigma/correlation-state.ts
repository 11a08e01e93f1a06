// What an engine of correlations writes down and takes up again, within a limit of size; used by correlation-engine.ts.
import { z } from 'zod'
import type { SavedGroup } from './correlation-group.js'
import type { Correlation } from './correlation-rule.js'

const Instant = z.number().min(-1e15).max(1e15)
const Group = z.object({
  entries: z.array(z.tuple([Instant, z.number().int().min(0).max(1_000), z.array(z.union([z.string().max(2_000), z.number()])).max(200)])),
  evidence: z.array(z.tuple([z.number().int(), z.unknown()])).max(20),
  newest: Instant.optional(),
  openedAt: Instant.optional(),
  firedAt: Instant.optional(),
})
const State = z.object({
  version: z.literal(1),
  watermark: Instant.nullable(),
  correlations: z.record(z.string(), z.object({ reads: z.string(), groups: z.array(z.tuple([z.string().max(8_000), Group])) })),
})

/** Two correlations that read alike may go on with each other's groups. */
function readsOf({ type, groupBy, timespanMs, comparisons, fields, percentile, parts }: Correlation): string {
  return JSON.stringify([type, groupBy, timespanMs, comparisons, fields, percentile, parts])
}

export class SavedCorrelations<T> {
  private readonly correlations: Record<string, { reads: string; groups: [string, unknown][] }> = {}
  private room: number
  /** @param limit characters */
  constructor(limit: number) {
    this.room = limit
  }

  /** @returns false when there is no room left */
  add(correlation: Correlation, key: string, group: SavedGroup<T>): boolean {
    const size = JSON.stringify(group).length + key.length
    if (size > this.room) return false
    this.room -= size
    const { id } = correlation.rule
    this.correlations[id] ??= { reads: readsOf(correlation), groups: [] }
    // Latest first as they come, stalest first as they are taken up again.
    this.correlations[id].groups.unshift([key, group])
    return true
  }

  finished(watermark: number): unknown {
    return { version: 1, watermark: Number.isFinite(watermark) ? watermark : null, correlations: this.correlations }
  }

  static read<T>(
    state: unknown,
    correlations: readonly Correlation[],
    readToken: (value: unknown) => T | undefined,
  ): { readonly watermark: number; readonly groups: ReadonlyMap<string, readonly (readonly [string, SavedGroup<T>])[]> } {
    const { data } = State.safeParse(state)
    const groups = new Map<string, (readonly [string, SavedGroup<T>])[]>()
    for (const correlation of data === undefined ? [] : correlations) {
      const saved = Object.hasOwn(data!.correlations, correlation.rule.id) ? data!.correlations[correlation.rule.id] : undefined
      if (saved?.reads !== readsOf(correlation)) continue
      const taken = saved.groups.filter(([key]) => isKey(key, correlation.groupBy.length))
      groups.set(
        correlation.rule.id,
        taken.map(([key, group]) => [key, withTokens(group, readToken)]),
      )
    }
    return { watermark: data?.watermark ?? -Infinity, groups }
  }
}

function isKey(key: string, length: number): boolean {
  try {
    return z.array(z.string()).length(length).safeParse(JSON.parse(key)).success
  } catch {
    return false
  }
}

function withTokens<T>(group: z.output<typeof Group>, readToken: (value: unknown) => T | undefined): SavedGroup<T> {
  const { entries, newest, openedAt, firedAt } = group
  const evidence = group.evidence.flatMap(([part, value]): [number, T][] => {
    const token = readToken(value)
    return token === undefined ? [] : [[part, token]]
  })
  return {
    entries,
    evidence,
    ...(newest === undefined ? {} : { newest }),
    ...(openedAt === undefined ? {} : { openedAt }),
    ...(firedAt === undefined ? {} : { firedAt }),
  }
}
