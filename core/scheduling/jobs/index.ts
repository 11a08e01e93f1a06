// What runs when, one line per file; tests/registries.test.ts compares the list with the folder.
import type { ScheduledJob } from '../job.js'
import { auditDeliveries } from './audit-deliveries.js'
import { cleanUp } from './clean-up.js'
import { endObservations } from './end-observations.js'
import { expireArchive } from './expire-archive.js'
import { sendDailyReport } from './send-daily-report.js'
import { watchSources } from './watch-sources.js'

export const jobs: readonly ScheduledJob[] = [auditDeliveries, cleanUp, endObservations, expireArchive, sendDailyReport, watchSources]
