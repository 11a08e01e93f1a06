// Who is on duty, with name and phone, from the stored rota; asked by `值班`, escalations, handovers and the daily report.
import { serviceCalendar } from '../clocks/ticket-clocks.js'
import type { Instant } from '../ports/clock.js'
import type { Tables, Transactions } from '../ports/transaction.js'
import { PLATFORM, type Person } from '../tenants/tenant.js'
import { dutyAt, expertAt, nextDuty, type DutyPlan, type OnDuty } from './rota.js'

export interface Shift extends Omit<OnDuty, 'userId'> {
  readonly person: Person
}

export interface DutyNow {
  readonly now: Shift | undefined
  readonly next: Shift | undefined
  /** At work 5x8, on call for P1. */
  readonly expert: Person | undefined
  readonly expertAtWork: boolean
}

/** Undefined when none is declared. */
export async function storedPlan(t: Pick<Tables, 'dutyRotas'>): Promise<DutyPlan | undefined> {
  return (await t.dutyRotas.first(PLATFORM, {}))?.plan
}

export async function dutyIn(t: Pick<Tables, 'dutyRotas' | 'people'>, at: Instant): Promise<DutyNow | undefined> {
  const plan = await storedPlan(t)
  if (!plan) return undefined
  const named = async (duty: OnDuty | undefined): Promise<Shift | undefined> => {
    const person = duty && (await t.people.first(PLATFORM, { userId: duty.userId }))
    return duty && person && { shift: duty.shift, from: duty.from, to: duty.to, person }
  }
  const expert = expertAt(plan, at)
  return {
    now: await named(dutyAt(plan, serviceCalendar, at)),
    next: await named(nextDuty(plan, serviceCalendar, at)),
    expert: expert === undefined ? undefined : await t.people.first(PLATFORM, { userId: expert }),
    expertAtWork: serviceCalendar.isWorkTime(at),
  }
}

export class DutyDesk {
  constructor(private readonly transactions: Transactions) {}

  at(moment: Instant): Promise<DutyNow | undefined> {
    return this.transactions.read(t => dutyIn(t, moment))
  }

  /** Makes the working calendar of this process know the days the operator named; called at the start and by the auditor. */
  async learnHolidays(): Promise<void> {
    const plan = await this.transactions.read(storedPlan)
    if (plan) serviceCalendar.know(plan.holidays)
  }
}
