// The severities of scanners in our five levels (domain.md 4.1, scanners.md 3); every format says which table it uses.
import type { Severity } from '../../core/threats/terms.js'

const words: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  crit: 'critical',
  fatal: 'critical',
  urgent: 'critical',
  serious: 'critical',
  严重: 'critical',
  超危: 'critical',
  致命: 'critical',
  紧急: 'critical',
  危急: 'critical',
  高危紧急: 'critical',
  high: 'high',
  important: 'high',
  高: 'high',
  高危: 'high',
  高风险: 'high',
  高级: 'high',
  重要: 'high',
  medium: 'medium',
  med: 'medium',
  moderate: 'medium',
  middle: 'medium',
  warning: 'medium',
  中: 'medium',
  中危: 'medium',
  中风险: 'medium',
  中级: 'medium',
  警告: 'medium',
  low: 'low',
  minor: 'low',
  低: 'low',
  低危: 'low',
  低风险: 'low',
  低级: 'low',
  info: 'info',
  informational: 'info',
  information: 'info',
  none: 'info',
  log: 'info',
  debug: 'info',
  negligible: 'info',
  unknown: 'info',
  note: 'info',
  bestpractice: 'info',
  'best practice': 'info',
  提示: 'info',
  信息: 'info',
  信息类: 'info',
  安全: 'info',
  无: 'info',
  未知: 'info',
}

/** Undefined when the word means nothing to us. */
export function severityOfWord(word: string): Severity | undefined {
  const key = word.trim().toLowerCase()
  return Object.hasOwn(words, key) ? words[key] : undefined
}

/** Like severityOfWord, with `info` for what is not known. */
export function severityOr(word: string, otherwise: Severity = 'info'): Severity {
  return severityOfWord(word) ?? otherwise
}

/** Qualitative rating of CVSS v3.1, section 5. */
export function severityOfScore(score: number | null): Severity {
  if (score === null || score <= 0) return 'info'
  return score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low'
}

/** Five steps from 1 (info) to 5 (critical): Qualys; from 0 to 4: Nessus, Wapiti. */
export function severityOfStep(step: string | number, lowest: 0 | 1): Severity {
  const index = Number(step) - lowest
  return (['info', 'low', 'medium', 'high', 'critical'] as const)[Number.isInteger(index) ? index : 0] ?? 'info'
}
