// What is no longer reported, or known to be harmless, for a time and with a reason (domain.md 1.3 抑制/白名单). Asked by alert-flow.ts for every batch of hits.
import type { Instant } from '../../ports/clock.js'
import type { NegativeKind } from '../evidence-weights.js'
import type { Hit } from '../hit.js'
import type { Alert, Incident } from '../incident.js'
import type { Negative } from '../judgement.js'

/** `mute`: no alert is made of it. The others are made into alerts and speak against them in the judgement. */
export type SuppressionKind = 'mute' | Exclude<NegativeKind, 'conditions-unmet'>

export const suppressionKindLabel: Readonly<Record<SuppressionKind, string>> = {
  mute: '不再告警',
  'known-scanner': '已知扫描器',
  'authorised-drill': '已授权演练',
  'business-confirmed': '业务确认',
}

export interface SuppressionScope {
  /** Attacking or attacked address. */
  readonly address?: string
  /** Or these rules (`model rule`) on this victim. */
  readonly victim?: string
  readonly rules?: readonly string[]
}

export interface Suppression {
  readonly id: string
  readonly tenantId: string
  readonly kind: SuppressionKind
  /** What people call it by: the address, or the incident's number. */
  readonly subject: string
  readonly scope: SuppressionScope
  readonly reason: string
  readonly state: 'proposed' | 'active' | 'ended'
  readonly proposedBy: string
  readonly proposedAt: Instant
  readonly confirmedBy: string | null
  readonly since: Instant | null
  readonly until: Instant
  /** Hits it kept back or spoke against. */
  readonly hits: number
  readonly lastHitAt: Instant | null
}

/** More in force at once than this is no longer oversight. */
export const MAX_ACTIVE = 300

export function ruleKey({ modelId, ruleId }: Pick<Alert, 'modelId' | 'ruleId'>): string {
  return `${modelId} ${ruleId.slice(0, 128)}`
}

function victimKey({ ip, host }: Hit['victim']): string {
  return (ip ?? host ?? '-').toLowerCase().slice(0, 128)
}

/** Whether it speaks of this hit, at the time of the event. */
export function covers({ scope, since, until }: Suppression, hit: Hit): boolean {
  if (since === null || hit.at < since || hit.at >= until) return false
  if (scope.address !== undefined) return hit.attacker?.ip === scope.address || hit.victim.ip === scope.address
  return scope.victim === victimKey(hit.victim) && (scope.rules ?? []).includes(ruleKey(hit))
}

/** A mute never hides an attack that succeeded, nor what is critical. */
export function isGrave(hit: Hit): boolean {
  return hit.attackResult === 'success' || hit.severity === 'critical' || hit.succeeded === true
}

/** What is to be alerted, and how many hits each suppression met. */
export function applySuppressions(
  hits: readonly Hit[],
  suppressions: readonly Suppression[],
): { kept: readonly Hit[]; met: ReadonlyMap<string, number> } {
  const met = new Map<string, number>()
  if (suppressions.length === 0) return { kept: hits, met }
  const kept = hits.filter(hit => {
    const found = suppressions.filter(suppression => covers(suppression, hit))
    const isMuted = found.some(({ kind }) => kind === 'mute') && !isGrave(hit) && !hit.resolved
    for (const { id, kind } of found) if (isMuted === (kind === 'mute')) met.set(id, (met.get(id) ?? 0) + 1)
    return !isMuted
  })
  return { kept, met }
}

/** What speaks against an incident in the judgement. */
export function negativesFor(
  incident: Pick<Incident, 'attackers' | 'victim' | 'lastAt'>,
  alerts: readonly Pick<Alert, 'modelId' | 'ruleId'>[],
  suppressions: readonly Suppression[],
): Negative[] {
  return suppressions.flatMap(({ kind, scope, reason, since, until }) => {
    if (kind === 'mute' || since === null || incident.lastAt < since || incident.lastAt >= until) return []
    const isMeant =
      scope.address === undefined
        ? scope.victim === victimKey(incident.victim) && alerts.some(alert => (scope.rules ?? []).includes(ruleKey(alert)))
        : incident.victim.ip === scope.address ||
          (incident.attackers.length > 0 && incident.attackers.every(({ ip }) => ip === scope.address))
    return isMeant ? [{ kind, words: `${suppressionKindLabel[kind]}：${reason.slice(0, 100)}（至 ${until.slice(0, 10)}）` }] : []
  })
}
