// Detection model 特征告警 (M2): what an IDS, IPS or WAF recognised, and whether the attack worked; corroborated by known holes (M6). Run by detector.ts.
// Only events marked `event.kind: alert` whose product is not one of those that keep firing and resolving (external-alert.ts).
import { z } from 'zod'
import type { EcsEvent } from '../../events/event.js'
import { instant } from '../../ports/clock.js'
import { defineModel } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { severityOfWord } from '../severity-words.js'
import { compareSeverity, type AttackResult, type Severity } from '../terms.js'
import { corroborate, noVulnerabilityFacts, type VulnerabilityFacts } from '../vulnerability-facts.js'
import { eventTypeOfAlert } from './alert-meaning.js'
import { evidenceOf, isBlocked, shown, timeOf } from './event-facts.js'
import { readExternalAlert } from './external-alert-reading.js'
import { victimOf } from './parties.js'
import { RepeatBrake } from './repeat-brake.js'
import { signatureAlertSamples } from './signature-alert.samples.js'

const Params = z.strictObject({
  minSeverity: z.enum(['critical', 'high', 'medium', 'low', 'info']).default('low').describe('低于此级别的特征告警不单独提示'),
  muted: z.array(z.string().max(300)).max(200).default([]).describe('不提示的特征名或编号'),
})
type Params = z.output<typeof Params>

const RESULT_WORDS: Readonly<Record<AttackResult, string>> = {
  success: '判断为成功',
  unknown: '结果未知',
  failed: '未成功',
  blocked: '已被设备拦截',
}
/** `s` of domain.md 10.2, M2. */
const STRENGTH: Readonly<Record<AttackResult, number>> = { success: 1, unknown: 0.5, failed: 0.1, blocked: 0.1 }
const SUCCEEDED =
  /\bsuccess(?:ful(?:ly)?|eeded)?\b|compromised|\bcnc\b|\bc2\b|command and control|check-?in|call-?back|outbound (?:trojan|connection)|trojan.{0,20}activity|root.?shell|uid=0|web ?shell (?:access|connect)|成功|失陷|已感染|回连|反连|外联/i
const NOT_SUCCEEDED = /unsuccessful|attempt|failed|失败|未成功|尝试|企图|not success/i
const CVE = /\bCVE[-_ ]?(\d{4})[-_ ](\d{4,7})\b/gi

class SignatureAlerts {
  private readonly muted: ReadonlySet<string>
  private readonly brake = new RepeatBrake({ free: 1, doubling: true, intervalSeconds: 3_600, forgetSeconds: 86_400, maxKeys: 20_000 })
  constructor(
    private readonly params: Params,
    private readonly facts: VulnerabilityFacts,
  ) {
    this.muted = new Set(params.muted)
  }

  push(judged: JudgedEvent): Hit[] {
    const { event } = judged
    if (event.event.kind !== 'alert' || readExternalAlert(event) !== undefined) return []
    const name = text(part(event['rule'], 'name'), 200) ?? text(part(event['threat'], 'name'), 200) ?? text(event.event.action, 200)
    if (name === undefined) return []
    const id = text(part(event['rule'], 'id'), 100) ?? name
    const severity = severityOf(event)
    if (this.muted.has(name) || this.muted.has(id) || compareSeverity(severity, this.params.minSeverity) < 0) return []
    const at = timeOf(judged)
    const category = text(part(event['rule'], 'category'), 120)
    const result = resultOf(event, `${name} ${category ?? ''}`)
    const victim = victimOf(event)
    const ip = text(event.source?.ip, 64)
    const said = this.brake.said(`${id} ${ip ?? '-'} ${victim.ip ?? victim.host ?? '-'} ${result}`, at)
    if (said === undefined) return []
    const found = corroborate(this.facts, victim, cvesOf(event, name))
    const product = text(event.observer?.product, 40) ?? text(event.event.dataset, 40) ?? '安全设备'
    const times = said.count === 1 ? '' : `，累计 ${said.count} 次`
    return [
      {
        modelId: 'signature-alert',
        ruleId: id.slice(0, 128),
        title: name,
        eventType: eventTypeOfAlert(name, category),
        severity: result === 'success' ? atLeastHigh(severity) : severity,
        attackResult: result,
        at: instant(at),
        victim,
        ...(ip === undefined ? {} : { attacker: { ip } }),
        count: said.count,
        attack: techniquesOf(event),
        reason: `${product} 识别到“${name}”${category === undefined ? '' : `（${category}）`}，${RESULT_WORDS[result]}${times}${found === undefined ? '' : `；${found.words}`}`,
        evidence: [evidenceOf(judged, at)],
        strength: Math.min(1, Math.max(0.05, STRENGTH[result] + (found === undefined ? 0 : found.strength * 0.5))),
      },
    ]
  }

  snapshot(): unknown {
    return this.brake.snapshot()
  }

  restore(state: unknown): void {
    this.brake.restore(state)
  }
}

/** What was stopped did not succeed, whatever its name says; what the server answered weighs more than the name. */
function resultOf(event: EcsEvent, words: string): AttackResult {
  if (isBlocked(event)) return 'blocked'
  const status = Number(event.http?.response?.status_code)
  if (status === 403 || status === 406) return 'blocked'
  if (status >= 400 && status < 500) return 'failed'
  if (SUCCEEDED.test(words) && !NOT_SUCCEEDED.test(words)) return 'success'
  if (event.event.outcome === 'failure') return 'failed'
  return 'unknown'
}

/** Numbers count from 1, the gravest, as Suricata and Snort have it; `event.risk_score` from 0 to 100. */
function severityOf(event: EcsEvent): Severity {
  const own: unknown = event.event['severity'] ?? part(event['log'], 'level')
  if (typeof own === 'number') return own <= 1 ? 'high' : own === 2 ? 'medium' : own === 3 ? 'low' : 'info'
  if (typeof own === 'string' && own !== '')
    return /^[1-4]$/.test(own) ? (['high', 'medium', 'low', 'info'] as const)[Number(own) - 1]! : severityOfWord(own, 'plain')
  return 'medium'
}

const atLeastHigh = (severity: Severity): Severity => (compareSeverity(severity, 'high') < 0 ? 'high' : severity)

function cvesOf(event: EcsEvent, name: string): string[] {
  const named = [name, text(part(event['vulnerability'], 'id'), 200), text(part(event['rule'], 'reference'), 300)].join(' ')
  return [...new Set([...named.matchAll(CVE)].map(([, year = '', number = '']) => `CVE-${year}-${number}`))].slice(0, 8)
}

function techniquesOf(event: EcsEvent): string[] {
  const id: unknown = part(part(event['threat'], 'technique'), 'id')
  return (Array.isArray(id) ? id : [id])
    .filter((one): one is string => typeof one === 'string' && /^T\d{4}(?:\.\d{3})?$/.test(one))
    .slice(0, 8)
}

function part(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined
}

function text(value: unknown, length: number): string | undefined {
  const clean = typeof value === 'string' ? shown(value, length) : ''
  return clean === '' ? undefined : clean
}

export const signatureAlert = defineModel({
  id: 'signature-alert',
  title: '特征告警',
  params: Params,
  create: (params, materials) => new SignatureAlerts(params, materials.vulnerabilities ?? noVulnerabilityFacts),
  samples: signatureAlertSamples,
})
