// What people do with a disposal: propose, agree or refuse, take back, list. Acting on the device is disposal-executor.ts.
import { AppError } from '../errors.js'
import { plusSeconds } from '../ports/clock.js'
import { portOf } from '../ports/devices.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { moveTicket, system, type Mover } from '../tickets/move-ticket.js'
import { claimIn, confirmIn, openCase, type Case } from '../tickets/ticket-service.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import { whoMay } from '../tenants/roles.js'
import { localMoment } from '../tenants/local-time.js'
import type { Device, Tenant } from '../tenants/tenant.js'
import { victimName } from '../threats/incident-title.js'
import { disposalStateLabel, type BlastRadius, type Disposal, type DisposalState } from './disposal.js'
import { BLOCKS_PER_HOUR, checkBlock, contains, publicAddress } from './guard.js'
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

export class DisposalService {
  constructor(private readonly transactions: Transactions) {}

  /**
   * Asks the customer for leave to block one address; nothing happens on a device before somebody else agrees.
   * @throws NOT_ALLOWED, the refusals of core/disposal/guard, ALREADY_BLOCKED, NUMBER_NOT_FOUND
   */
  async proposeBlock(actor: Actor, proposal: Proposal): Promise<{ disposal: Disposal; case?: Case; again: boolean }> {
    authorise(actor, 'propose-disposal', proposal.tenantId)
    return this.transactions.run(async tx => {
      const tenant = await tenantOf(tx, proposal.tenantId)
      const ip = publicAddress(proposal.ip)
      let found = proposal.number ? await openCase(tx, tenant.id, { number: proposal.number }) : await caseOfAttacker(tx, tenant.id, ip)
      const devices = await tx.devices.find(tenant.id, {}, { order: { name: 'asc' }, limit: MAX_DEVICES })
      const device = deviceFor(devices, found)
      const blocksLastHour = await countSince(tx, tenant.id, plusSeconds(tx.at, -3600))
      const ownNetworks = devices.flatMap(item => item.protects)
      checkBlock({ tenant, target: ip, seconds: proposal.seconds, device, ownNetworks, blocksLastHour })
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
      const disposal: Disposal = {
        id: tx.id(),
        tenantId: tenant.id,
        number: await tx.number('DP', tenant),
        incidentId: found?.incident.id ?? null,
        action: 'block_ip',
        target: ip,
        seconds: proposal.seconds,
        reason: proposal.reason ?? found?.incident.title ?? '分析师判断为恶意地址',
        effect: await blastRadius(tx, tenant, ip, device!),
        state: 'requested',
        proposedBy: actor.userId,
        proposedAt: tx.at,
        expiresAt: plusSeconds(tx.at, tenant.settings.approvalSeconds),
        decidedBy: null,
        decidedAt: null,
        decisionChannel: null,
        deviceId: device!.id,
        attempts: 0,
        nextTryAt: plusSeconds(tx.at, tenant.settings.approvalSeconds),
        claimedBy: null,
        claimedUntil: null,
        executedAt: null,
        verifiedAt: null,
        leaseUntil: null,
        releaseWanted: null,
        releasedAt: null,
        receipts: [],
        error: null,
        traceId: found?.incident.traceId ?? actor.traceId,
      }
      await tx.disposals.insert(disposal)
      tx.audit({
        tenantId: tenant.id,
        actor: actor.userId,
        action: 'disposal.requested',
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
        },
      })
      if (found?.ticket.state === 'confirmed') {
        const ticket = await moveTicket(tx, found.ticket, mover(actor), {
          to: 'awaiting_customer',
          number: found.incident.number,
          traceId: disposal.traceId,
          evidence: [
            {
              kind: 'plan',
              reference: disposal.number,
              text: `在 ${device!.name} 封禁 ${ip} ${proposal.seconds} 秒；${disposal.effect.lines.join('；')}`,
            },
          ],
        })
        found = { ...found, ticket }
      }
      tx.announce({ tenantId: tenant.id, kind: 'approval-requested', refs: { disposalId: disposal.id }, key: `approval:${disposal.id}` })
      return { disposal, again: false, ...(found ? { case: found } : {}) }
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
      if (disposal.state !== 'requested') throw await alreadyDecided(tx, tenant, disposal)
      if (disposal.expiresAt <= tx.at) throw new AppError('APPROVAL_EXPIRED', { number, at: momentFor(disposal.expiresAt, tenant) })
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
        return { disposal: { ...disposal, ...set }, lifting: false }
      }
      if (!inForce.includes(disposal.state))
        throw new AppError('TRANSITION_NOT_ALLOWED', { number: disposal.number, state: disposalStateLabel[disposal.state], action: '撤销' })
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

const mover = (actor: Actor): Mover => ({ userId: actor.userId, role: actor.role, channel: actor.channel })

/** Moves the incident along with the disposal, if it still waits for it. */
export async function followTicket(tx: Tx, disposal: Disposal, by: Mover, to: 'containing' | 'confirmed', words: string): Promise<void> {
  if (!disposal.incidentId) return
  const found = await openCase(tx, disposal.tenantId, { incidentId: disposal.incidentId })
  if (found.ticket.state !== 'awaiting_customer') return
  // Another request of the same incident still waits: its answer must find the ticket waiting.
  const others = { incidentId: disposal.incidentId, state: 'requested', id: { not: disposal.id } } as const
  if (to === 'confirmed' && (await tx.disposals.count(disposal.tenantId, others)) > 0) return
  await moveTicket(tx, found.ticket, by, {
    to,
    number: found.incident.number,
    traceId: disposal.traceId,
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

async function blastRadius(tx: Tx, tenant: Tenant, ip: string, device: Device): Promise<BlastRadius> {
  const since = plusSeconds(tx.at, -86_400)
  const incidents = (await tx.incidents.find(tenant.id, { lastAt: { atLeast: since } }, { limit: 200 })).filter(item =>
    item.attackers.some(attacker => attacker.ip === ip),
  )
  const victims = [...new Set(incidents.map(item => victimName(item.victim)))]
  const hits = incidents.reduce((sum, item) => sum + (item.attackers.find(attacker => attacker.ip === ip)?.hits ?? 0), 0)
  const earlier = await tx.disposals.find(tenant.id, { target: ip, state: { oneOf: ['released', 'verified', 'succeeded'] } }, { limit: 20 })
  return {
    earlierBlocks: earlier.length,
    lines: [
      victims.length > 0
        ? `24 小时内命中 ${hits} 次，涉及 ${victims.slice(0, 3).join('、')}${victims.length > 3 ? ` 等 ${victims.length} 台` : ''}`
        : '24 小时内没有该地址的告警',
      `在 ${device.name} 双向拦截该地址，其他访问不受影响`,
      earlier.length > 0 ? `此前封过 ${earlier.length} 次` : '此前没有封过',
    ],
  }
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
