// Everything said unasked, one line per file; tests/registries.test.ts compares the list with the folder.
import { alertGrown } from './alert-grown.js'
import { alertRaised } from './alert-raised.js'
import { alertWorsened } from './alert-worsened.js'
import { approvalExpired } from './approval-expired.js'
import { approvalRequested } from './approval-requested.js'
import { blockLifted } from './block-lifted.js'
import { blockVerified } from './block-verified.js'
import { cardForwarded } from './card-forwarded.js'
import { dailyReportReady } from './daily-report-ready.js'
import { deliveriesOverdue } from './deliveries-overdue.js'
import { deliveryFailed } from './delivery-failed.js'
import { disposalDecided } from './disposal-decided.js'
import { disposalFailed } from './disposal-failed.js'
import { falsePositiveReported } from './false-positive-reported.js'
import { feedSilent } from './feed-silent.js'
import { groupUnreachable } from './group-unreachable.js'
import { incidentClaimed } from './incident-claimed.js'
import { incidentClosed } from './incident-closed.js'
import { incidentExcluded } from './incident-excluded.js'
import { incidentRecovered } from './incident-recovered.js'
import { incidentRecurred } from './incident-recurred.js'
import { incidentResolved } from './incident-resolved.js'
import { liftFailed } from './lift-failed.js'
import { observationEnded } from './observation-ended.js'
import { robotUnreachable } from './robot-unreachable.js'
import { sourceBlind } from './source-blind.js'
import { sourceSeen } from './source-seen.js'
import { requestPassedOn } from './request-passed-on.js'
import { triageNeeded } from './triage-needed.js'
import { verificationFailed } from './verification-failed.js'
import { acceptanceEnding } from './acceptance-ending.js'
import { slaBreached } from './sla-breached.js'
import { slaWarning } from './sla-warning.js'
import { ticketChanged } from './ticket-changed.js'
import { ticketReopened } from './ticket-reopened.js'
import { actByHand } from './act-by-hand.js'
import { calendarMissing } from './calendar-missing.js'
import { clocksMissing } from './clocks-missing.js'
import { customerChased } from './customer-chased.js'
import { delegationChanged } from './delegation-changed.js'
import { disposalApplied } from './disposal-applied.js'
import { disposalPreauthorised } from './disposal-preauthorised.js'
import { escalationChanged } from './escalation-changed.js'
import { escalationOverdue } from './escalation-overdue.js'
import { escalationRequested } from './escalation-requested.js'
import { regulatoryCountdown } from './regulatory-countdown.js'
import { requestWithdrawn } from './request-withdrawn.js'
import { shiftChanged } from './shift-changed.js'
import { signatureMissing } from './signature-missing.js'
import { ticketReassigned } from './ticket-reassigned.js'
import type { Push } from './push.js'

export const pushes: readonly Push[] = [
  acceptanceEnding,
  alertGrown,
  alertRaised,
  alertWorsened,
  approvalExpired,
  approvalRequested,
  blockLifted,
  blockVerified,
  cardForwarded,
  dailyReportReady,
  deliveriesOverdue,
  deliveryFailed,
  disposalDecided,
  disposalFailed,
  falsePositiveReported,
  feedSilent,
  groupUnreachable,
  incidentClaimed,
  incidentClosed,
  incidentExcluded,
  incidentRecovered,
  incidentRecurred,
  incidentResolved,
  liftFailed,
  observationEnded,
  robotUnreachable,
  sourceBlind,
  sourceSeen,
  requestPassedOn,
  slaBreached,
  slaWarning,
  ticketChanged,
  ticketReopened,
  triageNeeded,
  verificationFailed,
  actByHand,
  calendarMissing,
  clocksMissing,
  customerChased,
  delegationChanged,
  disposalApplied,
  disposalPreauthorised,
  escalationChanged,
  escalationOverdue,
  escalationRequested,
  regulatoryCountdown,
  requestWithdrawn,
  shiftChanged,
  signatureMissing,
  ticketReassigned,
]
