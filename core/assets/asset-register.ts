// The register of assets takes in what was seen and what was not: who it is, where it is now, what it runs, and who has been missing for three
// patrols. Called by core/patrol after every slice, by imports of scans and of asset tables.
import type { Transactions, Tx } from '../ports/transaction.js'
import { bucket } from './asset-clock.js'
import { LOST_AFTER_ROUNDS, type Asset, type AssetKey, type KeyKind } from './asset.js'
import { identify, keyName, sharedKeys, strength, type Candidate, type Match, type Profile } from './identity.js'
import { addressKey, keysOf, normalAddress, type Key, type Observed, type SightingSource } from './observed.js'
import type { AssetSightings, Sighting } from './observation.js'
import { addAsset, seeAgain, seeServices } from './write-asset.js'

/** Rows of one transaction. */
const CHUNK = 200

export interface Taken {
  readonly created: number
  readonly createdIds: ReadonlySet<string>
  readonly seen: number
  /** Missed in this run for the third time. */
  readonly lost: number
  /** Ids of the assets, in the order of the observations given. */
  readonly assetIds: readonly (string | undefined)[]
}

interface Placed {
  readonly index: number
  readonly seen: Observed
  readonly candidate: Candidate
}

export class AssetRegister implements AssetSightings {
  constructor(private readonly transactions: Transactions) {}

  async take(sighting: Sighting): Promise<void> {
    await this.see(sighting, { from: '巡检', by: 'system' })
  }

  /** The same sighting twice changes nothing but times. */
  async see(sighting: Omit<Sighting, 'seen'> & { readonly seen: readonly Observed[] }, source: SightingSource): Promise<Taken> {
    const { tenantId, run } = sighting
    const all = sighting.seen.map((seen, index) => ({ index, seen: { ...seen, address: normalAddress(seen.address) ?? seen.address } }))
    const placed: Placed[] = all.map(({ index, seen }) => ({
      index,
      seen,
      candidate: { address: seen.address, hostname: seen.hostName ?? '', keys: keysOf(seen) },
    }))
    const shared = sharedKeys(placed.map(({ candidate }) => candidate))
    const order = placed.filter(({ candidate }) => candidate.keys.length > 0).sort((a, b) => strength(b.candidate) - strength(a.candidate))
    const assetIds: (string | undefined)[] = sighting.seen.map(() => undefined)
    const createdIds = new Set<string>()
    for (let at = 0; at < order.length; at += CHUNK) {
      const chunk = order.slice(at, at + CHUNK)
      const apply = () => this.transactions.run(tx => placeChunk(tx, { tenantId, run, chunk, shared, source }))
      // Another process may have taken a key in between: the second try then finds whose it is.
      const result = await apply().catch(apply)
      for (const id of result.created) createdIds.add(id)
      for (const [index, id] of result.ids) assetIds[index] = id
    }
    const lost = await this.miss(tenantId, run, sighting.silent)
    return { created: createdIds.size, createdIds, seen: order.length - createdIds.size, lost, assetIds }
  }

  /** Who was asked and did not answer. */
  private async miss(tenantId: string, run: string, silent: readonly string[]): Promise<number> {
    let lost = 0
    for (let at = 0; at < silent.length; at += CHUNK) {
      const addresses = silent.slice(at, at + CHUNK).map(address => normalAddress(address) ?? address)
      lost += await this.transactions.run(async tx => {
        const status = { oneOf: ['claimed', 'unclaimed', 'shadow'] as const }
        const rows = await tx.assets.find(tenantId, { address: { oneOf: addresses }, status, lastRun: { not: run } })
        let gone = 0
        for (const asset of rows) {
          const missedRounds = asset.missedRounds + 1
          const isLost = missedRounds >= LOST_AFTER_ROUNDS
          const set = { missedRounds, lastRun: run, updatedAt: tx.at, ...(isLost ? { status: 'lost' as const, statusSince: tx.at } : {}) }
          if ((await tx.assets.update(tenantId, { id: asset.id, lastRun: asset.lastRun, status: asset.status }, set)) === 0) continue
          if (!isLost) continue
          gone++
          tx.audit({ tenantId, actor: 'system', action: 'asset.lost', subject: asset.id, details: { name: asset.name, run } })
          const { key, since, dueAt } = bucket(tx.at)
          tx.announce({ tenantId, kind: 'assets-lost', refs: { since }, key: `assets-lost:${tenantId}:${key}`, dueAt })
        }
        return gone
      })
    }
    return lost
  }
}

interface Chunk {
  readonly tenantId: string
  readonly run: string
  readonly chunk: readonly Placed[]
  readonly shared: ReadonlySet<string>
  readonly source: SightingSource
}

async function placeChunk(
  tx: Tx,
  { tenantId, run, chunk, shared, source }: Chunk,
): Promise<{ created: string[]; ids: [number, string][] }> {
  const book = await loadBook(
    tx,
    tenantId,
    chunk.flatMap(({ candidate }) => candidate.keys),
  )
  const ids: [number, string][] = []
  const created: string[] = []
  for (const { index, seen, candidate } of chunk) {
    const match = identify({ run, seen: candidate, profiles: book.profilesOf(candidate.keys), shared })
    const known = match && book.assets.get(match.assetId)
    const asset = known ? await seeAgain(tx, known, seen, run, source) : await addAsset(tx, tenantId, seen, run, source)
    if (!known) created.push(asset.id)
    await holdKeys(tx, book, asset, candidate.keys, { shared, match, declared: source.declared === true })
    await seeServices(tx, asset, seen)
    book.put(asset)
    ids.push([index, asset.id])
  }
  return { created, ids }
}

/** What is known of everybody who holds one of the keys of a chunk, kept up while the chunk is written. */
class Book {
  readonly assets = new Map<string, Asset>()
  readonly keys = new Map<string, AssetKey>()
  readonly held = new Map<string, Key[]>()

  put(asset: Asset): void {
    this.assets.set(asset.id, asset)
  }
  hold(row: AssetKey): void {
    const before = this.keys.get(keyName(row))
    if (before)
      this.held.set(
        before.assetId,
        (this.held.get(before.assetId) ?? []).filter(key => keyName(key) !== keyName(row)),
      )
    this.keys.set(keyName(row), row)
    this.held.set(row.assetId, [...(this.held.get(row.assetId) ?? []), { kind: row.kind, value: row.value }])
  }
  profilesOf(keys: readonly Key[]): Profile[] {
    const holders = new Set(keys.flatMap(key => this.keys.get(keyName(key))?.assetId ?? []))
    return [...holders].flatMap(id => {
      const asset = this.assets.get(id)
      return asset
        ? [
            {
              assetId: id,
              hostname: asset.hostname,
              seenIn: asset.lastSeenAt === null || asset.missedRounds > 0 ? '' : asset.lastRun,
              address: asset.address,
              keys: this.held.get(id) ?? [],
            },
          ]
        : []
    })
  }
}

async function loadBook(tx: Tx, tenantId: string, keys: readonly Key[]): Promise<Book> {
  const book = new Book()
  const wanted = new Map<KeyKind, Set<string>>()
  for (const { kind, value } of keys) wanted.set(kind, (wanted.get(kind) ?? new Set()).add(value))
  const holders = new Set<string>()
  for (const [kind, values] of wanted)
    for (const row of await tx.assetKeys.find(tenantId, { kind, value: { oneOf: [...values] } })) holders.add(row.assetId)
  const ids = [...holders]
  for (let at = 0; at < ids.length; at += CHUNK) {
    const some = { oneOf: ids.slice(at, at + CHUNK) }
    for (const asset of await tx.assets.find(tenantId, { id: some })) book.put(asset)
    for (const row of await tx.assetKeys.find(tenantId, { assetId: some })) book.hold(row)
  }
  return book
}

/** An address belongs to who was seen there last; other keys go to who has none of the kind that is told by them, and are never taken from anybody. */
async function holdKeys(
  tx: Tx,
  book: Book,
  asset: Asset,
  keys: readonly Key[],
  { shared, match, declared }: { shared: ReadonlySet<string>; match: Match | undefined; declared: boolean },
): Promise<void> {
  const { tenantId } = asset
  for (const key of keys) {
    const row = book.keys.get(keyName(key))
    if (row && row.assetId === asset.id) {
      await tx.assetKeys.update(tenantId, { id: row.id }, { lastSeenAt: tx.at })
      continue
    }
    if (row && (key.kind !== 'address' || declared)) continue
    // What several machines show tells nobody apart.
    if (!row && shared.has(keyName(key)) && key.kind !== 'address' && match?.by !== key.kind) continue
    if (row) {
      await tx.assetKeys.update(tenantId, { id: row.id }, { assetId: asset.id, lastSeenAt: tx.at })
      await leaveAddress(tx, book, row.assetId, key.value)
      book.hold({ ...row, assetId: asset.id })
      continue
    }
    // A host key that was made anew replaces the one before: the machine is told by its MAC or its number.
    if (key.kind === 'hostkey' || key.kind === 'certificate') await tx.assetKeys.remove(tenantId, { assetId: asset.id, kind: key.kind })
    const fresh: AssetKey = { id: tx.id(), tenantId, assetId: asset.id, ...key, lastSeenAt: tx.at }
    await tx.assetKeys.insert(fresh)
    book.hold(fresh)
  }
}

/** Another machine has its address now. */
async function leaveAddress(tx: Tx, book: Book, assetId: string, value: string): Promise<void> {
  const before = book.assets.get(assetId)
  if (!before || addressKey(before.address, before.segment) !== value) return
  const left = { ...before, address: '' }
  await tx.assets.update(before.tenantId, { id: assetId }, { address: '', updatedAt: tx.at })
  book.put(left)
}
