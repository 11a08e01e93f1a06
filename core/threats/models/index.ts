// The list of detection models, run in this order by detector.ts.
import type { Model } from '../define-model.js'
import { behaviourBaseline } from './behaviour-baseline.js'
import { covertBeacon } from './covert-beacon.js'
import { dnsTunnel } from './dns-tunnel.js'
import { externalAlert } from './external-alert.js'
import { generatedDomains } from './generated-domains.js'
import { intelMatch } from './intel-match.js'
import { lateralSpread } from './lateral-spread.js'
import { hostEvidence } from './host-evidence.js'
import { loginPressure } from './login-pressure.js'
import { mailProbing } from './mail-probing.js'
import { networkScan } from './network-scan.js'
import { passwordGuessing } from './password-guessing.js'
import { sigmaRule } from './sigma-rule.js'
import { signatureAlert } from './signature-alert.js'
import { webAttack } from './web-attack.js'
import { webProbing } from './web-probing.js'

export const models: readonly Model[] = [
  passwordGuessing,
  intelMatch,
  sigmaRule,
  externalAlert,
  behaviourBaseline,
  covertBeacon,
  dnsTunnel,
  generatedDomains,
  lateralSpread,
  loginPressure,
  signatureAlert,
  webAttack,
  webProbing,
  networkScan,
  mailProbing,
  hostEvidence,
]
