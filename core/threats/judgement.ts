// The automatic judgement of an incident from its alerts: log-odds of domain.md 10.3, said in words people can check.
import type { Instant } from '../ports/clock.js'
import type { Alert, Verdict } from './incident.js'
import { verdictCodeLabel, type VerdictCode } from './terms.js'

/** Likelihood ratio of a model at full strength, and when the attack is known to have succeeded (domain.md 10.2). */
const likelihoodRatio: Readonly<Record<string, { readonly seen: number; readonly succeeded: number }>> = {
  'intel-match': { seen: 50, succeeded: 50 },
  'sigma-rule': { seen: 4, succeeded: 12 },
  'password-guessing': { seen: 4, succeeded: 12 },
  'external-alert': { seen: 4, succeeded: 12 },
  'web-attack': { seen: 4, succeeded: 12 },
  'signature-alert': { seen: 4, succeeded: 12 },
  'login-pressure': { seen: 4, succeeded: 12 },
  'host-evidence': { seen: 60, succeeded: 60 },
}
/** Two stages of an attack chain seen in order, strength 0.4 of model M3 (LR 12). */
const CHAIN = 0.4 * Math.log(12)
const PRIOR = 0.05
const HALF_LIFE_HOURS = 24

/** `高可疑 82%`; below suspicion the figure is what is left of it, not how sure we are. */
export function verdictWords({ code, confidence }: Pick<Verdict, 'code' | 'confidence'>): string {
  const percent = `${Math.round(confidence * 100)}%`
  return code === 'attempted' || code === 'benign'
    ? `${verdictCodeLabel[code]}（失陷可能 ${percent}）`
    : `${verdictCodeLabel[code]} ${percent}`
}

type Judged = Pick<Alert, 'modelId' | 'ruleId' | 'title' | 'reason' | 'attackResult' | 'strength' | 'lastAt' | 'count' | 'author'>

/** Same model and technique counts once: the strongest alert speaks for it. `compromised` is never reached without a person (10.3). */
export function judge(alerts: readonly Judged[], now: Instant): Verdict {
  const strongest = new Map<string, { alert: Judged; gain: number }>()
  for (const alert of alerts) {
    const ratio = likelihoodRatio[alert.modelId] ?? { seen: 2, succeeded: 4 }
    const full = Math.log(alert.attackResult === 'success' ? ratio.succeeded : ratio.seen)
    const hours = Math.max(0, Date.parse(now) - Date.parse(alert.lastAt)) / 3_600_000
    const decay = alert.attackResult === 'success' ? 1 : 0.5 ** (hours / HALF_LIFE_HOURS)
    const gain = alert.strength * decay * full
    const known = strongest.get(alert.modelId)
    if (!known || known.gain < gain) strongest.set(alert.modelId, { alert, gain })
  }
  const parts = [...strongest.values()].sort((a, b) => b.gain - a.gain)
  const succeeded = alerts.some(alert => alert.attackResult === 'success')
  const logit = Math.log(PRIOR / (1 - PRIOR)) + parts.reduce((sum, part) => sum + part.gain, 0) + (succeeded ? CHAIN : 0)
  const p = 1 / (1 + Math.exp(-logit))
  const code: VerdictCode = p >= 0.8 ? 'highly_suspicious' : p >= 0.5 ? 'suspicious' : 'attempted'
  const reasons = parts.slice(0, 3).map(({ alert, gain }) => {
    const author = alert.author ? `，规则作者 ${alert.author}` : ''
    return `${alert.reason}（${alert.title}${author}，贡献 ${gain >= 0 ? '+' : ''}${gain.toFixed(2)}）`
  })
  if (succeeded) reasons.push(`失败之后出现成功登录，攻击链前进一步（贡献 +${CHAIN.toFixed(2)}）`)
  return {
    code,
    confidence: Math.round(p * 100) / 100,
    reasons,
    effect: succeeded ? '账号可能已被他人使用，需要立即核实' : '目前未见攻击成功的证据，业务未受影响',
    advice: succeeded ? '先封禁攻击源，再核实登录账号并改口令' : '封禁攻击源，检查是否仍有必要对外开放该服务',
    by: 'system',
    at: now,
  }
}
