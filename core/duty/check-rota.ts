// What is wrong with a rota before it is saved: a minute without anybody, two at once, a day on which a whole rotation is away. Pure;
// used by the declaration.
import { EXPERTS, minuteOf, personOn, shiftedDay, type DutyPlan, type DutyShift, type Rotation } from './rota.js'

const DAY = 1440
/** Absences are looked at day by day. */
export const MOST_AWAY_DAYS = 366
const kinds = ['workdays', 'days-off'] as const
const kindLabel = { workdays: '工作日', 'days-off': '休息日' } as const

export interface RotaProblem {
  readonly path: readonly (string | number)[]
  readonly problem: string
}

export function checkRota(plan: DutyPlan): RotaProblem[] {
  return [...checkNames(plan), ...checkCover(plan.shifts), ...checkAway(plan)]
}

function checkNames({ shifts, swaps }: DutyPlan): RotaProblem[] {
  const names = shifts.map(shift => shift.name)
  const twice = names.flatMap((name, index) =>
    names.indexOf(name) < index || name === EXPERTS ? [{ path: ['shifts', index, 'name'], problem: `班次“${name}”重名或是保留字` }] : [],
  )
  const unknown = swaps.flatMap(({ shift }, index) =>
    shift === EXPERTS || names.includes(shift) ? [] : [{ path: ['swaps', index, 'shift'], problem: `没有班次“${shift}”` }],
  )
  return [...twice, ...unknown]
}

/** Each kind of day after each kind of day: a night shift reaches into the next one, and a holiday may begin another pattern. */
function checkCover(shifts: readonly DutyShift[]): RotaProblem[] {
  const found = new Map<string, RotaProblem>()
  for (const before of kinds)
    for (const day of kinds) {
      const spans = [
        ...shifts.filter(shift => isOf(shift, before) && isOvernight(shift)).map(shift => [0, minuteOf(shift.to)] as const),
        ...shifts
          .filter(shift => isOf(shift, day))
          .map(shift => [minuteOf(shift.from), isOvernight(shift) ? DAY : minuteOf(shift.to)] as const),
      ].sort((a, b) => a[0] - b[0])
      let covered = 0
      for (const [from, to] of [...spans, [DAY, DAY] as const]) {
        const words =
          from > covered
            ? `${clock(covered)} 到 ${clock(from)} 没有人值班`
            : from < covered
              ? `${clock(from)} 到 ${clock(Math.min(covered, to))} 有两班`
              : ''
        const problem = `${kindLabel[before]}之后的${kindLabel[day]} ${words}`
        if (words !== '' && !found.has(words)) found.set(words, { path: ['shifts'], problem })
        covered = Math.max(covered, to)
      }
    }
  return [...found.values()]
}

function checkAway(plan: DutyPlan): RotaProblem[] {
  const rotations: readonly (readonly [string, Rotation, readonly (string | number)[]])[] = [
    ...plan.shifts.map((shift, index) => [shift.name, shift, ['shifts', index]] as const),
    [EXPERTS, plan.experts, [EXPERTS]],
  ]
  const problems: RotaProblem[] = []
  plan.away.forEach(({ from, to }, index) => {
    if (to < from) problems.push({ path: ['away', index, 'to'], problem: '不能早于 from' })
    if (shiftedDay(from, MOST_AWAY_DAYS) < to) problems.push({ path: ['away', index, 'to'], problem: `一次最多 ${MOST_AWAY_DAYS} 天` })
  })
  if (problems.length > 0) return problems
  const days = [...new Set(plan.away.flatMap(({ from, to }) => daysBetween(from, to)))].sort()
  for (const [name, rotation, path] of rotations) {
    const empty = days.find(day => personOn(plan, name, rotation, day) === undefined)
    if (empty !== undefined) problems.push({ path, problem: `${empty} 这天轮值的人全都不在` })
  }
  return problems
}

function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = from; day <= to; day = shiftedDay(day, 1)) days.push(day)
  return days
}

const isOf = (shift: DutyShift, kind: (typeof kinds)[number]): boolean => shift.days === 'every' || shift.days === kind
const isOvernight = (shift: DutyShift): boolean => shift.to <= shift.from
const clock = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
