// Finds the assets a sentence means: by address, or by a word of name, business system, owner, place. Called by the commands about assets and findings.
import { AppError } from '../errors.js'
import type { Tables } from '../ports/transaction.js'
import type { Asset } from './asset.js'
import { addressKey, normalAddress } from './observed.js'

/** Rows looked through for a word. */
const LOADED = 20_000
const OFFERED = 4

export interface AssetQuestion {
  readonly ip?: string | undefined
  /** A name, a part of one, or an owner's name. */
  readonly word?: string | undefined
}

/** The best first: exact names before parts of names. */
export async function findAssets(t: Tables, tenantId: string, { ip, word }: AssetQuestion): Promise<Asset[]> {
  if (ip !== undefined) {
    const address = normalAddress(ip) ?? ip
    const now = await t.assets.find(tenantId, { address }, { limit: 50 })
    if (now.length > 0) return now
    // Its second address, or one it has had.
    const key = await t.assetKeys.first(tenantId, { kind: 'address', value: addressKey(address) })
    const holder = key && (await t.assets.get(tenantId, key.assetId))
    return holder ? [holder] : []
  }
  const wanted = (word ?? '').trim().toLowerCase()
  if (wanted === '') return []
  const rows = await t.assets.find(tenantId, {}, { order: { id: 'asc' }, limit: LOADED })
  const ranked = rows.map(asset => ({ asset, rank: rankOf(asset, wanted) })).filter(({ rank }) => rank > 0)
  return ranked.sort((a, b) => b.rank - a.rank).map(({ asset }) => asset)
}

function rankOf({ name, hostname, business, ownerName, place, kind }: Asset, wanted: string): number {
  const names = [name, hostname].map(text => text.toLowerCase())
  if (names.includes(wanted)) return 3
  const others = [business, ownerName, place, kind].map(text => text.toLowerCase())
  if (others.includes(wanted)) return 2
  return [...names, ...others].some(text => text.includes(wanted)) ? 1 : 0
}

/** @throws NOT_FOUND, CHOICE_NEEDED when several are equally good */
export async function oneAsset(t: Tables, tenantId: string, question: AssetQuestion): Promise<Asset> {
  const found = await findAssets(t, tenantId, question)
  const wanted = (question.word ?? '').trim().toLowerCase()
  const exact =
    question.ip === undefined ? found.filter(({ name, hostname }) => [name, hostname].some(text => text.toLowerCase() === wanted)) : found
  const [only, another] = exact.length > 0 ? exact : found
  if (!only) throw new AppError('NOT_FOUND', { what: `资产 ${(question.ip ?? question.word ?? '').slice(0, 60)}` })
  if (another) throw new AppError('CHOICE_NEEDED', { n: found.length, choices: found.slice(0, OFFERED).map(shortName).join('、') })
  return only
}

export function shortName({ name, address, segment }: Asset): string {
  const where = `${address}${segment === '' ? '' : `（${segment}）`}`
  return name === address || where === '' ? name || where : `${name} ${where}`
}
