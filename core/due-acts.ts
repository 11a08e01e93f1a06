// What is due at a moment beside promises, wakings and ends of acceptances, by kind of timer: handed to the timer service by the scheduler.
import type { Timer, TimerKind } from './clocks/timer.js'
import type { Core } from './core.js'

type Acts = Partial<Readonly<Record<TimerKind, (timer: Timer) => Promise<void>>>>

/** Each may run twice. */
export function dueActs(core: Pick<Core, 'exposures' | 'advisories'>): Acts {
  return {
    exposure_ends: ({ tenantId, subject }) => core.exposures.openingEnded(tenantId, subject),
    advisory_publish: ({ subject }) => core.advisories.publish(subject),
  }
}
