// The automatic judgement of an incident from its alerts: log-odds of domain.md 10.3, said in words people can check.
import type { Instant } from '../ports/clock.js'
import { attackChain, tacticLabel, type Chain } from './attack-chain.js'
import { CHAIN_RATIO, negativeRatio, weightOf, type NegativeKind } from './evidence-weights.js'
import type { Alert, Verdict } from './incident.js'
import { verdictCodeLabel, type VerdictCode } from './terms.js'

/** Two stages of an attack chain seen in order: the failures and the success that followed them. */
const SUCCESS_CHAIN = 0.4
const HALF_LIFE_HOURS = 24
/** Before any alert (10.3): nothing known; all collectors of the host clean for a day; a guarded period, or a fallen neighbour. */
const priors = { ordinary: 0.05, 'clean-host': 0.02, heightened: 0.1 } as const
export type Prior = keyof typeof priors

export interface Negative {
  readonly kind: NegativeKind
  /** Chinese: what it is and until when. */
  readonly words: string
}

/** What is known beside the alerts. */
export interface JudgementContext {
  readonly prior?: Prior
  readonly negatives?: readonly Negative[]
}

/** `高可疑 82%`; below suspicion the figure is what is left of it, not how sure we are. */
export function verdictWords({ code, confidence }: Pick<Verdict, 'code' | 'confidence'>): string {
  const percent = `${Math.round(confidence * 100)}%`
  return code === 'attempted' || code === 'benign'
    ? `${verdictCodeLabel[code]}（失陷可能 ${percent}）`
    : `${verdictCodeLabel[code]} ${percent}`
}

type Judged = Pick<Alert, 'modelId' | 'ruleId' | 'title' | 'reason' | 'attackResult' | 'strength' | 'lastAt' | 'count' | 'author'> &
  Partial<Pick<Alert, 'attack' | 'evidence' | 'firstAt'>> & {
    /** 0–1: how far the source can be relied on; 1 where nobody measured it. */
    readonly reliability?: number
  }

interface Part {
  readonly alert: Judged
  /** In log-odds; negative where the model speaks against. */
  readonly gain: number
}

/**
 * Same model and technique counts once, a model never more than its full weight, and what several models say of the same lines counts for the
 * strongest of them. `compromised` is never reached without a person (10.3).
 */
export function judge(alerts: readonly Judged[], now: Instant, { prior = 'ordinary', negatives = [] }: JudgementContext = {}): Verdict {
  const parts = capped(withoutEchoes(strongestOf(alerts, now)))
  const succeeded = alerts.some(alert => alert.attackResult === 'success')
  const chain = attackChain(alerts, now)
  const step = Math.max(chain.strength, succeeded ? SUCCESS_CHAIN : 0) * Math.log(CHAIN_RATIO)
  const p0 = priors[prior]
  const kinds = new Map(negatives.map(negative => [negative.kind, negative]))
  const against = [...kinds.values()].map(negative => ({ negative, gain: -Math.log(negativeRatio[negative.kind]) }))
  const logit =
    Math.log(p0 / (1 - p0)) + parts.reduce((sum, part) => sum + part.gain, 0) + step + against.reduce((sum, part) => sum + part.gain, 0)
  const p = 1 / (1 + Math.exp(-logit))
  const code = codeOf(p, against.length > 0)
  const reasons = parts
    .filter(part => part.gain > 0)
    .slice(0, 3)
    .map(({ alert, gain }) => {
      const author = alert.author ? `，规则作者 ${alert.author}` : ''
      return `${alert.reason}（${alert.title}${author}，贡献 ${signed(gain)}）`
    })
  const stepWords = chainWords(chain, succeeded, step)
  if (stepWords !== undefined) reasons.push(stepWords)
  const contrary = againstWords(against, parts)
  return {
    code,
    confidence: Math.round(p * 100) / 100,
    reasons,
    ...(contrary === undefined ? {} : { against: contrary }),
    ...(chain.tactics.length === 0 ? {} : { stage: chain.tactics.map(tactic => tacticLabel[tactic]).join(' → ') }),
    ...(isContested(parts, against) ? { contested: true as const } : {}),
    ...wordsFor(code, succeeded),
    by: 'system',
    at: now,
  }
}

/** Strongest for and strongest against differ by less than this (log-odds; domain.md 5.3). */
const CONTESTED = 0.5

function isContested(parts: readonly Part[], against: readonly { readonly gain: number }[]): boolean {
  const gains = [...parts, ...against].map(({ gain }) => gain)
  const most = Math.max(0, ...gains)
  const least = Math.min(0, ...gains)
  return most > 0 && least < 0 && Math.abs(most + least) < CONTESTED
}

function codeOf(p: number, isExplained: boolean): VerdictCode {
  if (p >= 0.8) return 'highly_suspicious'
  if (p >= 0.5) return 'suspicious'
  return p < 0.1 && isExplained ? 'benign' : 'attempted'
}

/** Of each model and technique the strongest alert, strongest first. */
function strongestOf(alerts: readonly Judged[], now: Instant): Part[] {
  const strongest = new Map<string, Part>()
  for (const alert of alerts) {
    const gain = gainOf(alert, now)
    const key = `${alert.modelId} ${alert.attack?.[0]?.split('.')[0] ?? ''}`
    const known = strongest.get(key)
    if (known === undefined || Math.abs(known.gain) < Math.abs(gain)) strongest.set(key, { alert, gain })
  }
  return [...strongest.values()].sort((a, b) => b.gain - a.gain)
}

function gainOf({ modelId, attackResult, strength, lastAt, reliability = 1 }: Judged, now: Instant): number {
  const weight = weightOf(modelId)
  const isSuccess = attackResult === 'success'
  const ratio = strength < 0 ? (weight.against ?? 1) : isSuccess ? weight.succeeded : weight.seen
  const hours = Math.max(0, Date.parse(now) - Date.parse(lastAt)) / 3_600_000
  const decay = isSuccess || weight.lasting ? 1 : 0.5 ** (hours / HALF_LIFE_HOURS)
  return strength * Math.min(1, Math.max(0, reliability)) * decay * Math.log(ratio)
}

/** One line of a log that several models found strange is one sign, not several. */
function withoutEchoes(parts: readonly Part[]): Part[] {
  const counted = new Map<string, string>()
  return parts.filter(({ alert }) => {
    const lines = (alert.evidence ?? []).flatMap(({ position }) => (position === undefined ? [] : [`${position.file} ${position.offset}`]))
    const isEcho = lines.length > 0 && lines.every(line => (counted.get(line) ?? alert.modelId) !== alert.modelId)
    if (!isEcho) for (const line of lines) counted.set(line, counted.get(line) ?? alert.modelId)
    return !isEcho
  })
}

/** No model, and no group of models of one kind, says more than its full weight. */
function capped(parts: readonly Part[]): Part[] {
  const left = new Map<string, number>()
  return parts.flatMap(({ alert, gain }) => {
    if (gain <= 0) return [{ alert, gain }]
    const weight = weightOf(alert.modelId)
    const key = weight.together ? weight.code : alert.modelId
    const most = Math.log(alert.attackResult === 'success' ? weight.succeeded : weight.seen)
    const room = left.get(key) ?? most
    const taken = Math.min(gain, room)
    left.set(key, room - taken)
    return taken > 0 ? [{ alert, gain: taken }] : []
  })
}

function chainWords({ strength, tactics, ordered }: Chain, succeeded: boolean, step: number): string | undefined {
  if (step <= 0) return undefined
  const words = tactics.map(tactic => tacticLabel[tactic]).join('、')
  return strength <= SUCCESS_CHAIN && succeeded
    ? `失败之后出现成功登录，攻击链前进一步（贡献 ${signed(step)}）`
    : `72 小时内覆盖 ${tactics.length} 个攻击阶段（${words}${ordered ? '' : '，先后不合常理'}，贡献 ${signed(step)}）`
}

function againstWords(
  against: readonly { readonly negative: Negative; readonly gain: number }[],
  parts: readonly Part[],
): string | undefined {
  const [first] = against
  if (first !== undefined) return `${first.negative.words}（贡献 ${signed(first.gain)}）`
  const contrary = parts.filter(part => part.gain < 0).at(-1)
  return contrary === undefined ? undefined : `${contrary.alert.reason}（${contrary.alert.title}，贡献 ${signed(contrary.gain)}）`
}

function wordsFor(code: VerdictCode, succeeded: boolean): { effect: string; advice: string } {
  if (code === 'benign') return { effect: '已知行为，业务未受影响', advice: '核对登记的时间与范围，无需处置' }
  return succeeded
    ? { effect: '账号可能已被他人使用，需要立即核实', advice: '先封禁攻击源，再核实登录账号并改口令' }
    : { effect: '目前未见攻击成功的证据，业务未受影响', advice: '封禁攻击源，检查是否仍有必要对外开放该服务' }
}

function signed(gain: number): string {
  return `${gain >= 0 ? '+' : '−'}${Math.abs(gain).toFixed(2)}`
}
