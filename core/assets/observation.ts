// What a scan saw of the machines at a customer's: core/patrol hands it over after every slice, the register of assets takes it in.
import type { Instant } from '../ports/clock.js'

export interface ObservedService {
  /** 1 to 65535. */
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
  /** `ssh`, `http`, …; `''` when nothing told. */
  readonly name: string
  /** Product and version as the service itself says; `''` when it said nothing. */
  readonly product: string
  readonly version: string
  /** First bytes the service sent, printable, at most 200 characters; text from outside. */
  readonly banner: string
  readonly cpe: readonly string[]
}

export interface AssetObservation {
  /** Canonical text of the address that answered. */
  readonly address: string
  /** Lower case with colons; only where the scanner sits in the same segment. */
  readonly mac: string | null
  /** `SHA256:…` as ssh-keygen prints it. */
  readonly hostKey: string | null
  /** SHA-256 of the certificate, hex. */
  readonly certificate: string | null
  readonly hostName: string | null
  /** Open ports only. */
  readonly services: readonly ObservedService[]
  readonly seenAt: Instant
}

/** A host that was asked and did not answer; what could not be asked is in neither list. */
export interface Sighting {
  readonly tenantId: string
  /** Number of the patrol. */
  readonly run: string
  readonly seen: readonly AssetObservation[]
  /** Addresses that were probed properly and gave no sign of life. */
  readonly silent: readonly string[]
}

/** Who keeps the register; it may be told the same sighting twice. */
export interface AssetSightings {
  take(sighting: Sighting): Promise<void>
}
