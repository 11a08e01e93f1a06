// Detection model M2 特征命中 (domain.md 10.2): every event against the Sigma rules of its log source, and the correlations over them.
// Run by detector.ts.
import { z } from 'zod'
import { instant } from '../../ports/clock.js'
import type { EcsEvent } from '../../events/event.js'
import { defineModel, type ModelMaterials } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { CorrelationEngine } from '../sigma/correlation-engine.js'
import { sigmaView } from '../sigma/field-mapping.js'
import type { SigmaRule } from '../sigma/rule.js'
import type { SigmaRuleSet } from '../sigma/rule-set.js'
import { severities, severityLabel, compareSeverity, type AttackResult } from '../terms.js'
import { evidenceOf, hasCategory, isBlocked, shown, spanText, timeOf } from './event-facts.js'
import { nameOf, victimOf } from './parties.js'
import { RepeatBrake } from './repeat-brake.js'
import { correlationHit, readRemembered, remembered, type Remembered } from './sigma-correlation.js'
import { authorOf, eventTypeOf, severityOfLevel, techniquesOf } from './sigma-meaning.js'
import { sigmaSamples } from './sigma-rule.samples.js'

const Params = z.strictObject({
  minSeverity: z.enum(severities).default('low').describe('低于此级别的规则不报'),
  muted: z.array(z.string().max(128)).max(1_000).default([]).describe('本单位不用的规则 id'),
})
type Params = z.output<typeof Params>

/** Hits one event may give. */
const MAX_PER_EVENT = 16
/** What one tenant's correlations may remember and save. */
const CORRELATIONS = { groups: 5_000, matches: 50_000, snapshot: 150_000 }
/** Strengths of domain.md 10.2; a log line alone never proves success. */
const STRENGTH: Readonly<Record<AttackResult, number>> = { success: 1, unknown: 0.5, failed: 0.1, blocked: 0.1 }

const NOTHING: Remembered = { evidence: { raw: '', at: instant(0) }, victim: {} }

class SigmaRules {
  /** One attacker: the first match, then whenever their number has doubled, and hourly. */
  private readonly pairs = new RepeatBrake({ free: 1, doubling: true, intervalSeconds: 3_600, forgetSeconds: 86_400, maxKeys: 20_000 })
  /** Many attackers, or one who forges the address a proxy tells us: no more than this from one rule at one victim. */
  private readonly crowds = new RepeatBrake({ free: 200, doubling: true, intervalSeconds: 600, forgetSeconds: 86_400, maxKeys: 5_000 })
  private readonly muted: ReadonlySet<string>
  private readonly correlations: CorrelationEngine<Remembered>
  constructor(
    private readonly params: Params,
    private readonly rules: SigmaRuleSet,
  ) {
    this.muted = new Set(params.muted)
    this.correlations = new CorrelationEngine(rules.correlations, CORRELATIONS)
  }

  push(judged: JudgedEvent): Hit[] {
    const view = sigmaView(judged.event)
    const matched = this.rules.match(view)
    const hits: Hit[] = []
    for (const rule of matched) {
      if (hits.length >= MAX_PER_EVENT) break
      if (!this.rules.isSilent(rule)) hits.push(...this.hit(judged, rule))
    }
    if (this.rules.correlations.length > 0) hits.push(...this.correlated(judged, matched, view.fields))
    return hits
  }

  snapshot(): unknown {
    return { pairs: this.pairs.snapshot(), crowds: this.crowds.snapshot(), correlations: this.correlations.snapshot() }
  }

  restore(state: unknown): void {
    const { pairs, crowds, correlations } = (state ?? {}) as { pairs?: unknown; crowds?: unknown; correlations?: unknown }
    this.pairs.restore(pairs)
    this.crowds.restore(crowds)
    this.correlations.restore(correlations, readRemembered)
  }

  private correlated(judged: JudgedEvent, matched: readonly SigmaRule[], fields: Readonly<Record<string, unknown>>): Hit[] {
    // Most events match nothing and are not worth remembering.
    const token = matched.length === 0 ? NOTHING : remembered(judged)
    return this.correlations.push(matched, fields, timeOf(judged), token).flatMap(fired => {
      const { rule, parts } = fired.correlation
      if (!this.isWanted(rule)) return []
      const place = `${rule.id.slice(0, 128)} ${JSON.stringify(fired.group)}`
      if (this.pairs.said(place, fired.at) === undefined || this.crowds.said(rule.id.slice(0, 128), fired.at) === undefined) return []
      return [correlationHit(fired, this.rules.authorsOf(parts.map(({ id }) => id)).slice(0, 5))]
    })
  }

  private isWanted(rule: SigmaRule): boolean {
    return !this.muted.has(rule.id) && compareSeverity(severityOfLevel[rule.level], this.params.minSeverity) >= 0
  }

  private hit(judged: JudgedEvent, rule: SigmaRule): Hit[] {
    const severity = severityOfLevel[rule.level]
    if (!this.isWanted(rule)) return []
    const { event } = judged
    const at = timeOf(judged)
    const victim = victimOf(event)
    const attacker = typeof event.source?.ip === 'string' ? event.source.ip : undefined
    const place = `${rule.id.slice(0, 128)} ${nameOf(victim)}`
    const told = this.pairs.said(`${place} ${attacker ?? '-'}`, at)
    if (told === undefined || this.crowds.said(place, at) === undefined) return []
    const attackResult = resultOf(event)
    const author = authorOf(rule)
    return [
      {
        modelId: 'sigma-rule',
        ruleId: rule.id.slice(0, 128),
        title: shown(rule.title, 200),
        eventType: eventTypeOf(rule),
        severity,
        attackResult,
        at: instant(at),
        victim,
        ...(attacker === undefined ? {} : { attacker: { ip: attacker } }),
        ...(typeof event.user?.name === 'string' ? { userName: shown(event.user.name, 64) } : {}),
        count: told.count,
        attack: techniquesOf(rule),
        reason: reasonOf(event, rule, told.count, at - told.firstAt),
        evidence: [evidenceOf(judged, at)],
        ...(author === undefined ? {} : { author: shown(author, 300) }),
        references: rule.references.slice(0, 10),
        strength: STRENGTH[attackResult],
      },
    ]
  }
}

/** Only what the line itself says: a request that was let through proves nothing. */
function resultOf(event: EcsEvent): AttackResult {
  if (isBlocked(event)) return 'blocked'
  const status = event.http?.response?.status_code
  if (status === 403 || status === 404) return 'failed'
  return hasCategory(event, 'authentication') && event.event.outcome === 'failure' ? 'failed' : 'unknown'
}

function reasonOf(event: EcsEvent, rule: SigmaRule, count: number, span: number): string {
  const { http, url } = event
  const target = typeof url?.original === 'string' ? url.original : url?.path
  const status = http?.response?.status_code
  const line =
    typeof target === 'string'
      ? `请求 ${shown(`${http?.request?.method ?? ''} ${target}`, 120)}${status === undefined ? '' : `（应答 ${status}）`}`
      : `日志“${shown(event.message ?? event.event.original, 120)}”`
  const times = count === 1 ? '' : `，${spanText(span)}内累计 ${count} 次`
  return `${line}命中${severityLabel[severityOfLevel[rule.level]]}规则“${shown(rule.title, 100)}”${times}`
}

export const sigmaRule = defineModel({
  id: 'sigma-rule',
  title: '特征命中',
  params: Params,
  create: (params, { rules }: ModelMaterials) => new SigmaRules(params, rules),
  samples: sigmaSamples,
})
