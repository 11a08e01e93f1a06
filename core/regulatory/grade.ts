// The national grade of an incident: importance of what was hit × loss, and the quantitative lines of the national guideline (domain.md 3.2, 3.3, 4.4).
// Pure. The lines are those of the published draft of 2023-12; those for personal data agree with the final annex.
import type { Priority } from '../threats/terms.js'

/** I, II, III, IV. */
export type NationalGrade = 1 | 2 | 3 | 4
export const gradeLabel: Readonly<Record<NationalGrade, string>> = {
  1: 'Ⅰ级（特别重大）',
  2: 'Ⅱ级（重大）',
  3: 'Ⅲ级（较大）',
  4: 'Ⅳ级（一般）',
}
/** From here on the law's countdown runs. */
export const REPORTED_FROM: NationalGrade = 3

export type Importance = 'extreme' | 'important' | 'ordinary'

/** Who has to report, and how fast (domain.md 7). */
export const reporterKinds = ['critical_infrastructure', 'central_organ', 'other'] as const
export type ReporterKind = (typeof reporterKinds)[number]

export const reportHours: Readonly<Record<ReporterKind, number>> = { critical_infrastructure: 1, central_organ: 2, other: 4 }
export const reporterLabel: Readonly<Record<ReporterKind, string>> = {
  critical_infrastructure: '关键信息基础设施运营者',
  central_organ: '中央和国家机关各部门及直属单位',
  other: '网络运营者',
}
export const reportTo: Readonly<Record<ReporterKind, string>> = {
  critical_infrastructure: '保护工作部门、公安机关',
  central_organ: '本部门网信工作机构',
  other: '属地省级网信部门',
}
/** Days after the end of handling until the summary. */
export const SUMMARY_DAYS = 30

export function importanceOf(mlpsLevel: number, kind: ReporterKind): Importance {
  if (mlpsLevel >= 4 || kind === 'critical_infrastructure') return 'extreme'
  return mlpsLevel === 3 ? 'important' : 'ordinary'
}

/** What is known of the harm; absent is unknown, never zero. */
export interface ImpactFacts {
  /** Hours the main functions were interrupted. */
  readonly interruptedHours?: number
  /** Hours everything was interrupted. */
  readonly downHours?: number
  /** Persons whose data leaked. */
  readonly leakedPersons?: number
  /** Direct loss in 10,000 yuan. */
  readonly lossWan?: number
  /** Persons whose work or life was affected by water, power, gas, oil, heat, traffic. */
  readonly affectedPersons?: number
  /** Hours unlawful content stood on the front page; on another page. */
  readonly frontPageHours?: number
  readonly otherPageHours?: number
  readonly forwarded?: number
  readonly viewed?: number
}

interface Line {
  readonly fact: keyof ImpactFacts
  readonly words: string
  /** At least so much for grade I, II, III. */
  readonly at: readonly [number, number, number]
  /** Only where the operator is critical infrastructure. */
  readonly criticalOnly?: true
}

const lines: readonly Line[] = [
  { fact: 'downHours', words: '关基整体中断小时数', at: [6, 2, 0.5], criticalOnly: true },
  { fact: 'interruptedHours', words: '关基主要功能中断小时数', at: [24, 6, 2], criticalOnly: true },
  { fact: 'affectedPersons', words: '影响水电气油暖交通人数', at: [10_000_000, 1_000_000, 100_000] },
  { fact: 'leakedPersons', words: '泄露个人信息人数', at: [100_000_000, 10_000_000, 1_000_000] },
  { fact: 'lossWan', words: '直接经济损失（万元）', at: [10_000, 2_000, 500] },
  { fact: 'frontPageHours', words: '主页被篡改小时数', at: [6, 2, 0.5] },
  { fact: 'otherPageHours', words: '其他页被篡改小时数', at: [24, 12, 2] },
  { fact: 'forwarded', words: '违法信息转发次数', at: [100_000, 10_000, 1_000] },
  { fact: 'viewed', words: '违法信息浏览次数', at: [1_000_000, 100_000, 10_000] },
]

export interface GradeQuestion {
  readonly priority: Priority
  readonly importance: Importance
  readonly kind: ReporterKind
  readonly facts: ImpactFacts
}

export interface Suggestion {
  readonly grade: NationalGrade
  readonly why: readonly string[]
}

/** The gravest of the lines that are met and of the rule by priority and importance (4.4). */
export function suggestGrade({ priority, importance, kind, facts }: GradeQuestion): Suggestion {
  const met = lines.flatMap(({ fact, words, at, criticalOnly }) => {
    const value = facts[fact]
    if (value === undefined || (criticalOnly && kind !== 'critical_infrastructure')) return []
    const index = at.findIndex(line => value >= line)
    return index < 0 ? [] : [{ grade: (index + 1) as NationalGrade, why: `${words} ${value}，达到 ${at[index]} 的线` }]
  })
  const byRule: { grade: NationalGrade; why: string } =
    priority === 'P1' && importance === 'extreme'
      ? { grade: 2, why: 'P1 且影响对象特别重要' }
      : priority === 'P1' && importance === 'important'
        ? { grade: 3, why: 'P1 且影响对象重要' }
        : { grade: 4, why: '未命中已知的分级线' }
  const all = [...met, byRule]
  const grade = Math.min(...all.map(item => item.grade)) as NationalGrade
  return { grade, why: all.filter(item => item.grade === grade).map(item => item.why) }
}
