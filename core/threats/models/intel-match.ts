// Detection model M1 情报碰撞 (domain.md 10.2): addresses, names, URLs and file hashes of events against the indicators. Run by detector.ts.
import { z } from 'zod'
import { instant } from '../../ports/clock.js'
import { defineModel, type ModelMaterials } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { sourceWords, type Indicator, type IndicatorLookup } from '../indicators/indicator.js'
import { SHARED_WEIGHT, WarningLists, type Warning } from '../indicators/warning-lists.js'
import { evidenceOf, isBlocked, shown, spanText, timeOf } from './event-facts.js'
import { indicatorMeaning } from './indicator-meaning.js'
import { intelSamples } from './intel-match.samples.js'
import { observedValues, type Observed } from './observed-values.js'
import { nameOf, originOf, victimOf } from './parties.js'
import { RepeatBrake } from './repeat-brake.js'

const Params = z.strictObject({
  minConfidence: z.number().min(0).max(1).default(0.8).describe('低于此置信度的情报不参与碰撞'),
  repeatSeconds: z.number().int().min(1).max(86_400).default(600).describe('同一情报同一对象多少秒内只报一次'),
  addressDays: z.number().int().min(1).max(3_650).default(30).describe('没有到期时间的地址情报自首次出现起有效天数'),
  domainDays: z.number().int().min(1).max(3_650).default(90).describe('没有到期时间的域名、网址情报自首次出现起有效天数'),
})
type Params = z.output<typeof Params>

const DAY = 86_400_000
/** Indicators one event may hit. */
const MAX_PER_EVENT = 8
/** Strengths of domain.md 10.2. */
const OUT = 1
const IN = 0.4

interface Match {
  readonly indicator: Indicator
  readonly observed: Observed
  readonly warning: Warning | undefined
}

class IntelMatch {
  private readonly brake: RepeatBrake
  constructor(
    private readonly params: Params,
    private readonly indicators: IndicatorLookup,
    private readonly warnings: WarningLists,
  ) {
    this.brake = new RepeatBrake({
      free: 1,
      doubling: false,
      intervalSeconds: params.repeatSeconds,
      forgetSeconds: Math.max(86_400, params.repeatSeconds),
      maxKeys: 20_000,
    })
  }

  push(judged: JudgedEvent): Hit[] {
    if (this.indicators.size === 0) return []
    let found: Map<string, Match> | undefined
    for (const observed of observedValues(judged.event)) {
      for (const indicator of this.lookUp(observed)) {
        found ??= new Map()
        this.keep(found, indicator, observed, timeOf(judged))
      }
    }
    if (found === undefined) return []
    const at = timeOf(judged)
    return [...found.values()].flatMap(match => this.hit(judged, at, match))
  }

  snapshot(): unknown {
    return this.brake.snapshot()
  }

  restore(state: unknown): void {
    this.brake.restore(state)
  }

  private lookUp(observed: Observed): Indicator[] {
    switch (observed.type) {
      case 'address':
        return this.indicators.address(observed.value, observed.port)
      case 'domain':
        return this.indicators.domain(observed.value)
      case 'url':
        return this.indicators.url(observed.value)
      case 'md5':
      case 'sha1':
      case 'sha256':
        return this.indicators.hash(observed.type, observed.value)
    }
  }

  /** Several lists may name the same thing: what the surest of them says is told once. */
  private keep(found: Map<string, Match>, indicator: Indicator, observed: Observed, at: number): void {
    if (!this.applies(indicator, at)) return
    const key = `${indicator.type} ${indicator.value}`
    const known = found.get(key)
    if (known ? known.indicator.confidence >= indicator.confidence : found.size >= MAX_PER_EVENT) return
    const warning = this.warnings.about(indicator, observed.value)
    if (warning?.effect !== 'ignore') found.set(key, { indicator, observed: known?.observed ?? observed, warning })
  }

  /** Judged at the time of the event, so that old logs read in later are measured by what held then. */
  private applies({ type, confidence, firstSeen, lastSeen, expires }: Indicator, at: number): boolean {
    if (confidence < this.params.minConfidence) return false
    if (expires !== undefined) return at < Date.parse(expires)
    const seen = lastSeen ?? firstSeen
    if (seen === undefined || type === 'md5' || type === 'sha1' || type === 'sha256') return true
    const days = type === 'domain' || type === 'url' ? this.params.domainDays : this.params.addressDays
    return at < Date.parse(seen) + days * DAY
  }

  private hit(judged: JudgedEvent, at: number, { indicator, observed, warning }: Match): Hit[] {
    const { event } = judged
    const inbound = observed.direction === 'in'
    const victim = inbound ? victimOf(event) : originOf(event)
    const blocked = isBlocked(event)
    const id = `${indicator.type}:${indicator.value}`.slice(0, 128)
    // Blocked and let through are counted apart: the first one let through is said at once.
    const told = this.brake.said(`${observed.direction}${blocked ? '-' : '+'} ${nameOf(victim)} ${id}`, at)
    if (told === undefined) return []
    const meaning = indicatorMeaning[indicator.kind]
    const attacker = inbound || observed.type === 'address' ? addressOf(observed) : undefined
    return [
      {
        modelId: 'intel-match',
        ruleId: id,
        title: inbound ? `情报碰撞：${meaning.label}地址来访` : `情报碰撞：命中${meaning.label}情报`,
        eventType: inbound ? meaning.in : meaning.out.eventType,
        severity: inbound ? (blocked ? 'low' : 'medium') : meaning.out.severity,
        attackResult: blocked ? 'blocked' : 'unknown',
        at: instant(at),
        victim,
        ...(attacker === undefined ? {} : { attacker: { ip: attacker } }),
        ...(typeof event.user?.name === 'string' ? { userName: shown(event.user.name, 64) } : {}),
        count: told.count,
        attack: meaning.attack,
        reason: reasonOf(nameOf(victim), { indicator, observed, warning }, blocked, told.count, at - told.firstAt),
        evidence: [evidenceOf(judged, at)],
        strength: (inbound ? IN : OUT) * (warning ? SHARED_WEIGHT : 1),
      },
    ]
  }
}

function addressOf(observed: Observed): string | undefined {
  return observed.type === 'address' ? observed.value : undefined
}

function reasonOf(victim: string, { indicator, observed, warning }: Match, blocked: boolean, count: number, span: number): string {
  const { label } = indicatorMeaning[indicator.kind]
  const facts = [
    `情报 ${shown(indicator.value, 80)}`,
    ...(indicator.family === undefined ? [] : [`家族 ${shown(indicator.family, 40)}`]),
    `置信度 ${Math.round(indicator.confidence * 100)}%`,
    `来源 ${shown(sourceWords(indicator), 40)}`,
    ...(indicator.addedAt === undefined ? [] : [`${indicator.addedAt.slice(0, 10)} 收录`]),
    ...(warning === undefined ? [] : [`属于${shown(warning.list, 30)}，按三成计`]),
  ]
  const known = `（${facts.join('，')}）`
  const value = shown(observed.value, 80)
  const text =
    observed.direction === 'in' ? `${label} ${value} 访问了 ${shown(victim, 64)}` : `${shown(victim, 64)} ${observed.how}${label} ${value}`
  const times = count === 1 ? '' : `，${spanText(span)}内累计 ${count} 次`
  return `${text}${known}${times}${blocked ? '，已被设备拦截' : ''}`
}

export const intelMatch = defineModel({
  id: 'intel-match',
  title: '情报碰撞',
  params: Params,
  create: (params, { indicators, warnings }: ModelMaterials) => new IntelMatch(params, indicators, warnings ?? new WarningLists()),
  samples: intelSamples,
})
