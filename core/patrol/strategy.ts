// What is patrolled at customers of an industry, how often and when (domain.md 13), and what a change of it means in words. Pure.
import type { Industry } from '../tenants/tenant.js'
import type { PatrolRule } from './patrol.js'
import { kindLabel, type PatrolKind } from './scope.js'

const rule = (kind: PatrolKind, everyDays: number, window: string | null, perSecond: number): PatrolRule => ({
  kind,
  everyDays,
  window,
  perSecond,
})

/** Days: assets, vulnerabilities, weak passwords; a window; probes a second. */
const template = (days: readonly [number, number, number], window: string, perSecond: number): readonly PatrolRule[] => [
  rule('discovery', days[0], window, perSecond),
  rule('vulnerability', days[1], window, perSecond),
  rule('weak_password', days[2], window, Math.min(10, perSecond)),
]

export const templates: Readonly<Record<Industry, readonly PatrolRule[]>> = {
  education: template([7, 30, 30], '22:00-06:00', 100),
  // Never in the rush of the clinics (8 to 11).
  healthcare: template([7, 30, 14], '00:00-05:00', 50),
  government: template([7, 14, 14], '22:00-06:00', 80),
  finance: template([1, 7, 7], '23:00-05:00', 80),
  // No active scan of a production zone without an order of its own: nothing is planned by itself.
  energy: template([0, 0, 0], '22:00-06:00', 20),
  manufacturing: template([7, 30, 30], '22:00-06:00', 50),
  telecom: template([1, 7, 7], '00:00-06:00', 200),
  general: template([30, 30, 30], '22:00-06:00', 50),
}

export function describeRule({ kind, everyDays, window, perSecond }: PatrolRule): string {
  const often = everyDays === 0 ? '只在要求时' : everyDays === 1 ? '每天' : `每 ${everyDays} 天`
  return `${kindLabel[kind]}：${often}，${window ?? '不限时段'}，每秒最多 ${perSecond} 个探测`
}

/** One line for each rule that differs. */
export function differences(before: readonly PatrolRule[], after: readonly PatrolRule[]): readonly string[] {
  const kinds = [...new Set([...before, ...after].map(item => item.kind))]
  return kinds.flatMap(kind => {
    const old = before.find(item => item.kind === kind)
    const now = after.find(item => item.kind === kind)
    const [a, b] = [old ? describeRule(old) : '（无）', now ? describeRule(now) : '（无）']
    return a === b ? [] : [`${a} → ${b}`]
  })
}
