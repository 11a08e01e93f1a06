// Every chat command, one line per file; tests/registries.test.ts compares the list with the folder.
import { requestCommands } from '../requests/index.js'
import type { Command } from '../runtime/command.js'
import { approveDisposal } from './approve-disposal.js'
import { blockIp } from './block-ip.js'
import { checkSources } from './check-sources.js'
import { claim } from './claim.js'
import { closeIncident } from './close-incident.js'
import { annualReport } from './annual-report.js'
import { dailyReport } from './daily-report.js'
import { excludeIncident } from './exclude-incident.js'
import { draftReport } from './draft-report.js'
import { monthlyReport } from './monthly-report.js'
import { quarterlyReport } from './quarterly-report.js'
import { reviewReport } from './review-report.js'
import { sendReport } from './send-report.js'
import { showMetric } from './show-metric.js'
import { showScore } from './show-score.js'
import { weeklyReport } from './weekly-report.js'
import { explainIncident } from './explain-incident.js'
import { makeHelp } from './help.js'
import { judgeIncident } from './judge-incident.js'
import { liftSuppression } from './lift-suppression.js'
import { listBlocks } from './list-blocks.js'
import { listSuppressions } from './list-suppressions.js'
import { rateService } from './rate-service.js'
import { rejectDisposal } from './reject-disposal.js'
import { reportFalsePositive } from './report-false-positive.js'
import { findSimilar } from './find-similar.js'
import { followTopic } from './follow-topic.js'
import { listAlerts } from './list-alerts.js'
import { lookUp } from './look-up.js'
import { muteTopic } from './mute-topic.js'
import { rollBackModel } from './roll-back-model.js'
import { searchLogs } from './search-logs.js'
import { setOwnChannel } from './set-own-channel.js'
import { setOwnHours } from './set-own-hours.js'
import { setOwnLevel } from './set-own-level.js'
import { setQuietHours } from './set-quiet-hours.js'
import { setWakeLevel } from './set-wake-level.js'
import { showAudit } from './show-audit.js'
import { showDeliveries } from './show-deliveries.js'
import { showIncident } from './show-incident.js'
import { showModels } from './show-models.js'
import { showQueue } from './show-queue.js'
import { showOwnSettings } from './show-own-settings.js'
import { showStatus } from './show-status.js'
import { startPatrol } from './start-patrol.js'
import { stopScans } from './stop-scans.js'
import { scanProgress } from './scan-progress.js'
import { showEngines } from './show-engines.js'
import { showStrategy } from './show-strategy.js'
import { suppress } from './suppress.js'
import { undoDisposal } from './undo-disposal.js'
import { acceptRisk } from './accept-risk.js'
import { mergeIncident } from './merge-incident.js'
import { regradeIncident } from './regrade-incident.js'
import { reopenIncident } from './reopen-incident.js'
import { suspendIncident } from './suspend-incident.js'
import { wakeIncident } from './wake-incident.js'
import { verify } from './verify.js'
import { assessFinding } from './assess-finding.js'
import { disownAsset } from './disown-asset.js'
import { extendFinding } from './extend-finding.js'
import { grantExtension } from './grant-extension.js'
import { importAssets } from './import-assets.js'
import { listBaseline } from './list-baseline.js'
import { listFindings } from './list-findings.js'
import { listWeakCredentials } from './list-weak-credentials.js'
import { markAsset } from './mark-asset.js'
import { newAssets } from './new-assets.js'
import { refuseExtension } from './refuse-extension.js'
import { reportFixed } from './report-fixed.js'
import { shadowAssets } from './shadow-assets.js'
import { showAsset } from './show-asset.js'
import { twoHighOneWeak } from './two-high-one-weak.js'
import { acceptChange } from './accept-change.js'
import { acceptService } from './accept-service.js'
import { announceChange } from './announce-change.js'
import { approveAdvisory } from './approve-advisory.js'
import { confirmService } from './confirm-service.js'
import { convergeExposure } from './converge-exposure.js'
import { deliverService } from './deliver-service.js'
import { draftAdvisory } from './draft-advisory.js'
import { followAdvisory } from './follow-advisory.js'
import { listAdvisories } from './list-advisories.js'
import { listChanges } from './list-changes.js'
import { listHotEvents } from './list-hot-events.js'
import { openTemporarily } from './open-temporarily.js'
import { orderService } from './order-service.js'
import { rejectChange } from './reject-change.js'
import { rollBackChange } from './roll-back-change.js'
import { showImpact } from './show-impact.js'
import { showLetter } from './show-letter.js'
import { signIn } from './sign-in.js'
import { signLetter } from './sign-letter.js'
import { answerQuestion } from './answer-question.js'
import { approveEdition } from './approve-edition.js'
import { incidentReport } from './incident-report.js'
import { keepEvidence } from './keep-evidence.js'
import { noteTimeline } from './note-timeline.js'
import { rejectEdition } from './reject-edition.js'
import { reportTrouble } from './report-trouble.js'
import { startPlaybook } from './start-playbook.js'
import { verifyEvidence } from './verify-evidence.js'
import { warRoom } from './war-room.js'
import { whatToDo } from './what-to-do.js'
import { workStep } from './work-step.js'
import { showDuty } from './show-duty.js'
import { showTodo } from './show-todo.js'
import { escalateIncident } from './escalate-incident.js'
import { acceptEscalation } from './accept-escalation.js'
import { resolveEscalation } from './resolve-escalation.js'
import { returnEscalation } from './return-escalation.js'
import { takeOver } from './take-over.js'
import { handOn } from './hand-on.js'
import { fileGrade } from './file-grade.js'
import { reviewGrade } from './review-grade.js'
import { draftRegulatory } from './draft-regulatory.js'
import { decideRegulatory } from './decide-regulatory.js'
import { cosignDisposal } from './cosign-disposal.js'
import { isolateHost } from './isolate-host.js'
import { delegateApproval } from './delegate-approval.js'
import { revokeDelegation } from './revoke-delegation.js'

/** In the order the help lists them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each command keeps the type of its arguments to itself
export const builtCommands: readonly Command<any>[] = [
  showStatus,
  showScore,
  showTodo,
  showDuty,
  checkSources,
  showIncident,
  listAlerts,
  explainIncident,
  lookUp,
  searchLogs,
  findSimilar,
  reportFalsePositive,
  reopenIncident,
  reportTrouble,
  warRoom,
  noteTimeline,
  suspendIncident,
  wakeIncident,
  rateService,
  approveDisposal,
  rejectDisposal,
  cosignDisposal,
  blockIp,
  isolateHost,
  undoDisposal,
  listBlocks,
  acceptRisk,
  showAsset,
  claim,
  markAsset,
  newAssets,
  shadowAssets,
  disownAsset,
  importAssets,
  listFindings,
  listWeakCredentials,
  listBaseline,
  twoHighOneWeak,
  reportFixed,
  verify,
  extendFinding,
  grantExtension,
  refuseExtension,
  assessFinding,
  takeOver,
  handOn,
  judgeIncident,
  escalateIncident,
  acceptEscalation,
  resolveEscalation,
  returnEscalation,
  fileGrade,
  reviewGrade,
  draftRegulatory,
  decideRegulatory,
  regradeIncident,
  excludeIncident,
  mergeIncident,
  closeIncident,
  showQueue,
  suppress,
  liftSuppression,
  listSuppressions,
  showModels,
  rollBackModel,
  startPatrol,
  stopScans,
  scanProgress,
  showEngines,
  dailyReport,
  weeklyReport,
  monthlyReport,
  quarterlyReport,
  annualReport,
  draftReport,
  reviewReport,
  sendReport,
  showMetric,
  convergeExposure,
  openTemporarily,
  listChanges,
  acceptChange,
  rejectChange,
  rollBackChange,
  announceChange,
  listAdvisories,
  listHotEvents,
  showImpact,
  followAdvisory,
  draftAdvisory,
  approveAdvisory,
  orderService,
  confirmService,
  showLetter,
  signLetter,
  signIn,
  deliverService,
  acceptService,
  whatToDo,
  startPlaybook,
  workStep,
  answerQuestion,
  keepEvidence,
  verifyEvidence,
  approveEdition,
  rejectEdition,
  incidentReport,
  showAudit,
  showDeliveries,
  showStrategy,
  muteTopic,
  followTopic,
  setQuietHours,
  setWakeLevel,
  delegateApproval,
  revokeDelegation,
  setOwnLevel,
  setOwnHours,
  setOwnChannel,
  showOwnSettings,
  makeHelp(() => commands),
]

/** Those, and the words for what people do by hand. */
export const commands: readonly Command<unknown>[] = [...builtCommands, ...requestCommands]
