// Words and evidence of a Sigma correlation that fired; the part of the model sigma-rule.ts that needs memory of several events.
import { z } from 'zod'
import { instant } from '../../ports/clock.js'
import type { Hit, HitEvidence, JudgedEvent } from '../hit.js'
import type { Fired } from '../sigma/correlation-engine.js'
import type { Correlation } from '../sigma/correlation-rule.js'
import { severityLabel } from '../terms.js'
import { evidenceOf, shown, spanText, timeOf } from './event-facts.js'
import { victimOf } from './parties.js'
import { authorOf, eventTypeOf, severityOfLevel, techniquesOf } from './sigma-meaning.js'

/** What is remembered of an event until its correlation fires; small, because many wait. */
export interface Remembered {
  readonly evidence: HitEvidence
  readonly victim: Hit['victim']
  readonly attacker?: { readonly ip: string }
  readonly userName?: string
}

const RAW = 300
const text = (length: number) => z.string().max(length)
const Saved = z.object({
  evidence: z.object({
    raw: text(500),
    at: z.iso.datetime({ offset: true }),
    position: z.unknown().optional(),
  }),
  victim: z.object({ host: text(255).optional(), ip: text(64).optional() }),
  attacker: z.object({ ip: text(64) }).optional(),
  userName: text(64).optional(),
})

export function remembered(judged: JudgedEvent): Remembered {
  const { event } = judged
  const evidence = evidenceOf(judged, timeOf(judged))
  return {
    evidence: { ...evidence, raw: evidence.raw.length > RAW ? Buffer.from(evidence.raw.slice(0, RAW)).toString() : evidence.raw },
    victim: victimOf(event),
    ...(typeof event.source?.ip === 'string' ? { attacker: { ip: event.source.ip } } : {}),
    ...(typeof event.user?.name === 'string' ? { userName: shown(event.user.name, 64) } : {}),
  }
}

/** Undefined for what was not written by us. */
export function readRemembered(value: unknown): Remembered | undefined {
  const { data } = Saved.safeParse(value)
  return data as Remembered | undefined
}

/** @param authors of the rules behind the correlation, for their licence asks to name them */
export function correlationHit({ correlation, at, group, measured, tokens }: Fired<Remembered>, authors: readonly string[]): Hit {
  const { rule } = correlation
  const last = tokens.at(-1)!
  const own = authorOf(rule)
  const everybody = [...new Set([...(own === undefined ? [] : [own]), ...authors])].join('；')
  const names = Object.entries(group).map(([field, value]) => `${shown(field, 40)}=${shown(value, 60)}`)
  const whom = names.length === 0 ? '' : `（${names.slice(0, 4).join('，')}）`
  return {
    modelId: 'sigma-rule',
    ruleId: rule.id.slice(0, 128),
    title: shown(rule.title, 200),
    eventType: eventTypeOf(rule),
    severity: severityOfLevel[rule.level],
    attackResult: 'unknown',
    at: instant(at),
    victim: last.victim,
    ...(last.attacker === undefined ? {} : { attacker: last.attacker }),
    ...(last.userName === undefined ? {} : { userName: last.userName }),
    count: correlation.type === 'event_count' ? Math.max(1, measured) : tokens.length,
    attack: techniquesOf(rule),
    reason: `${wordsOf(correlation, measured)}${whom}，命中${severityLabel[severityOfLevel[rule.level]]}关联规则“${shown(rule.title, 100)}”`,
    evidence: tokens.map(token => token.evidence),
    ...(everybody === '' ? {} : { author: shown(everybody, 300) }),
    references: rule.references.slice(0, 10),
    strength: 0.5,
  }
}

function wordsOf({ type, timespanMs, fields, percentile }: Correlation, measured: number): string {
  const span = `${spanText(timespanMs)}内`
  const field = fields.map(name => shown(name, 40)).join('、')
  const figure = Number.isInteger(measured) ? String(measured) : measured.toFixed(2)
  switch (type) {
    case 'event_count':
      return `${span}有 ${figure} 个事件符合`
    case 'value_count':
      return `${span}出现 ${figure} 个不同的 ${field}`
    case 'value_sum':
      return `${span} ${field} 合计 ${figure}`
    case 'value_avg':
      return `${span} ${field} 平均 ${figure}`
    case 'value_percentile':
      return `${span} ${field} 的第 ${percentile} 百分位为 ${figure}`
    case 'temporal':
      return `${span}先后命中 ${figure} 条规则`
    case 'temporal_ordered':
      return `${span}依次命中 ${figure} 条规则`
  }
}
