// The sections of all reports, in the order of domain.md 15.3; an industry may have its own order (industry-order.ts).
import type { Section } from '../section.js'
import { advice } from './advice.js'
import { compromisedHosts } from './compromised-hosts.js'
import { duty } from './duty.js'
import { incidentEvidence } from './incident-evidence.js'
import { incidentSummary } from './incident-summary.js'
import { incidentTimeline } from './incident-timeline.js'
import { incidentTopics } from './incident-topics.js'
import { incidentsAndHandling } from './incidents-and-handling.js'
import { keyIncidents } from './key-incidents.js'
import { monthByMonth } from './month-by-month.js'
import { notMeasured } from './not-measured.js'
import { overview } from './overview.js'
import { plan } from './plan.js'
import { promisesKept } from './promises-kept.js'
import { scoreTrend } from './score-trend.js'
import { serviceUsage } from './service-usage.js'
import { summary } from './summary.js'
import { toDo } from './to-do.js'
import { weaknesses } from './weaknesses.js'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each section keeps its own data type to itself
export const sections: readonly Section<any>[] = [
  overview,
  summary,
  toDo,
  keyIncidents,
  scoreTrend,
  monthByMonth,
  incidentsAndHandling,
  incidentTopics,
  compromisedHosts,
  weaknesses,
  promisesKept,
  advice,
  serviceUsage,
  incidentSummary,
  incidentTimeline,
  incidentEvidence,
  notMeasured,
  plan,
  duty,
]
