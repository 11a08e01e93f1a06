// A case that may have to be reported by law (domain.md 7): its grade, who said so, and until when. Told to the customer's owner and manager only.
import type { Instant } from '../ports/clock.js'
import type { ImpactFacts, NationalGrade } from './grade.js'

/** `suggested` by the system, `filed` by an analyst, `reviewed` by a senior expert, `decided` by the customer. */
export type RegulatoryState = 'suggested' | 'filed' | 'reviewed' | 'decided'

export const regulatoryStateLabel: Readonly<Record<RegulatoryState, string>> = {
  suggested: '系统建议，待分析师填写',
  filed: '分析师已填，待专家核定',
  reviewed: '专家已核，待客户决定',
  decided: '客户已决定',
}

export interface RegulatoryCase {
  /** The ticket's. */
  readonly id: string
  readonly tenantId: string
  readonly incidentId: string
  /** Number people know the case by. */
  readonly subject: string
  readonly state: RegulatoryState
  readonly grade: NationalGrade
  /** What led to the grade, in words. */
  readonly why: readonly string[]
  readonly facts: ImpactFacts
  readonly filedBy: string | null
  readonly reviewedBy: string | null
  readonly decidedBy: string | null
  /** In the customer's words. */
  readonly decision: string | null
  /** When it was first judged so grave; the countdown counts from here. Null below. */
  readonly startedAt: Instant | null
  readonly dueAt: Instant | null
  readonly createdAt: Instant
}
