// The list of host drivers; app/compose.ts finds the driver of a device row's `kind` here.
import type { HostDriver } from '../../core/ports/host.js'
import type { EvidenceStore } from './ssh/evidence-folder.js'
import { makeSshHost } from './ssh/index.js'

export interface HostDriverSettings {
  /** Where evidence that was taken is kept. */
  readonly evidence: EvidenceStore
}

/** Every driver, one line each. */
export function makeHostDrivers({ evidence }: HostDriverSettings): readonly HostDriver[] {
  return [makeSshHost(evidence)]
}
