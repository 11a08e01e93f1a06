// The chain of custody of a piece of evidence: each entry is bound to the one before and to the bytes. Pure.
import { createHash } from 'node:crypto'
import type { Custody, EvidenceItem } from './run.js'

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function withCustody(item: Pick<EvidenceItem, 'sha256' | 'custody'>, entry: Omit<Custody, 'hash'>): readonly Custody[] {
  return [...item.custody, { ...entry, hash: hashOf(item.custody.at(-1)?.hash ?? '', item.sha256, entry) }]
}

/** No entry was changed, moved or taken out before the last. */
export function custodyHolds({ sha256: bytes, custody }: Pick<EvidenceItem, 'sha256' | 'custody'>): boolean {
  return custody.length > 0 && custody.every((entry, at) => entry.hash === hashOf(custody[at - 1]?.hash ?? '', bytes, entry))
}

function hashOf(previous: string, bytes: string, { at, by, what }: Omit<Custody, 'hash'>): string {
  return sha256(JSON.stringify([previous, bytes, at, by, what]))
}
