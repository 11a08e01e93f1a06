// What runs when, one line per file; tests/registries.test.ts compares the list with the folder.
import type { ScheduledJob } from '../job.js'
import { auditDeliveries } from './audit-deliveries.js'
import { auditFeeds } from './audit-feeds.js'
import { auditDuty } from './audit-duty.js'
import { changeShifts } from './change-shifts.js'
import { escalateClusters } from './escalate-clusters.js'
import { watchCalendar } from './watch-calendar.js'
import { cleanUp } from './clean-up.js'
import { dispatchFindings } from './dispatch-findings.js'
import { draftReports } from './draft-reports.js'
import { endObservations } from './end-observations.js'
import { expireArchive } from './expire-archive.js'
import { keepScore } from './keep-score.js'
import { learnTriage } from './learn-triage.js'
import { expireUploads } from './expire-uploads.js'
import { planPatrols } from './plan-patrols.js'
import { probeByVoice } from './probe-by-voice.js'
import { recheckAssessments } from './recheck-assessments.js'
import { sendDailyReport } from './send-daily-report.js'
import { watchSources } from './watch-sources.js'

export const jobs: readonly ScheduledJob[] = [
  auditDeliveries,
  auditDuty,
  auditFeeds,
  changeShifts,
  escalateClusters,
  watchCalendar,
  cleanUp,
  dispatchFindings,
  draftReports,
  endObservations,
  expireArchive,
  keepScore,
  learnTriage,
  expireUploads,
  planPatrols,
  probeByVoice,
  recheckAssessments,
  sendDailyReport,
  watchSources,
]
