// What is promised, in minutes, by priority (domain.md 6.1), and on which clock; read by ticket-clocks.ts and the reports.
import type { Priority } from '../threats/terms.js'

/** `24x7` counts every minute, `5x8` those of working hours (work-calendar.ts). */
export type ClockKind = '24x7' | '5x8'

export const slaMetrics = ['ack', 'verdict', 'first_notice', 'plan', 'contain', 'update', 'close', 'expert', 'chase'] as const
export type SlaMetric = (typeof slaMetrics)[number]

export const slaLabel: Readonly<Record<SlaMetric, string>> = {
  ack: '接警',
  verdict: '研判',
  first_notice: '首报到群',
  plan: '给出方案',
  contain: '遏制',
  update: '进展更新',
  close: '闭环',
  expert: '专家介入',
  chase: '客户响应',
}

export interface SlaTarget {
  readonly minutes: number
  readonly clock: ClockKind
}

const HOUR = 60
const DAY = 24 * HOUR
/** 09:00–12:00 and 13:00–18:00. */
const WORKDAY = 8 * HOUR

const always = (minutes: number): SlaTarget => ({ minutes, clock: '24x7' })
const working = (minutes: number): SlaTarget => ({ minutes, clock: '5x8' })

/** Absent: nothing is promised (P4 is told in the daily report and has no containment of its own). */
export const slaPolicy: Readonly<Record<SlaMetric, Readonly<Partial<Record<Priority, SlaTarget>>>>> = {
  ack: { P1: always(5), P2: always(10), P3: always(30), P4: always(240) },
  verdict: { P1: always(15), P2: always(30), P3: always(120), P4: always(480) },
  first_notice: { P1: always(15), P2: always(30), P3: always(240) },
  plan: { P1: always(30), P2: always(60), P3: always(240), P4: working(WORKDAY) },
  contain: { P1: always(30), P2: always(120), P3: working(WORKDAY) },
  update: { P1: always(30), P2: always(120), P3: always(DAY), P4: always(7 * DAY) },
  close: { P1: always(DAY), P2: always(3 * DAY), P3: always(7 * DAY), P4: always(30 * DAY) },
  // A P1 rings the expert on duty at any hour (domain.md 5.3).
  expert: { P1: always(15), P2: working(30), P3: working(120), P4: working(WORKDAY) },
  chase: { P1: always(10), P2: always(30), P3: always(4 * HOUR), P4: always(DAY) },
}

/** Waiting for the customer and being suspended do not count for these; the others never pause (domain.md 6.1). */
export const pausable: readonly SlaMetric[] = ['contain', 'close', 'update']

/** A warning leaves when this share of the time is used up. */
export const WARN_SHARE = 0.8
