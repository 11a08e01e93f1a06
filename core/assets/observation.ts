// What a scan, a collector or a log saw of machines: the one shape in which anybody tells the asset register (register.ts) about them.
import type { Instant } from '../ports/clock.js'

export interface ObservedService {
  /** 1 to 65535. */
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
  /** `ssh`, `http`; `''` when unknown. */
  readonly name: string
  readonly product: string
  readonly version: string
  /** Whatever the check keeps to tell one installation from another: a banner's hash, a CPE name; `''` when nothing. */
  readonly fingerprint: string
}

/** One machine at one address at one moment. Several addresses of a machine are several observations of the same round. */
export interface AssetObservation {
  /** IPv4 or IPv6. */
  readonly address: string
  /** Which of several networks with the same private addresses; `''` or absent: the only one. */
  readonly segment?: string
  readonly seenAt: Instant
  /** Any notation; only where the observer sits in the same segment or asked a switch. */
  readonly mac?: string
  /** Fingerprints of SSH host keys, `SHA256:…`. */
  readonly hostKeys?: readonly string[]
  /** SHA-256 of TLS certificates, hex. */
  readonly certificates?: readonly string[]
  /** Instance id of a cloud. */
  readonly cloudId?: string
  readonly serial?: string
  readonly hostname?: string
  readonly os?: string
  /** `server`, `network`, `printer`, … as far as known. */
  readonly kind?: string
  /** Where it is plugged in: `核心-GE1/0/7`. */
  readonly place?: string
  /** Open services. */
  readonly services: readonly ObservedService[]
  /** Ports that were asked and answered that nothing listens; silence is not an answer and is not listed. */
  readonly closed?: readonly { readonly port: number; readonly protocol: 'tcp' | 'udp' }[]
}

/** One run of one observer. */
export interface ObservationRound {
  /** Unique within the tenant; telling the same round twice changes nothing. */
  readonly id: string
  readonly tenantId: string
  /** `nmap`, `probe`, `import:nessus`, `log`: shown as where a field is known from. */
  readonly source: string
  readonly startedAt: Instant
  readonly finishedAt: Instant
  /** Addresses and networks in which every machine had its chance to be seen; only there silence counts. Empty: silence means nothing. */
  readonly asked: readonly string[]
  /** The run came to its end: otherwise nobody is missed by it. */
  readonly complete: boolean
  readonly observations: readonly AssetObservation[]
}
