// A scanner's result file → findings: what an importer takes and gives; core/findings/import-service.ts calls it, adapters/scan-import reads.
import type { Severity } from '../threats/terms.js'

/** domain.md 1.2: one parent for vulnerabilities, weak credentials, failed baseline checks and exposures; `fact` is news without a fault. */
export type FindingKind = 'vulnerability' | 'weak_credential' | 'baseline' | 'exposure' | 'fact'

export type Declared = 'open' | 'fixed' | 'false_positive' | 'accepted'

/** What a person reads and what a machine compares, of one check at one place. Texts are cut, secrets in them masked. */
export interface FindingDraft {
  readonly kind: FindingKind
  /** Key of the check within its engine: plugin id, template and matcher, rule id, CVE and package, account. Never title or severity. */
  readonly check: string
  /** What the file itself counts as one problem, across places: the same text for each place of it. */
  readonly problem: string
  readonly title: string
  readonly severity: Severity
  /** Address or name as the file gives it, lower case; `''` when the file names no host. */
  readonly host: string
  readonly port: number | null
  /** `tcp`, `udp`, `''` when unknown. */
  readonly protocol: string
  /** Paths, packages, parameters: a list inside the finding, not part of its identity. */
  readonly instances: readonly string[]
  readonly cve: readonly string[]
  readonly cwe: readonly number[]
  /** Base score 0 to 10 and its vector, as far as given. */
  readonly cvss: { readonly score: number | null; readonly vector: string | null }
  readonly evidence: string
  readonly description: string
  readonly solution: string
  readonly references: readonly string[]
  /** A guess from a banner, which a person has to confirm (scanners.md 2, quality of detection below 70 %). */
  readonly toVerify: boolean
  /** What the product itself says; only `open` ever opens a finding. */
  readonly declared: Declared
}

/** One answered question: this check (or every check of the engine, `*`) ran to its end at this place. */
export interface CoverageFact {
  readonly host: string
  /** Null: the host itself, whatever the port. */
  readonly port: number | null
  readonly protocol: string
  readonly check: string
}

export interface ScanReading {
  readonly format: string
  /** Engine behind the format; findings of one engine are compared with each other. */
  readonly engine: string
  readonly drafts: readonly FindingDraft[]
  /** Distinct `problem`s: the number a report of this file shows. */
  readonly findings: number
  readonly bySeverity: Readonly<Record<Severity, number>>
  /** Hosts named by the file, with or without findings. */
  readonly hosts: readonly string[]
  /** Records of the file: what became of each, by reason (`finding`, `merged`, `passed`, …). */
  readonly records: Readonly<Record<string, number>>
  /** The run ended before its end, or could not ask: nothing may be closed by it. */
  readonly partial: boolean
  /** When the run ended, where the file says so. */
  readonly ranAt?: string | undefined
  readonly warnings: readonly string[]
  /** Never contains a place that was not answered. */
  readonly coverage: readonly CoverageFact[]
  /** Places the run went to, where the file does not prove which checks ran: they count only when a person vouches for the run. */
  readonly claims: readonly CoverageFact[]
}

/** A file that can be read from its beginning as often as needed. */
export interface ScanFile {
  /** Base name, for messages and as a hint for formats that write empty files. */
  readonly name: string
  /** Bytes, when known. */
  readonly size: number | undefined
  open(): AsyncIterable<Uint8Array>
}

export interface ReadOptions {
  /** Id of a format, or undefined to recognise it. */
  readonly format?: string | undefined
  /** Column names for tables of products we do not know: our field → their header. */
  readonly columns?: Readonly<Record<string, string>> | undefined
}

export interface ScanImport {
  readonly formats: readonly { readonly id: string; readonly title: string }[]
  /**
   * @throws FILE_INVALID naming file, line and what is wrong; SCAN_FORMAT_UNKNOWN when no format fits
   */
  read(file: ScanFile, options?: ReadOptions): Promise<ScanReading>
}
