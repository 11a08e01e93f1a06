// Which known asset an observation is: by cloud id, serial number, MAC, host key, certificate, address, in this order, and never against
// stronger evidence. Better two rows for one machine than one row for two. Pure; called by register.ts.
import { keyKinds, type KeyKind } from './asset.js'
import type { Key } from './observed.js'

export interface Profile {
  readonly assetId: string
  readonly hostname: string
  /** The run that saw it last, `''` when it has been missed since, and at which address. */
  readonly seenIn: string
  readonly address: string
  readonly keys: readonly Key[]
}

export interface Candidate {
  readonly address: string
  readonly hostname: string
  readonly keys: readonly Key[]
}

export interface Match {
  readonly assetId: string
  readonly by: KeyKind
}

export interface Question {
  readonly run: string
  readonly seen: Candidate
  /** Every asset that holds one of its keys. */
  readonly profiles: readonly Profile[]
  /** Keys several addresses of this run showed: a router's MAC, a cloned image's host key, a certificate for a whole farm. */
  readonly shared: ReadonlySet<string>
}

export const keyName = ({ kind, value }: Key): string => `${kind} ${value}`

/** Undefined: nobody we know. */
export function identify({ run, seen, profiles, shared }: Question): Match | undefined {
  for (const kind of keyKinds) {
    for (const key of seen.keys.filter(item => item.kind === kind)) {
      const holder = profiles.find(profile => profile.keys.some(item => item.kind === kind && item.value === key.value))
      if (holder && fits(holder, key, { run, seen, shared })) return { assetId: holder.assetId, by: kind }
    }
  }
  return undefined
}

function fits(holder: Profile, { kind, value }: Key, { run, seen, shared }: Omit<Question, 'profiles'>): boolean {
  const same = (other: KeyKind): boolean | undefined => agree(holder.keys, seen.keys, other)
  const isShared = shared.has(keyName({ kind, value }))
  /** The asset has been seen elsewhere in this very run: then this is another one with the same key, or a second address of it. */
  const isElsewhere = holder.seenIn === run && holder.address !== '' && holder.address !== seen.address
  if (same('cloud') === false || (kind !== 'cloud' && same('serial') === false)) return false
  switch (kind) {
    case 'cloud':
    case 'serial':
      return true
    case 'mac':
      // Behind a router every machine has the router's MAC: two addresses of one machine agree in their host key as well.
      return isShared || isElsewhere ? same('hostkey') === true : true
    case 'hostkey':
      return !isShared && !isElsewhere && same('mac') !== false
    case 'certificate':
      return !isShared && !isElsewhere && same('mac') !== false && same('hostkey') !== false
    case 'address': {
      if (isElsewhere && same('mac') !== true && same('hostkey') !== true) return false
      if (same('mac') === false) return same('hostkey') === true
      if (same('hostkey') === false) return same('mac') === true || (seen.hostname !== '' && seen.hostname === holder.hostname)
      return true
    }
  }
}

/** Undefined where one of the two has no key of the kind. */
function agree(known: readonly Key[], seen: readonly Key[], kind: KeyKind): boolean | undefined {
  const theirs = known.filter(key => key.kind === kind)
  const ours = seen.filter(key => key.kind === kind)
  if (theirs.length === 0 || ours.length === 0) return undefined
  return ours.some(key => theirs.some(other => other.value === key.value))
}

/** The keys more than one address showed. */
export function sharedKeys(seen: readonly Candidate[]): Set<string> {
  const first = new Map<string, string>()
  const shared = new Set<string>()
  for (const { address, keys } of seen)
    for (const key of keys) {
      const name = keyName(key)
      const at = first.get(name)
      if (at === undefined) first.set(name, address)
      else if (at !== address) shared.add(name)
    }
  return shared
}

/** How sure its strongest key makes us; the surest are placed first, so that a newcomer cannot take an address of somebody who moved. */
export function strength({ keys }: Candidate): number {
  const best = Math.min(...keys.map(key => keyKinds.indexOf(key.kind)))
  return keyKinds.length - best
}
