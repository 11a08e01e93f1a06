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
import { patrolFinished } from './patrol-finished.js'
import { reportDrafted } from './report-drafted.js'
import { reportFileReady } from './report-file-ready.js'
import { reportSent } from './report-sent.js'
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
import { assetsFound } from './assets-found.js'
import { shadowAssets } from './shadow-assets.js'
import { assetsLost } from './assets-lost.js'
import { assetRatingProposed } from './asset-rating-proposed.js'
import { assetDisowned } from './asset-disowned.js'
import { findingsDispatched } from './findings-dispatched.js'
import { findingsOverdue } from './findings-overdue.js'
import { findingsDueSoon } from './findings-due-soon.js'
import { findingReturned } from './finding-returned.js'
import { retestRequested } from './retest-requested.js'
import { retestUndecided } from './retest-undecided.js'
import { findingRemains } from './finding-remains.js'
import { findingClosed } from './finding-closed.js'
import { extensionRequested } from './extension-requested.js'
import { extensionDecided } from './extension-decided.js'
import { weakCredentialsFound } from './weak-credentials-found.js'
import { caseChanged } from './case-changed.js'
import { letterRefused } from './letter-refused.js'
import { editionProposed } from './edition-proposed.js'
import { incidentReportReady } from './incident-report-ready.js'
import { playbookAnswered } from './playbook-answered.js'
import { playbookStarted } from './playbook-started.js'
import { warRoomNews } from './war-room-news.js'
import { warRoomWanted } from './war-room-wanted.js'
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
  caseChanged,
  letterRefused,
  editionProposed,
  incidentReportReady,
  playbookAnswered,
  playbookStarted,
  warRoomNews,
  warRoomWanted,
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
  patrolFinished,
  reportDrafted,
  reportFileReady,
  reportSent,
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
  assetsFound,
  shadowAssets,
  assetsLost,
  assetRatingProposed,
  assetDisowned,
  findingsDispatched,
  findingsOverdue,
  findingsDueSoon,
  findingReturned,
  retestRequested,
  retestUndecided,
  findingRemains,
  findingClosed,
  extensionRequested,
  extensionDecided,
  weakCredentialsFound,
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
