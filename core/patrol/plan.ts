// What a patrol will take and what its window can hold; told before the start. Pure, for patrol-service.ts and patrol-runner.ts.
import { patrolledTcp } from './ports.js'
import type { PatrolPlan } from './patrol.js'
import type { PatrolKind } from './scope.js'

/** Hosts of one slice: short enough that stopping between two loses little. */
export const sliceHosts: Readonly<Record<PatrolKind, number>> = { discovery: 16, vulnerability: 16, weak_password: 8 }

/** What comes after the ports, for each host: version probes, checks, logins (scanners.md 2, times). */
const secondsAfter: Readonly<Record<PatrolKind, number>> = { discovery: 1, vulnerability: 4, weak_password: 15 }
/** Starting an engine and its positive control. */
const OVERHEAD_SECONDS = 8
/** Silent ports are asked again. */
const RETRIES = 1.5

export function sliceSeconds(kind: PatrolKind, hosts: number, perSecond: number): number {
  return Math.ceil((hosts * patrolledTcp.length * RETRIES) / Math.max(1, perSecond) + hosts * secondsAfter[kind] + OVERHEAD_SECONDS)
}

/** Twice what is expected: beyond that something hangs. */
export function sliceLimitSeconds(kind: PatrolKind, hosts: number, perSecond: number): number {
  return Math.min(3600, Math.max(60, 2 * sliceSeconds(kind, hosts, perSecond)))
}

export interface PlanFacts {
  readonly kind: PatrolKind
  readonly hosts: readonly string[]
  readonly excluded: number
  readonly perSecond: number
  /** Seconds from the start to the end of the window. */
  readonly windowSeconds: number
  /** When hosts were last covered by this kind of check. */
  readonly covered: ReadonlyMap<string, string>
}

export function makePlan({ kind, hosts, excluded, perSecond, windowSeconds, covered }: PlanFacts): PatrolPlan {
  const size = sliceHosts[kind]
  const slices = Math.ceil(hosts.length / size)
  const each = sliceSeconds(kind, Math.min(size, Math.max(1, hosts.length)), perSecond)
  const fits = Math.min(hosts.length, Math.floor(windowSeconds / each) * size)
  const left = hosts.slice(fits)
  const seen = left.flatMap(host => covered.get(host) ?? [])
  return {
    hosts: hosts.length,
    excluded,
    slices,
    seconds: slices * each,
    fits,
    neverCovered: left.length - seen.length,
    oldestCovered: seen.sort()[0] ?? null,
  }
}
