// What is due at a moment beside promises, wakings and ends of acceptances, by kind of timer: handed to the timer service by the scheduler.
import type { Timer, TimerKind } from './clocks/timer.js'
import type { Core } from './core.js'

type Acts = Partial<Readonly<Record<TimerKind, (timer: Timer) => Promise<void>>>>

/** Each may run twice. */
export function dueActs({ exposures, advisories, playbooks, editions, warRooms, incidentReports }: Core): Acts {
  return {
    exposure_ends: ({ tenantId, subject }) => exposures.openingEnded(tenantId, subject),
    advisory_publish: ({ subject }) => advisories.publish(subject),
    playbook_start: async ({ tenantId, subject }) => void (await playbooks.start(undefined, tenantId, subject)),
    playbook_review: async ({ tenantId, subject }) => void (await editions.review(tenantId, subject)),
    war_room: ({ tenantId, subject }) => warRooms.wanted(tenantId, subject),
    incident_report: ({ tenantId, subject }) => incidentReports.finish(tenantId, subject),
  }
}
