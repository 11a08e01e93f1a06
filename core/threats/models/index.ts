// The list of detection models, run in this order by detector.ts.
import type { Model } from '../define-model.js'
import { externalAlert } from './external-alert.js'
import { intelMatch } from './intel-match.js'
import { passwordGuessing } from './password-guessing.js'
import { sigmaRule } from './sigma-rule.js'
import { webAttack } from './web-attack.js'

export const models: readonly Model[] = [passwordGuessing, intelMatch, sigmaRule, externalAlert, webAttack]
