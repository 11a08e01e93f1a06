// The four answers of a check and how answers combine; used by evaluate.ts.

/** 符合, 不符合, 不适用, 无法判断. */
export type Outcome = 'pass' | 'fail' | 'na' | 'unknown'

export const outcomeLabel: Readonly<Record<Outcome, string>> = { pass: '符合', fail: '不符合', na: '不适用', unknown: '无法判断' }

/** The worst counts: 不符合 before 无法判断 before 符合; 不适用 only when every part is. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes('fail')) return 'fail'
  if (outcomes.includes('unknown')) return 'unknown'
  return outcomes.includes('pass') ? 'pass' : 'na'
}

/** The best counts; what could not be told might have been it. */
export function best(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes('pass')) return 'pass'
  if (outcomes.includes('unknown')) return 'unknown'
  return outcomes.includes('fail') ? 'fail' : 'na'
}

export function inverse(outcome: Outcome): Outcome {
  if (outcome === 'pass') return 'fail'
  return outcome === 'fail' ? 'pass' : outcome
}
