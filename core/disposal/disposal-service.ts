// What people do with a disposal: propose, agree or refuse, take back, list. Acting on the device is disposal-executor.ts.
import { AppError } from '../errors.js'
import { plusSeconds, type Clock } from '../ports/clock.js'
import { portOf } from '../ports/devices.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { moveTicket, system, type Mover } from '../tickets/move-ticket.js'
import { claimIn, confirmIn, openCase, type Case } from '../tickets/ticket-service.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import { whoMay } from '../tenants/roles.js'
import { localMoment } from '../tenants/local-time.js'
import { defaultSettings, type Device, type Tenant } from '../tenants/tenant.js'
import type { Archive } from '../ports/archive.js'
import { blastRadius, seenInArchive, type Seen, type Whose } from './blast-radius.js'
import {
  disposalActionLabel,
  disposalStateLabel,
  type Disposal,
  type DisposalAction,
  type DisposalState,
  type Signature,
} from './disposal.js'
import { BLOCKS_AT_ONCE, BLOCKS_PER_HOUR, checkBlock, checkIsolation, contains, publicAddress } from './guard.js'
import { clauseFor, clauseWord, missingSide } from './leave.js'
import ipaddr from 'ipaddr.js'

export interface Proposal {
  readonly tenantId: string
  readonly ip: string
  readonly seconds: number
  readonly reason?: string
  /** The incident's number, when known. */
  readonly number?: string
}

/** States in which the address is, or may be, blocked on the device. */
export const inForce: readonly DisposalState[] = ['approved', 'executing', 'succeeded', 'partial', 'verified']

export const MAX_DEVICES = 100

/** What is looked at before leave is asked for; absent parts are said to be unknown. */
export interface DisposalKnowledge {
  readonly archive?: Pick<Archive, 'search'>
  readonly clock?: Clock
  whose?(ip: string): Whose | undefined
}

/** A P1's request can be answered at least so long, so that the owner, who is rung after half an hour, still can. */
const P1_SECONDS = 3600

export class DisposalService {
  constructor(
    private readonly transactions: Transactions,
    private readonly knowledge: DisposalKnowledge = {},
  ) {}

  /**
   * Asks the customer for leave to block one address; nothing happens on a device before somebody else agrees.
   * @throws NOT_ALLOWED, the refusals of core/disposal/guard, ALREADY_BLOCKED, NUMBER_NOT_FOUND
   */
  async proposeBlock(actor: Actor, proposal: Proposal): Promise<Proposed> {
    authorise(actor, 'propose-disposal', proposal.tenantId)
    const looked = await this.look(proposal.tenantId, proposal.ip)
    return this.transactions.run(async tx => {
      const tenant = await tenantOf(tx, proposal.tenantId)
      const ip = publicAddress(proposal.ip)
      let found = proposal.number ? await openCase(tx, tenant.id, { number: proposal.number }) : await caseOfAttacker(tx, tenant.id, ip)
      const devices = await tx.devices.find(tenant.id, {}, { order: { name: 'asc' }, limit: MAX_DEVICES })
      const device = deviceFor(devices, found)
      const blocksLastHour = await countSince(tx, tenant.id, plusSeconds(tx.at, -3600))
      const blocksLastMinute = await countSince(tx, tenant.id, plusSeconds(tx.at, -60))
      const ownNetworks = devices.flatMap(item => item.protects)
      // Beyond the hour's limit, and for an address many share, one word is not enough (domain.md 11.2).
      const isShared = looked.whose?.effect === 'shared'
      const limit = blocksLastHour >= BLOCKS_PER_HOUR ? BLOCKS_PER_HOUR : blocksLastMinute >= BLOCKS_AT_ONCE ? BLOCKS_AT_ONCE : undefined
      const needsTwo = isShared || limit !== undefined
      checkBlock({ tenant, target: ip, seconds: proposal.seconds, device, ownNetworks, whose: looked.whose })
      if (limit !== undefined && actor.role !== 'senior_expert') throw new AppError('LIMIT_REACHED', { limit })
      if (isShared && actor.role !== 'senior_expert') throw new AppError('ADDRESS_SHARED', { ip, whose: looked.whose?.words ?? '' })
      const active = await tx.disposals.first(
        tenant.id,
        { target: ip, state: { oneOf: ['requested', ...inForce] } },
        { order: { proposedAt: 'desc' } },
      )
      if (active?.state === 'requested' && active.expiresAt > tx.at)
        return { disposal: active, again: true, ...(found ? { case: found } : {}) }
      if (active && active.state !== 'requested') {
        throw new AppError('ALREADY_BLOCKED', { ip, number: active.number, until: momentFor(active.leaseUntil, tenant) })
      }
      if (found) {
        found = await claimIn(tx, found, actor)
        found = await confirmIn(tx, found, actor)
      }
      const clause = needsTwo
        ? undefined
        : clauseFor(tenant, { action: 'block_ip', seconds: proposal.seconds, victimIp: found?.incident.victim.ip, at: tx.at })
      const expiresAt = plusSeconds(tx.at, approvalSeconds(tenant, found))
      const disposal: Disposal = {
        id: tx.id(),
        tenantId: tenant.id,
        number: await tx.number('DP', tenant),
        incidentId: found?.incident.id ?? null,
        action: 'block_ip',
        target: ip,
        seconds: proposal.seconds,
        reason: proposal.reason ?? found?.incident.title ?? '分析师判断为恶意地址',
        effect: await blastRadius(tx, { tenant, ip, device: device!, at: tx.at, ...looked }),
        state: clause ? 'approved' : 'requested',
        proposedBy: actor.userId,
        proposedAt: tx.at,
        expiresAt,
        decidedBy: clause ? clauseWord(clause) : null,
        decidedAt: clause ? tx.at : null,
        decisionChannel: clause ? 'system' : null,
        deviceId: device!.id,
        attempts: 0,
        nextTryAt: clause ? tx.at : expiresAt,
        claimedBy: null,
        claimedUntil: null,
        executedAt: null,
        verifiedAt: null,
        leaseUntil: null,
        releaseWanted: null,
        releasedAt: null,
        receipts: [],
        parameters: null,
        error: null,
        traceId: found?.incident.traceId ?? actor.traceId,
        signatures: needsTwo ? ownSignature(actor, tx.at) : null,
      }
      await tx.disposals.insert(disposal)
      tx.audit({
        tenantId: tenant.id,
        actor: actor.userId,
        action: clause ? 'disposal.preauthorised' : 'disposal.requested',
        subject: disposal.number,
        traceId: disposal.traceId,
        details: {
          action: 'block_ip',
          target: ip,
          seconds: proposal.seconds,
          reason: disposal.reason,
          device: device!.name,
          channel: actor.channel,
          incident: found?.incident.number,
          ...(clause ? { clause: clause.id } : {}),
          ...(needsTwo ? { signatures: 2 } : {}),
        },
      })
      if (found?.ticket.state === 'confirmed') {
        const ticket = await moveTicket(tx, found.ticket, mover(actor), {
          to: clause ? 'containing' : 'awaiting_customer',
          number: found.incident.number,
          traceId: disposal.traceId,
          evidence: [
            ...(clause ? [{ kind: 'approval', reference: clause.id, text: `预授权条款 ${clause.id}，范围校验通过` } as const] : []),
            {
              kind: 'plan',
              reference: disposal.number,
              text: `在 ${device!.name} 封禁 ${ip} ${proposal.seconds} 秒；${disposal.effect.lines.join('；')}`,
            },
          ],
        })
        found = { ...found, ticket }
      }
      const refs = { disposalId: disposal.id }
      if (clause) tx.announce({ tenantId: tenant.id, kind: 'disposal-preauthorised', refs, key: `preauthorised:${disposal.id}` })
      else tx.announce({ tenantId: tenant.id, kind: 'approval-requested', refs, key: `approval:${disposal.id}` })
      return { disposal, again: false, ...(found ? { case: found } : {}), ...(clause ? { clause: clause.id } : {}) }
    })
  }

  /** Before the transaction: the archive is on disk and may be slow. */
  private async look(tenantId: string, text: string): Promise<{ seen: Seen | undefined; whose: Whose | undefined }> {
    const ip = publicAddress(text)
    const { archive, clock } = this.knowledge
    const whose = this.knowledge.whose?.(ip)
    if (!archive || !clock) return { seen: undefined, whose }
    const devices = await this.transactions.read(t => t.devices.find(tenantId, {}, { limit: MAX_DEVICES }))
    const ownNetworks = devices.flatMap(item => item.protects)
    return { seen: await seenInArchive(archive, tenantId, ip, ownNetworks, clock.now()), whose }
  }

  /**
   * Asks for leave to cut a machine off: high impact, so the customer and a senior expert both sign; done by hand where no device can.
   * @throws NOT_ALLOWED, NOTIFY_ONLY, ADDRESS_PROTECTED, NOT_FOUND for an address outside the customer's networks, DURATION_OUT_OF_RANGE
   */
  async proposeIsolation(actor: Actor, proposal: Omit<Proposal, 'ip'> & { readonly target: string }): Promise<Proposed> {
    authorise(actor, 'propose-disposal', proposal.tenantId)
    return this.transactions.run(async tx => {
      const tenant = await tenantOf(tx, proposal.tenantId)
      const target = proposal.target.slice(0, 64)
      const devices = await tx.devices.find(tenant.id, {}, { limit: MAX_DEVICES })
      checkIsolation({ tenant, target, seconds: proposal.seconds, ownNetworks: devices.flatMap(item => item.protects) })
      let found = proposal.number ? await openCase(tx, tenant.id, { number: proposal.number }) : undefined
      const active = await tx.disposals.first(tenant.id, { target, action: 'isolate_host', state: { oneOf: ['requested', ...inForce] } })
      if (active) return { disposal: active, again: true, ...(found ? { case: found } : {}) }
      if (found) found = await confirmIn(tx, await claimIn(tx, found, actor), actor)
      const expiresAt = plusSeconds(tx.at, approvalSeconds(tenant, found))
      const disposal: Disposal = {
        ...blank,
        id: tx.id(),
        tenantId: tenant.id,
        number: await tx.number('DP', tenant),
        incidentId: found?.incident.id ?? null,
        action: 'isolate_host',
        target,
        seconds: proposal.seconds,
        reason: proposal.reason ?? found?.incident.title ?? '分析师判断该机可能已失陷',
        effect: {
          earlierBlocks: 0,
          lines: ['该机可能正在影响其他资产', '该机断网，其上业务中断，其他机器不受影响', '回退：恢复端口，一条命令'],
        },
        proposedBy: actor.userId,
        proposedAt: tx.at,
        expiresAt,
        nextTryAt: expiresAt,
        traceId: found?.incident.traceId ?? actor.traceId,
        signatures: ownSignature(actor, tx.at),
      }
      await tx.disposals.insert(disposal)
      tx.audit({
        tenantId: tenant.id,
        actor: actor.userId,
        action: 'disposal.requested',
        subject: disposal.number,
        traceId: disposal.traceId,
        details: {
          action: 'isolate_host',
          target,
          seconds: proposal.seconds,
          reason: disposal.reason,
          channel: actor.channel,
          signatures: 2,
        },
      })
      if (found?.ticket.state === 'confirmed') {
        const text = `隔离 ${target}；${disposal.effect.lines.join('；')}`
        const plan = { kind: 'plan', reference: disposal.number, text } as const
        const move = { to: 'awaiting_customer', number: found.incident.number, traceId: disposal.traceId, evidence: [plan] } as const
        found = { ...found, ticket: await moveTicket(tx, found.ticket, mover(actor), move) }
      }
      tx.announce({ tenantId: tenant.id, kind: 'approval-requested', refs: { disposalId: disposal.id }, key: `approval:${disposal.id}` })
      return { disposal, again: false, ...(found ? { case: found } : {}) }
    })
  }

  /** A customer who wants something blocked or cut off: the analysts check it and ask formally. @throws NOT_ALLOWED, IP_NOT_PUBLIC, NOTIFY_ONLY */
  async apply(
    actor: Actor,
    wish: { tenantId: string; action: DisposalAction; target: string; seconds: number; text: string },
  ): Promise<void> {
    authorise(actor, 'apply-disposal', wish.tenantId)
    const target = wish.action === 'block_ip' ? publicAddress(wish.target) : wish.target.slice(0, 64)
    await this.transactions.run(async tx => {
      const tenant = await tenantOf(tx, wish.tenantId)
      if (tenant.authorizationMode === 'notify') throw new AppError('NOTIFY_ONLY')
      const refs = { action: wish.action, target, seconds: String(wish.seconds), text: wish.text.slice(0, 300), by: describe(actor) }
      tx.audit({
        tenantId: tenant.id,
        actor: actor.userId,
        action: 'disposal.applied',
        subject: target,
        details: { action: wish.action, seconds: wish.seconds, channel: actor.channel },
        traceId: actor.traceId,
      })
      tx.announce({
        tenantId: tenant.id,
        kind: 'disposal-applied',
        refs,
        key: `applied:${tenant.id}:${wish.action}:${target}:${tx.at.slice(0, 16)}`,
      })
    })
  }

  /**
   * The senior expert's half of two signatures. @throws NOT_ALLOWED, NOT_TWO_SIGNATURES, APPROVAL_EXPIRED, ALREADY_DONE
   */
  async cosign(actor: Actor, tenantId: string, number: string): Promise<{ disposal: Disposal; missing: string | undefined }> {
    authorise(actor, 'cosign-disposal', tenantId, number)
    return this.transactions.run(async tx => {
      const tenant = await tenantOf(tx, tenantId)
      const disposal = await byNumber(tx, tenantId, number)
      if (!disposal.signatures) throw new AppError('NOT_TWO_SIGNATURES', { number })
      await checkWaiting(tx, tenant, disposal)
      return sign(tx, tenant, disposal, actor, 'service')
    })
  }

  /**
   * The customer's yes or no. The first one counts; everybody after learns who it was.
   * @throws NOT_ALLOWED, OWN_PROPOSAL, APPROVAL_EXPIRED, ALREADY_DONE, NUMBER_NOT_FOUND
   */
  async decide(
    actor: Actor,
    tenantId: string,
    number: string,
    agreed: boolean,
    comment = '',
  ): Promise<{ disposal: Disposal; tenant: Tenant }> {
    authorise(actor, 'approve-disposal', tenantId, number)
    return this.transactions.run(async tx => {
      const tenant = await tenantOf(tx, tenantId)
      const disposal = await byNumber(tx, tenantId, number)
      if (disposal.proposedBy === actor.userId)
        throw new AppError('OWN_PROPOSAL', { number, who: whoMay('approve-disposal'), capability: 'approve-disposal' })
      await checkWaiting(tx, tenant, disposal)
      if (agreed && disposal.signatures)
        return { tenant, disposal: (await sign(tx, tenant, disposal, actor, 'customer', comment)).disposal }
      const state = agreed ? 'approved' : 'rejected'
      const set = {
        state,
        decidedBy: actor.userId,
        decidedAt: tx.at,
        decisionChannel: actor.channel,
        nextTryAt: agreed ? tx.at : null,
      } as const
      if ((await tx.disposals.update(tenantId, { id: disposal.id, state: 'requested' }, set)) === 0) {
        throw await alreadyDecided(tx, tenant, await byNumber(tx, tenantId, number))
      }
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: `disposal.${state}`,
        subject: number,
        details: { channel: actor.channel, comment, role: actor.role },
        traceId: disposal.traceId,
      })
      await followTicket(
        tx,
        disposal,
        mover(actor),
        agreed ? 'containing' : 'confirmed',
        `${describe(actor)}${agreed ? '同意' : '不同意'}${comment ? `：${comment}` : ''}`,
      )
      tx.announce({
        tenantId,
        kind: 'disposal-decided',
        refs: { disposalId: disposal.id, by: describe(actor), comment: comment.slice(0, 300) },
        key: `decided:${disposal.id}`,
      })
      return { disposal: { ...disposal, ...set }, tenant }
    })
  }

  /** Takes a request back, or lifts a block at once. @throws NOT_ALLOWED, NUMBER_NOT_FOUND, TRANSITION_NOT_ALLOWED */
  async undo(actor: Actor, tenantId: string, what: { number: string } | { ip: string }): Promise<{ disposal: Disposal; lifting: boolean }> {
    authorise(actor, 'undo-disposal', tenantId, 'number' in what ? what.number : '')
    return this.transactions.run(async tx => {
      const disposal =
        'number' in what
          ? await byNumber(tx, tenantId, what.number)
          : await tx.disposals.first(
              tenantId,
              { target: publicAddress(what.ip), state: { oneOf: ['requested', ...inForce] } },
              { order: { proposedAt: 'desc' } },
            )
      if (!disposal) throw new AppError('NUMBER_NOT_FOUND', { number: 'ip' in what ? `${what.ip} 的封禁` : '' })
      const mark = { tenantId, actor: actor.userId, subject: disposal.number, traceId: disposal.traceId }
      if (disposal.state === 'requested') {
        const set = {
          state: 'rejected' as const,
          decidedBy: actor.userId,
          decidedAt: tx.at,
          decisionChannel: actor.channel,
          nextTryAt: null,
        }
        if ((await tx.disposals.update(tenantId, { id: disposal.id, state: 'requested' }, set)) === 0)
          throw new AppError('ALREADY_DONE', { number: disposal.number, who: '其他人', at: '刚才', what: '处理' })
        tx.audit({ ...mark, action: 'disposal.withdrawn', details: { channel: actor.channel } })
        await followTicket(tx, disposal, system, 'confirmed', `${describe(actor)} 撤回了请求`)
        const refs = { disposalId: disposal.id, by: describe(actor) }
        tx.announce({ tenantId, kind: 'request-withdrawn', refs, key: `withdrawn:${disposal.id}` })
        return { disposal: { ...disposal, ...set }, lifting: false }
      }
      if (!inForce.includes(disposal.state))
        throw new AppError('TRANSITION_NOT_ALLOWED', { number: disposal.number, state: disposalStateLabel[disposal.state], action: '撤销' })
      if (isByHand(disposal)) {
        const set = { state: 'released', releaseWanted: describe(actor), releasedAt: tx.at, nextTryAt: null } as const
        await tx.disposals.update(tenantId, { id: disposal.id, state: disposal.state }, set)
        tx.audit({ ...mark, action: 'disposal.undo-wanted', details: { channel: actor.channel, role: actor.role } })
        tx.announce({ tenantId, kind: 'act-by-hand', refs: { disposalId: disposal.id }, key: `by-hand-undo:${disposal.id}` })
        return { disposal: { ...disposal, ...set }, lifting: true }
      }
      const set = { releaseWanted: describe(actor), nextTryAt: tx.at }
      await tx.disposals.update(tenantId, { id: disposal.id }, set)
      tx.audit({ ...mark, action: 'disposal.undo-wanted', details: { channel: actor.channel, role: actor.role } })
      return { disposal: { ...disposal, ...set }, lifting: true }
    })
  }

  /** What is blocked or about to be, newest first, at most 50. */
  async blocked(tenantId: string): Promise<Disposal[]> {
    return this.transactions.read(t =>
      t.disposals.find(tenantId, { state: { oneOf: ['requested', ...inForce] } }, { order: { proposedAt: 'desc' }, limit: 50 }),
    )
  }
}

export interface Proposed {
  readonly disposal: Disposal
  readonly case?: Case
  /** It waits already. */
  readonly again: boolean
  /** Done at once under this clause of the contract. */
  readonly clause?: string
}

const blank = {
  state: 'requested',
  decidedBy: null,
  decidedAt: null,
  decisionChannel: null,
  deviceId: '',
  attempts: 0,
  claimedBy: null,
  claimedUntil: null,
  executedAt: null,
  verifiedAt: null,
  leaseUntil: null,
  releaseWanted: null,
  releasedAt: null,
  receipts: [],
  parameters: null,
  error: null,
} as const

/** Nothing of ours touches a device for it. */
export function isByHand({ action, deviceId }: Pick<Disposal, 'action' | 'deviceId'>): boolean {
  return action !== 'block_ip' && deviceId === ''
}

/** A customer who set it shorter than half an hour means it. */
function approvalSeconds({ settings }: Tenant, found: Case | undefined): number {
  const isGrave = found?.ticket.priority === 'P1' && settings.approvalSeconds >= defaultSettings.approvalSeconds
  return isGrave ? Math.max(settings.approvalSeconds, P1_SECONDS) : settings.approvalSeconds
}

/** A senior expert who proposes has signed for the service. */
function ownSignature(actor: Actor, at: string): readonly Signature[] {
  return actor.role === 'senior_expert' ? [{ by: actor.userId, side: 'service', at, channel: actor.channel }] : []
}

async function checkWaiting(tx: Tx, tenant: Tenant, disposal: Disposal): Promise<void> {
  if (disposal.state !== 'requested') throw await alreadyDecided(tx, tenant, disposal)
  if (disposal.expiresAt <= tx.at)
    throw new AppError('APPROVAL_EXPIRED', { number: disposal.number, at: momentFor(disposal.expiresAt, tenant) })
}

/** One of two signatures; the second one is the leave. */
async function sign(
  tx: Tx,
  tenant: Tenant,
  seen: Disposal,
  actor: Actor,
  side: Signature['side'],
  comment = '',
): Promise<{ disposal: Disposal; missing: string | undefined }> {
  const signatures = seen.signatures ?? []
  const own = signatures.find(item => item.side === side)
  if (own) throw new AppError('ALREADY_DONE', { number: seen.number, who: own.by, at: momentFor(own.at, tenant), what: '签字' })
  const now = [...signatures, { by: actor.userId, side, at: tx.at, channel: actor.channel }]
  const missing = missingSide(now)
  const customer = now.find(item => item.side === 'customer')
  const isWhole = missing === undefined && customer !== undefined
  const decided = isWhole
    ? ({
        state: 'approved',
        decidedBy: customer.by,
        decidedAt: tx.at,
        decisionChannel: customer.channel,
        nextTryAt: isByHand(seen) ? null : tx.at,
      } as const)
    : {}
  // The count of signatures stands in `attempts` while it waits: of two who sign in the same moment one signs again.
  const attempts = isWhole ? 0 : seen.attempts + 1
  const set = { signatures: now, ...decided, attempts }
  if ((await tx.disposals.update(seen.tenantId, { id: seen.id, state: 'requested', attempts: seen.attempts }, set)) === 0)
    throw new AppError('ALREADY_DONE', { number: seen.number, who: '其他人', at: '刚才', what: '签字，请再回复一次' })
  const disposal = { ...seen, ...set }
  tx.audit({
    tenantId: seen.tenantId,
    actor: actor.userId,
    action: isWhole ? 'disposal.approved' : 'disposal.signed',
    subject: seen.number,
    details: { channel: actor.channel, side, comment, role: actor.role },
    traceId: seen.traceId,
  })
  const refs = { disposalId: seen.id, by: describe(actor), comment: comment.slice(0, 300) }
  if (!isWhole) {
    tx.announce({ tenantId: seen.tenantId, kind: 'signature-missing', refs, key: `signed:${seen.id}:${side}` })
    return { disposal, missing }
  }
  const words = `双签完成：${now.map(item => item.by).join('、')}`
  await followTicket(tx, disposal, { userId: customer.by, role: 'approver', channel: 'text' }, 'containing', words)
  tx.announce({ tenantId: seen.tenantId, kind: 'disposal-decided', refs, key: `decided:${seen.id}` })
  if (isByHand(disposal))
    tx.announce({ tenantId: seen.tenantId, kind: 'act-by-hand', refs: { disposalId: seen.id }, key: `by-hand:${seen.id}` })
  return { disposal, missing: undefined }
}

const mover = (actor: Actor): Mover => ({ userId: actor.userId, role: actor.role, channel: actor.channel })

/** Moves the incident along with the disposal, if it still waits for it. */
export async function followTicket(tx: Tx, disposal: Disposal, by: Mover, to: 'containing' | 'confirmed', words: string): Promise<void> {
  if (!disposal.incidentId) return
  const found = await openCase(tx, disposal.tenantId, { incidentId: disposal.incidentId })
  const about = { number: found.incident.number, traceId: disposal.traceId }
  // An earlier measure of the same case failed meanwhile and took the ticket back to planning: this one goes on with it (row 7).
  if (found.ticket.state === 'confirmed' && to === 'containing')
    return void (await moveTicket(tx, found.ticket, system, {
      ...about,
      to,
      evidence: [
        { kind: 'plan', reference: disposal.number, text: `${disposalActionLabel[disposal.action]} ${disposal.target}` },
        { kind: 'approval', reference: disposal.number, text: words },
      ],
    }))
  if (found.ticket.state !== 'awaiting_customer') return
  // Another request of the same incident still waits: its answer must find the ticket waiting.
  const others = { incidentId: disposal.incidentId, state: 'requested', id: { not: disposal.id } } as const
  if (to === 'confirmed' && (await tx.disposals.count(disposal.tenantId, others)) > 0) return
  await moveTicket(tx, found.ticket, by, {
    to,
    ...about,
    evidence: [{ kind: by.role === 'system' ? 'text' : 'approval', reference: disposal.number, text: words }],
  })
}

async function tenantOf(tx: Tx, tenantId: string): Promise<Tenant> {
  const tenant = await tx.tenants.get(tenantId, tenantId)
  if (!tenant) throw new AppError('NOT_FOUND', { what: '单位' })
  return tenant
}

async function byNumber(tx: Tx, tenantId: string, number: string): Promise<Disposal> {
  const disposal = await tx.disposals.first(tenantId, { number })
  if (!disposal) throw new AppError('NUMBER_NOT_FOUND', { number })
  return disposal
}

async function caseOfAttacker(tx: Tx, tenantId: string, ip: string): Promise<Case | undefined> {
  const recent = await tx.incidents.find(tenantId, {}, { order: { createdAt: 'desc' }, limit: 100 })
  const incident = recent.find(item => item.attackers.some(attacker => attacker.ip === ip))
  return incident ? openCase(tx, tenantId, { incidentId: incident.id }) : undefined
}

/** The firewall in front of the victim; else the tenant's first. */
function deviceFor(devices: readonly Device[], found: Case | undefined): Device | undefined {
  const firewalls = devices.filter(device => portOf(device) === 'firewall')
  const victim = found?.incident.victim.ip
  const before =
    victim && ipaddr.isValid(victim)
      ? firewalls.find(device => device.protects.some(network => contains(network, ipaddr.parse(victim))))
      : undefined
  return before ?? firewalls[0]
}

async function countSince(tx: Tx, tenantId: string, since: string): Promise<number> {
  const rows = await tx.disposals.find(tenantId, { proposedAt: { atLeast: since } }, { limit: BLOCKS_PER_HOUR + 1 })
  return rows.length
}

async function alreadyDecided(tx: Tx, tenant: Tenant, disposal: Disposal): Promise<AppError> {
  if (disposal.state === 'expired')
    return new AppError('APPROVAL_EXPIRED', { number: disposal.number, at: momentFor(disposal.expiresAt, tenant) })
  const person = disposal.decidedBy
    ? ((await tx.people.first(tenant.id, { userId: disposal.decidedBy })) ??
      (await tx.people.first('platform', { userId: disposal.decidedBy })))
    : undefined
  const what = disposal.state === 'rejected' ? '回复不同意' : '同意'
  return new AppError('ALREADY_DONE', {
    number: disposal.number,
    who: person?.name ?? disposal.decidedBy ?? '系统',
    at: momentFor(disposal.decidedAt, tenant),
    what,
  })
}

function momentFor(at: string | null, { timeZone }: Tenant): string {
  return at === null ? '' : localMoment(at, timeZone)
}
