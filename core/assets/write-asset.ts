// Writes one observation into the rows of one asset: the asset itself, where it is, its services; called by asset-register.ts inside its transaction.
import { startMoment } from '../clocks/moments.js'
import type { Tx } from '../ports/transaction.js'
import { bucket, claimMoment } from './asset-clock.js'
import type { Asset, DescribedField, FieldSource, KnownAddress, ServiceEndpoint } from './asset.js'
import { PERSON, type Observed, type SightingSource } from './observed.js'
import { UNRATED_VALUE } from './value.js'

const MOST_ADDRESSES = 20

export async function addAsset(tx: Tx, tenantId: string, seen: Observed, run: string, source: SightingSource): Promise<Asset> {
  const mark: FieldSource = { from: source.from, by: source.by, at: tx.at }
  const hostname = cut(seen.hostName, 253)
  const told: [DescribedField, string][] = [
    ['address', seen.address],
    ['hostname', hostname],
    ['os', cut(seen.os, 200)],
    ['kind', cut(seen.kind, 40)],
    ['place', cut(seen.place, 200)],
  ]
  const asset: Asset = {
    id: tx.id(),
    tenantId,
    name: cut(hostname || seen.address, 100),
    kind: cut(seen.kind, 40),
    address: seen.address,
    segment: cut(seen.segment, 64),
    addresses: seen.address === '' ? [] : [knownAddress(seen, source, undefined, tx.at)],
    hostname,
    os: cut(seen.os, 200),
    business: '',
    businessImportance: null,
    owner: null,
    ownerName: '',
    place: cut(seen.place, 200),
    cia: null,
    value: UNRATED_VALUE,
    proposal: null,
    status: 'unclaimed',
    statusSince: tx.at,
    missedRounds: 0,
    firstRun: run,
    lastRun: run,
    sources: Object.fromEntries(told.filter(([, value]) => value !== '').map(([field]) => [field, mark])),
    firstSeenAt: tx.at,
    lastSeenAt: source.declared ? null : seen.seenAt,
    updatedAt: tx.at,
  }
  await tx.assets.insert(asset)
  if (source.declared) return asset
  await startMoment(tx, claimMoment(asset))
  const { key, since, dueAt } = bucket(tx.at)
  tx.announce({ tenantId, kind: 'assets-found', refs: { since }, key: `assets-found:${tenantId}:${key}`, dueAt })
  return asset
}

/** What a person said stays; what was only seen is brought up to date. */
export async function seeAgain(tx: Tx, asset: Asset, seen: Observed, run: string, source: SightingSource): Promise<Asset> {
  const mark: FieldSource = { from: source.from, by: source.by, at: tx.at }
  const told = { hostname: cut(seen.hostName, 253), os: cut(seen.os, 200), kind: cut(seen.kind, 40), place: cut(seen.place, 200) }
  const news = (Object.entries(told) as [keyof typeof told, string][]).filter(
    // What a table says is written by who reads the table.
    ([field, value]) => value !== '' && value !== asset[field] && !source.declared && asset.sources[field]?.from !== PERSON,
  )
  const here = asset.addresses.find(item => item.address === seen.address && item.segment === (seen.segment ?? ''))
  // Where it was seen is where it is, whatever a table says.
  const isKnownBetter = seen.address === '' || (source.declared === true && asset.lastSeenAt !== null)
  const addresses = isKnownBetter
    ? asset.addresses
    : [knownAddress(seen, source, here, tx.at), ...asset.addresses.filter(item => item !== here)].slice(0, MOST_ADDRESSES)
  // It was given up, or taken out of service, and answers: somebody has to know that it is there.
  const isBack = !source.declared && (asset.status === 'lost' || asset.status === 'offline')
  const status = isBack ? (asset.owner === null && asset.ownerName === '' ? 'unclaimed' : 'claimed') : asset.status
  const isLater = asset.lastSeenAt === null || seen.seenAt >= asset.lastSeenAt
  const set = {
    ...Object.fromEntries(news),
    // Of two addresses seen in one run the first stays the one it is called by.
    ...(isKnownBetter || (asset.lastRun === run && asset.missedRounds === 0 && asset.address !== '' && asset.lastSeenAt !== null)
      ? {}
      : { address: seen.address, segment: cut(seen.segment, 64) }),
    addresses,
    status,
    ...(status === asset.status ? {} : { statusSince: tx.at }),
    ...(source.declared ? {} : { missedRounds: 0, lastRun: run, ...(isLater ? { lastSeenAt: seen.seenAt } : {}) }),
    sources: { ...asset.sources, ...Object.fromEntries(news.map(([field]) => [field, mark])) },
    updatedAt: tx.at,
  }
  await tx.assets.update(asset.tenantId, { id: asset.id }, set)
  if (isBack)
    tx.audit({ tenantId: asset.tenantId, actor: 'system', action: 'asset.back', subject: asset.id, details: { name: asset.name, run } })
  return { ...asset, ...set }
}

function knownAddress(seen: Observed, source: SightingSource, before: KnownAddress | undefined, at: string): KnownAddress {
  return {
    address: seen.address,
    segment: seen.segment ?? '',
    firstSeenAt: before?.firstSeenAt ?? at,
    lastSeenAt: source.declared ? (before?.lastSeenAt ?? null) : seen.seenAt,
  }
}

/** New ones are added, known ones brought up to date; closed only where the port answered that nothing listens. */
export async function seeServices(tx: Tx, asset: Asset, seen: Observed): Promise<void> {
  if (seen.services.length === 0 && (seen.closed ?? []).length === 0) return
  const { tenantId } = asset
  const known = new Map(
    (await tx.assetServices.find(tenantId, { assetId: asset.id, address: seen.address })).map(row => [`${row.port}/${row.protocol}`, row]),
  )
  for (const { port, protocol, name, product, version, banner, cpe } of seen.services) {
    const told = {
      name: cut(name, 64),
      product: cut(product, 200),
      version: cut(version, 100),
      fingerprint: cut(cpe.length > 0 ? cpe.join(' ') : banner, 300),
    }
    const row = known.get(`${port}/${protocol}`)
    if (!row) {
      const service: ServiceEndpoint = {
        id: tx.id(),
        tenantId,
        assetId: asset.id,
        address: seen.address,
        port,
        protocol,
        ...told,
        firstSeenAt: seen.seenAt,
        lastSeenAt: seen.seenAt,
        closedAt: null,
      }
      await tx.assetServices.insert(service)
      known.set(`${port}/${protocol}`, service)
      continue
    }
    // A plain look at the port must not forget what a closer one has told.
    const kept = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== ''))
    await tx.assetServices.update(tenantId, { id: row.id }, { ...kept, lastSeenAt: seen.seenAt, closedAt: null })
  }
  for (const { port, protocol } of seen.closed ?? []) {
    const row = known.get(`${port}/${protocol}`)
    if (row?.closedAt === null) await tx.assetServices.update(tenantId, { id: row.id }, { closedAt: seen.seenAt })
  }
}

const cut = (text: string | null | undefined, length: number): string =>
  [...(text ?? '').replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim()].slice(0, length).join('')
