// Knowledge of vulnerabilities: taken in from files of its sources, kept compactly, read as a stream; adapters/vuln-feed implements it.
import type { VulnRecord, VulnSource } from '../vulnerabilities/vulnerability.js'
import type { ScanFile } from './scan-import.js'

export interface SourceState {
  readonly source: VulnSource
  /** As the source tells it: release of a catalogue, version of a model; `''` when it tells none. */
  readonly version: string
  /** Date of the data, not of the taking in; `''` when unknown. */
  readonly dataDate: string
  readonly takenAt: string
  readonly records: number
}

export interface VulnKnowledge {
  /**
   * Takes one file of a source in, which is recognised; a broken file changes nothing.
   * @throws FILE_INVALID, SCAN_FORMAT_UNKNOWN
   */
  update(file: ScanFile): Promise<SourceState>
  states(): Promise<readonly SourceState[]>
  /** Everything known of one vulnerability after the other, all sources together. */
  all(): AsyncGenerator<{ readonly id: string; readonly records: readonly VulnRecord[] }>
}
