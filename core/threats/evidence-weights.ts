// What each detection model's word is worth: its code and likelihood ratio (domain.md 10.2). Used by judgement.ts.

export type ModelCode = 'M1' | 'M2' | 'M3' | 'M4' | 'M5' | 'M6' | 'M7' | 'M8'

export interface Weight {
  readonly code: ModelCode
  /** Likelihood ratio at full strength, and when the attack is known to have succeeded. */
  readonly seen: number
  readonly succeeded: number
  /** Divides where the strength is negative: the model speaks against. */
  readonly against?: number
  /** Signs of what happens after a machine has fallen do not fade (10.3). */
  readonly lasting?: true
  /** What several models say under one code is capped together; signatures, guessing and foreign products are engines of their own. */
  readonly together?: true
}

const covert: Weight = { code: 'M5', seen: 10, succeeded: 10, together: true }

/** By model id; the ids of vulnerability corroboration and host evidence are those under which their models speak. */
export const weights: Readonly<Record<string, Weight>> = {
  'intel-match': { code: 'M1', seen: 50, succeeded: 50 },
  'sigma-rule': { code: 'M2', seen: 4, succeeded: 12 },
  'password-guessing': { code: 'M2', seen: 4, succeeded: 12 },
  'external-alert': { code: 'M2', seen: 4, succeeded: 12 },
  'web-attack': { code: 'M2', seen: 4, succeeded: 12 },
  'web-probing': { code: 'M2', seen: 2, succeeded: 4 },
  'signature-alert': { code: 'M2', seen: 4, succeeded: 12 },
  'login-pressure': { code: 'M2', seen: 4, succeeded: 12 },
  'mail-probing': { code: 'M2', seen: 2, succeeded: 4 },
  'network-scan': { code: 'M2', seen: 2, succeeded: 4 },
  'behaviour-baseline': { code: 'M4', seen: 5, succeeded: 5 },
  'covert-beacon': covert,
  'dns-tunnel': covert,
  'generated-domains': covert,
  'vuln-corroboration': { code: 'M6', seen: 6, succeeded: 6, against: 10 },
  'lateral-spread': { code: 'M7', seen: 12, succeeded: 12 },
  'host-evidence': { code: 'M8', seen: 60, succeeded: 60, lasting: true },
}
/** A model nobody has weighed counts little. */
const UNKNOWN: Weight = { code: 'M2', seen: 2, succeeded: 4 }
/** Model M3, judged over the alerts of the others. */
export const CHAIN_RATIO = 12

export function weightOf(modelId: string): Weight {
  return Object.hasOwn(weights, modelId) ? weights[modelId]! : UNKNOWN
}

/** What speaks against an attack (10.3), with its ratio. */
export const negativeRatio = {
  'known-scanner': 50,
  'authorised-drill': 50,
  'business-confirmed': 10,
  'conditions-unmet': 10,
} as const
export type NegativeKind = keyof typeof negativeRatio
