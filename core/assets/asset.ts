// A machine of a customer as the register knows it: who it is, what it runs, what it is worth, whose it is, and where each of that is known from.
import type { Instant } from '../ports/clock.js'

/** `lost`: not seen in three rounds that asked for it. `offline`: taken out of service by a person. No asset is ever deleted. */
export const assetStatuses = ['claimed', 'unclaimed', 'shadow', 'lost', 'offline'] as const
export type AssetStatus = (typeof assetStatuses)[number]

export const assetStatusLabel: Readonly<Record<AssetStatus, string>> = {
  claimed: '已认领',
  unclaimed: '待认领',
  shadow: '影子资产',
  lost: '失联',
  offline: '已下线',
}

/** Rounds that must have asked and not seen it. */
export const LOST_AFTER_ROUNDS = 3
/** Until then somebody may say that it is theirs. */
export const CLAIM_SECONDS = 24 * 3600

export interface KnownAddress {
  readonly address: string
  readonly segment: string
  readonly firstSeenAt: Instant
  /** Null: only declared, never seen. */
  readonly lastSeenAt: Instant | null
}

/** Confidentiality, integrity, availability, 1 (very low) to 5 (very high). */
export interface Cia {
  readonly c: number
  readonly i: number
  readonly a: number
}

/** Fields whose source is kept. */
export const describedFields = ['name', 'kind', 'hostname', 'os', 'business', 'owner', 'place', 'cia', 'address'] as const
export type DescribedField = (typeof describedFields)[number]

export interface FieldSource {
  /** `nmap`, `资产表.xlsx`, `人工`. */
  readonly from: string
  readonly by: string
  readonly at: Instant
}

export interface Asset {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly kind: string
  /** The newest of its addresses; `''` when another machine has taken it. */
  readonly address: string
  readonly segment: string
  /** The newest first, at most 20. */
  readonly addresses: readonly KnownAddress[]
  readonly hostname: string
  readonly os: string
  /** Name of the business system it serves; `''` when unknown. */
  readonly business: string
  /** 1 to 5; null when nobody has said. */
  readonly businessImportance: number | null
  /** Userid of a person who can be named in the group; null when nobody has claimed it. */
  readonly owner: string | null
  /** The responsible person's name as it was given, who need not be declared. */
  readonly ownerName: string
  readonly place: string
  readonly cia: Cia | null
  /** A of domain.md 8.1, 1 to 5; 3 while nothing is known. */
  readonly value: number
  /** Asked for by the customer, waits for an analyst or the customer manager. */
  readonly proposal: (Cia & { readonly by: string; readonly at: Instant }) | null
  readonly status: AssetStatus
  readonly statusSince: Instant
  /** Rounds in a row that asked for it and did not see it. */
  readonly missedRounds: number
  /** The patrol or import that saw it first, and the last that saw or missed it. */
  readonly firstRun: string
  readonly lastRun: string
  readonly sources: Readonly<Partial<Record<DescribedField, FieldSource>>>
  readonly firstSeenAt: Instant
  readonly lastSeenAt: Instant | null
  readonly updatedAt: Instant
}

export const keyKinds = ['cloud', 'serial', 'mac', 'hostkey', 'certificate', 'address'] as const
export type KeyKind = (typeof keyKinds)[number]

/** What an asset is recognised by; one asset holds a key at a time. */
export interface AssetKey {
  readonly id: string
  readonly tenantId: string
  readonly assetId: string
  readonly kind: KeyKind
  readonly value: string
  readonly lastSeenAt: Instant
}

export interface ServiceEndpoint {
  readonly id: string
  readonly tenantId: string
  readonly assetId: string
  readonly address: string
  readonly port: number
  readonly protocol: string
  readonly name: string
  readonly product: string
  readonly version: string
  readonly fingerprint: string
  readonly firstSeenAt: Instant
  readonly lastSeenAt: Instant
  /** Null while it is open. */
  readonly closedAt: Instant | null
}
