// The list of detection models, run in this order by detector.ts.
import type { Model } from '../define-model.js'
import { externalAlert } from './external-alert.js'
import { hostEvidence } from './host-evidence.js'
import { intelMatch } from './intel-match.js'
import { loginPressure } from './login-pressure.js'
import { networkScan } from './network-scan.js'
import { passwordGuessing } from './password-guessing.js'
import { sigmaRule } from './sigma-rule.js'
import { signatureAlert } from './signature-alert.js'
import { webAttack } from './web-attack.js'
import { webProbing } from './web-probing.js'

export const models: readonly Model[] = [
  passwordGuessing,
  loginPressure,
  intelMatch,
  sigmaRule,
  externalAlert,
  signatureAlert,
  webAttack,
  webProbing,
  networkScan,
  hostEvidence,
]
