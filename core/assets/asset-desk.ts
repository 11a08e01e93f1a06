// What people do with assets in the chat: claim them, rate them, describe them, take them out of service; called by bot/commands.
import { cancelMoment } from '../clocks/moments.js'
import { AppError } from '../errors.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import { isStaff, may } from '../tenants/roles.js'
import type { Person } from '../tenants/tenant.js'
import type { Asset, AssetStatus, Cia, DescribedField, FieldSource } from './asset.js'
import { loadAssetView, type AssetView } from './asset-view.js'
import { findAssets, oneAsset, shortName, type AssetQuestion } from './find-assets.js'
import { PERSON } from './observed.js'
import { assetValue } from './value.js'

/** What a person may say of an asset; absent stays as it is. */
export interface AssetMarks {
  readonly cia?: Partial<Cia> | undefined
  readonly name?: string | undefined
  readonly business?: string | undefined
  /** 1 to 5. */
  readonly businessImportance?: number | undefined
  readonly place?: string | undefined
  readonly kind?: string | undefined
  readonly offline?: boolean | undefined
}

export interface Marked {
  readonly asset: Asset
  /** C, I and A wait for an analyst or the customer manager. */
  readonly waits: boolean
}

export class AssetDesk {
  constructor(private readonly transactions: Transactions) {}

  async find(tenantId: string, question: AssetQuestion): Promise<Asset[]> {
    return this.transactions.read(t => findAssets(t, tenantId, question))
  }

  /** Weaknesses, threats and victims of one asset. */
  async view(asset: Asset): Promise<AssetView> {
    return this.transactions.read(t => loadAssetView(t, asset))
  }

  async list(tenantId: string, statuses: readonly AssetStatus[], since?: string): Promise<Asset[]> {
    const where = { status: { oneOf: statuses }, ...(since === undefined ? {} : { firstSeenAt: { atLeast: since } }) }
    return this.transactions.read(t => t.assets.find(tenantId, where, { order: { firstSeenAt: 'desc' }, limit: 5000 }))
  }

  /** How many there are of each status. */
  async counts(tenantId: string): Promise<Readonly<Record<AssetStatus, number>>> {
    return this.transactions.read(async t => {
      const count = (status: AssetStatus) => t.assets.count(tenantId, { status })
      return {
        claimed: await count('claimed'),
        unclaimed: await count('unclaimed'),
        shadow: await count('shadow'),
        lost: await count('lost'),
        offline: await count('offline'),
      }
    })
  }

  /**
   * @param person name or userid of whose it is; absent: the actor's own
   * @throws NOT_ALLOWED, OTHER_TENANT, NOT_FOUND, CHOICE_NEEDED, ARGUMENT_MISSING
   */
  async claim(actor: Actor, tenantId: string, question: AssetQuestion, person?: string): Promise<Asset> {
    authorise(actor, 'keep-assets', tenantId)
    return this.transactions.run(async tx => {
      const asset = await oneAsset(tx, tenantId, question)
      const owner = await ownerOf(tx, actor, tenantId, person)
      const set = {
        owner: owner.userId,
        ownerName: owner.name,
        ...(asset.status === 'unclaimed' || asset.status === 'shadow' ? { status: 'claimed' as const, statusSince: tx.at } : {}),
        sources: { ...asset.sources, owner: spoken(actor, tx.at) },
        updatedAt: tx.at,
      }
      await tx.assets.update(tenantId, { id: asset.id }, set)
      await cancelMoment(tx, tenantId, asset.id, 'asset_unclaimed')
      // What has to be repaired there goes on with the new owner.
      await tx.findingCases.update(tenantId, { assetId: asset.id, owner: asset.owner }, { owner: owner.userId, updatedAt: tx.at })
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'asset.claimed',
        subject: shortName(asset).slice(0, 120),
        details: { owner: owner.userId, before: asset.owner ?? '' },
        traceId: actor.traceId,
      })
      return { ...asset, ...set }
    })
  }

  /** C, I and A of a customer wait for an analyst or the customer manager, who says the same. @throws as `claim`; ARGUMENT_INVALID */
  async mark(actor: Actor, tenantId: string, question: AssetQuestion, marks: AssetMarks): Promise<Marked> {
    authorise(actor, 'keep-assets', tenantId)
    return this.transactions.run(async tx => {
      const asset = await oneAsset(tx, tenantId, question)
      const mark = spoken(actor, tx.at)
      const sources: Partial<Record<DescribedField, FieldSource>> = { ...asset.sources }
      const text = { name: marks.name, business: marks.business, place: marks.place, kind: marks.kind }
      const told = Object.entries(text).filter((entry): entry is [keyof typeof text, string] => entry[1] !== undefined)
      for (const [field] of told) sources[field] = mark
      const wanted = marks.cia && completeCia(marks.cia, asset)
      const waits = wanted !== undefined && !may(actor.role, 'rate-assets')
      const cia = wanted && !waits ? wanted : asset.cia
      if (wanted && !waits) sources.cia = mark
      const businessImportance = marks.businessImportance ?? asset.businessImportance
      const set: Partial<Asset> = {
        ...Object.fromEntries(told),
        cia,
        businessImportance,
        value: assetValue(cia, businessImportance),
        proposal: waits && wanted ? { ...wanted, by: actor.userId, at: tx.at } : wanted ? null : asset.proposal,
        ...(marks.offline === undefined ? {} : statusAfter(asset, marks.offline, tx.at)),
        sources,
        updatedAt: tx.at,
      }
      await tx.assets.update(tenantId, { id: asset.id }, set)
      if (marks.offline === true) await cancelMoment(tx, tenantId, asset.id, 'asset_unclaimed')
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: waits ? 'asset.rating-proposed' : 'asset.marked',
        subject: shortName(asset).slice(0, 120),
        details: { ...marks.cia, ...Object.fromEntries(told), offline: String(marks.offline ?? ''), value: set.value ?? asset.value },
        traceId: actor.traceId,
      })
      if (waits)
        tx.announce({
          tenantId,
          kind: 'asset-rating-proposed',
          refs: { assetId: asset.id, by: describe(actor) },
          key: `asset-rating:${asset.id}:${tx.at}`,
        })
      return { asset: { ...asset, ...set }, waits }
    })
  }

  /** “不认识，查”: nobody here knows it, and an analyst has to look. */
  async disown(actor: Actor, tenantId: string, question: AssetQuestion): Promise<Asset> {
    authorise(actor, 'keep-assets', tenantId)
    return this.transactions.run(async tx => {
      const asset = await oneAsset(tx, tenantId, question)
      const set = { owner: null, ownerName: '', status: 'shadow' as const, statusSince: tx.at, updatedAt: tx.at }
      await tx.assets.update(tenantId, { id: asset.id }, set)
      await cancelMoment(tx, tenantId, asset.id, 'asset_unclaimed')
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'asset.disowned',
        subject: shortName(asset).slice(0, 120),
        details: {},
        traceId: actor.traceId,
      })
      tx.announce({
        tenantId,
        kind: 'asset-disowned',
        refs: { assetId: asset.id, by: describe(actor) },
        key: `asset-disowned:${asset.id}:${tx.at}`,
      })
      return { ...asset, ...set }
    })
  }
}

function spoken(actor: Actor, at: string): FieldSource {
  return { from: PERSON, by: actor.userId, at }
}

/** Words of a claim that name nobody. */
const FILLER = /[这那](?:台|个)|资产|机器|主机|服务器|设备|系统|责任人|负责人|[是归的给由为写管了吧转]|[\s，,。.：:！!、~]/g

async function ownerOf(tx: Tx, actor: Actor, tenantId: string, person = ''): Promise<Pick<Person, 'userId' | 'name'>> {
  const people = await tx.people.find(tenantId, {})
  const wanted = person.trim()
  const named = people
    .filter(({ name, userId }) => wanted.includes(name) || wanted.toLowerCase() === userId)
    .sort((a, b) => b.name.length - a.name.length)[0]
  if (named) return named
  const left = wanted.replaceAll(FILLER, '')
  if (left === '' || /我|自己|本人|咱/.test(left)) {
    if (!isStaff(actor.role)) return actor
    throw new AppError('ARGUMENT_MISSING', { what: '责任人', example: '认领 10.1.8.77 李工' })
  }
  const names = people.map(({ name }) => name)
  throw new AppError('NOT_FOUND', { what: `登记过的人员“${left.slice(0, 20)}”（现有：${names.slice(0, 6).join('、') || '无'}）` })
}

/** What was not said of C, I and A stays, or is middling. */
function completeCia(given: Partial<Cia>, { cia }: Asset): Cia {
  const one = (key: keyof Cia): number => given[key] ?? cia?.[key] ?? 3
  const complete = { c: one('c'), i: one('i'), a: one('a') }
  for (const value of Object.values(complete))
    if (!Number.isInteger(value) || value < 1 || value > 5)
      throw new AppError('ARGUMENT_INVALID', { value: String(value), what: '重要性（1 到 5）', example: '标记 10.1.8.77 C=4 I=4 A=5' })
  return complete
}

function statusAfter(asset: Asset, offline: boolean, at: string): Partial<Asset> {
  if (offline) return asset.status === 'offline' ? {} : { status: 'offline', statusSince: at }
  if (asset.status !== 'offline') return {}
  return { status: asset.owner === null ? 'unclaimed' : 'claimed', statusSince: at, missedRounds: 0 }
}
