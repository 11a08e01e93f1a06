// Every chat command, one line per file; tests/registries.test.ts compares the list with the folder.
import { requestCommands } from '../requests/index.js'
import type { Command } from '../runtime/command.js'
import { approveDisposal } from './approve-disposal.js'
import { blockIp } from './block-ip.js'
import { checkSources } from './check-sources.js'
import { claimIncident } from './claim-incident.js'
import { closeIncident } from './close-incident.js'
import { dailyReport } from './daily-report.js'
import { excludeIncident } from './exclude-incident.js'
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
import { suppress } from './suppress.js'
import { undoDisposal } from './undo-disposal.js'
import { acceptRisk } from './accept-risk.js'
import { mergeIncident } from './merge-incident.js'
import { regradeIncident } from './regrade-incident.js'
import { reopenIncident } from './reopen-incident.js'
import { suspendIncident } from './suspend-incident.js'
import { wakeIncident } from './wake-incident.js'
import { verifyIncident } from './verify-incident.js'
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
  claimIncident,
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
  verifyIncident,
  closeIncident,
  showQueue,
  suppress,
  liftSuppression,
  listSuppressions,
  showModels,
  rollBackModel,
  dailyReport,
  showAudit,
  showDeliveries,
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
