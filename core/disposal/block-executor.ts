// Acts on devices: blocks what was agreed, looks again whether it holds, lifts what has run out or was taken back.
// Every step is claimed by a conditional update and may run twice: the device's calls are idempotent and the row is the truth.
import { AppError, isAppError } from '../errors.js'
import type { Clock } from '../ports/clock.js'
import { instant, plusSeconds } from '../ports/clock.js'
import type { Devices } from '../ports/devices.js'
import type { BlockReceipt, Firewall } from '../ports/firewall.js'
import type { Logger } from '../ports/logger.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { moveTicket, system } from '../tickets/move-ticket.js'
import { openCase } from '../tickets/ticket-service.js'
import type { Device } from '../tenants/tenant.js'
import type { Disposal, Receipt } from './disposal.js'
import { followTicket, inForce, MAX_DEVICES } from './disposal-service.js'
import { checkBlock } from './guard.js'
import { checkLeave } from './leave.js'

/** A claim older than this belongs to a process that died. */
const CLAIM_SECONDS = 45
const MAX_FAILURES = 3
const MAX_BACKOFF_SECONDS = 300

interface Needs {
  readonly transactions: Transactions
  readonly devices: Devices
  readonly clock: Clock
  readonly logger: Logger
  /** This process, unique per start. */
  readonly owner: string
}

export class BlockExecutor {
  constructor(private readonly needs: Needs) {}

  /** Does one step of everything that is due; called every half second and after each commit. */
  async runDue(): Promise<number> {
    const now = instant(this.needs.clock.now())
    const due = await this.needs.transactions.read(t =>
      t.disposals.acrossTenantsFind({ nextTryAt: { atMost: now } }, { order: { nextTryAt: 'asc' }, limit: 20 }),
    )
    let done = 0
    for (const seen of due) {
      // Steps take seconds: what was seen at the beginning may be old by now.
      if (seen.claimedUntil !== null && seen.claimedUntil > this.now()) continue
      const disposal = await this.claim(seen)
      if (!disposal) continue
      try {
        await this.step(disposal)
        done++
      } catch (error) {
        this.needs.logger.error({ error, disposal: disposal.number, tenantId: disposal.tenantId }, 'disposal step failed')
        await this.release(disposal, { nextTryAt: plusSeconds(this.now(), 10) })
      }
    }
    return done
  }

  /** The row as it is once it is ours; undefined when somebody else has it or changed it since. */
  private async claim({ id, tenantId, state, nextTryAt, claimedBy, claimedUntil }: Disposal): Promise<Disposal | undefined> {
    return this.needs.transactions.run(async tx => {
      const set = { claimedBy: this.needs.owner, claimedUntil: plusSeconds(tx.at, CLAIM_SECONDS) }
      const won = await tx.disposals.update(tenantId, { id, state, nextTryAt, claimedBy, claimedUntil }, set)
      return won === 1 ? tx.disposals.get(tenantId, id) : undefined
    })
  }

  private async release(disposal: Disposal, set: Partial<Disposal>): Promise<void> {
    await this.needs.transactions.run(tx =>
      tx.disposals.update(
        disposal.tenantId,
        { id: disposal.id, claimedBy: this.needs.owner },
        { ...set, claimedBy: null, claimedUntil: null },
      ),
    )
  }

  private async step(disposal: Disposal): Promise<void> {
    switch (disposal.state) {
      case 'requested':
        return this.expire(disposal)
      case 'approved':
      case 'executing':
        return disposal.releaseWanted ? this.lift(disposal) : this.act(disposal)
      case 'succeeded':
        return disposal.releaseWanted || isOver(disposal, this.now()) ? this.lift(disposal) : this.verify(disposal)
      case 'verified':
      case 'partial':
      case 'failed':
        return this.lift(disposal)
      case 'proposed':
      case 'rejected':
      case 'expired':
      case 'released':
        return this.release(disposal, { nextTryAt: null })
    }
  }

  private async expire(disposal: Disposal): Promise<void> {
    await this.needs.transactions.run(async tx => {
      if (disposal.expiresAt > tx.at) {
        await tx.disposals.update(
          disposal.tenantId,
          { id: disposal.id },
          { nextTryAt: disposal.expiresAt, claimedBy: null, claimedUntil: null },
        )
        return
      }
      if (
        (await tx.disposals.update(
          disposal.tenantId,
          { id: disposal.id, state: 'requested' },
          { state: 'expired', nextTryAt: null, claimedBy: null, claimedUntil: null },
        )) === 0
      )
        return
      tx.audit({
        tenantId: disposal.tenantId,
        actor: 'system',
        action: 'disposal.expired',
        subject: disposal.number,
        details: { expiresAt: disposal.expiresAt },
        traceId: disposal.traceId,
      })
      await followTicket(tx, disposal, system, 'confirmed', `授权请求 ${disposal.number} 过期未答复`)
      tx.announce({
        tenantId: disposal.tenantId,
        kind: 'approval-expired',
        refs: { disposalId: disposal.id },
        key: `expired:${disposal.id}`,
      })
    })
  }

  private async act(disposal: Disposal): Promise<void> {
    // The lease begins before the device is touched: whatever happens next, the lifting is already due.
    let begun: { device: Device; leaseUntil: string }
    try {
      begun = await this.begin(disposal)
    } catch (error) {
      if (isAppError(error) && error.kind === 'user') return this.giveUp(disposal, '（未执行）', 'block', error)
      throw error
    }
    const { device, leaseUntil } = begun
    const acting: Disposal = { ...disposal, state: 'executing', leaseUntil }
    const remaining = Math.floor((Date.parse(leaseUntil) - this.needs.clock.now()) / 1000)
    if (remaining <= 0) return this.lift(acting)
    try {
      const { firewall } = this.needs.devices.firewall(device)
      const receipt = await firewall.block({ ip: disposal.target, reference: disposal.number, ttlSeconds: remaining })
      const row: Receipt = { ...receipt, device: device.name, action: 'block', ok: true, at: this.now() }
      await this.needs.transactions.run(async tx => {
        await tx.disposals.update(
          disposal.tenantId,
          { id: disposal.id },
          // The failures go on counting: a device that says yes and does nothing is given up as well.
          { state: 'succeeded', executedAt: tx.at, receipts: [...disposal.receipts, row], error: null },
        )
        tx.audit({
          tenantId: disposal.tenantId,
          actor: 'system',
          action: 'disposal.succeeded',
          subject: disposal.number,
          details: { device: device.name, answer: row.answer.slice(0, 500) },
          traceId: disposal.traceId,
        })
      })
      await this.verify({
        ...acting,
        state: 'succeeded',
        executedAt: row.at,
        receipts: [...disposal.receipts, row],
      })
    } catch (error) {
      await this.failed(acting, device, 'block', error)
    }
  }

  private begin(disposal: Disposal): Promise<{ device: Device; leaseUntil: string }> {
    return this.needs.transactions.run(async tx => {
      const tenant = await tx.tenants.get(disposal.tenantId, disposal.tenantId)
      const devices = await tx.devices.find(disposal.tenantId, {}, { limit: MAX_DEVICES })
      const row = devices.find(item => item.id === disposal.deviceId)
      if (!tenant) throw new AppError('NOT_FOUND', { what: '单位' })
      // Leave is checked again right before the act, whatever door the request came in by (design.md 6.3).
      const ownNetworks = devices.flatMap(item => item.protects)
      checkBlock({ tenant, target: disposal.target, seconds: disposal.seconds, device: row, ownNetworks })
      checkLeave(tenant, disposal)
      const until = disposal.leaseUntil ?? plusSeconds(tx.at, disposal.seconds)
      await tx.disposals.update(disposal.tenantId, { id: disposal.id }, { state: 'executing', leaseUntil: until })
      tx.audit({
        tenantId: disposal.tenantId,
        actor: 'system',
        action: 'disposal.executing',
        subject: disposal.number,
        details: { device: row!.name, leaseUntil: until },
        traceId: disposal.traceId,
      })
      return { device: row!, leaseUntil: until }
    })
  }

  /** Believes the device only when it lists the address itself. */
  private async verify(disposal: Disposal): Promise<void> {
    const device = await this.deviceOf(disposal)
    if (!device) return this.giveUp(disposal, '（设备已删除）', 'verify', new AppError('NO_DEVICE'))
    try {
      const { firewall } = this.needs.devices.firewall(device)
      const listed = await isListed(firewall, disposal.target)
      const receipt: Receipt = {
        device: device.name,
        action: 'verify',
        ok: listed,
        at: this.now(),
        commands: ['list'],
        answer: listed ? `${disposal.target} 在设备的封禁列表里` : `${disposal.target} 不在设备的封禁列表里`,
      }
      if (!listed) throw new AppError('DEVICE_REFUSED', { device: device.name, number: disposal.number, answer: receipt.answer })
      await this.needs.transactions.run(async tx => {
        await tx.disposals.update(
          disposal.tenantId,
          { id: disposal.id },
          {
            state: 'verified',
            verifiedAt: tx.at,
            receipts: [...disposal.receipts, receipt],
            attempts: 0,
            error: null,
            nextTryAt: disposal.leaseUntil,
            claimedBy: null,
            claimedUntil: null,
          },
        )
        // Whoever took it back while the device was busy must not wait for the lease.
        await tx.disposals.update(disposal.tenantId, { id: disposal.id, releaseWanted: { not: null } }, { nextTryAt: tx.at })
        tx.audit({
          tenantId: disposal.tenantId,
          actor: 'system',
          action: 'disposal.verified',
          subject: disposal.number,
          details: { device: device.name, leaseUntil: disposal.leaseUntil },
          traceId: disposal.traceId,
        })
        await contained(tx, disposal, device, receipt)
        tx.announce({
          tenantId: disposal.tenantId,
          kind: 'block-verified',
          refs: { disposalId: disposal.id },
          key: `verified:${disposal.id}`,
        })
      })
    } catch (error) {
      await this.failed(disposal, device, 'verify', error)
    }
  }

  private async lift(disposal: Disposal): Promise<void> {
    if (!disposal.releaseWanted && disposal.leaseUntil !== null && !isOver(disposal, this.now()))
      return this.release(disposal, { nextTryAt: disposal.leaseUntil })
    try {
      const device = await this.deviceOf(disposal)
      if (!device) throw new AppError('NO_DEVICE')
      const receipt = await this.unblock(disposal, device)
      await this.needs.transactions.run(async tx => {
        const state = disposal.state === 'failed' ? 'failed' : 'released'
        await tx.disposals.update(
          disposal.tenantId,
          { id: disposal.id },
          {
            state,
            releasedAt: tx.at,
            nextTryAt: null,
            claimedBy: null,
            claimedUntil: null,
            error: state === 'failed' ? disposal.error : null,
            receipts: [...disposal.receipts, { ...receipt, device: device.name, action: 'unblock', ok: true, at: tx.at }],
          },
        )
        tx.audit({
          tenantId: disposal.tenantId,
          actor: 'system',
          action: 'disposal.released',
          subject: disposal.number,
          details: { device: device.name, why: disposal.releaseWanted ?? '到期' },
          traceId: disposal.traceId,
        })
        await backToPlanning(tx, disposal, `${device.name} 上的封禁在校验前解除：${disposal.releaseWanted ?? '到期'}`)
        if (state === 'released')
          tx.announce({
            tenantId: disposal.tenantId,
            kind: 'block-lifted',
            refs: { disposalId: disposal.id },
            key: `lifted:${disposal.id}`,
          })
      })
    } catch (error) {
      // A block must not outlive its lease: lifting is tried for ever, staff are told at the third failure.
      await this.retry(disposal, error, disposal.attempts + 1 === MAX_FAILURES ? 'lift-failed' : undefined)
    }
  }

  private async unblock(disposal: Disposal, device: Device): Promise<BlockReceipt> {
    const { tenantId, target, deviceId } = disposal
    const newer = await this.needs.transactions.read(t =>
      t.disposals.first(tenantId, { target, deviceId, id: { not: disposal.id }, state: { oneOf: ['executing', 'succeeded', 'verified'] } }),
    )
    // What a failed block left behind must not be cleaned away from under the one that followed it.
    if (newer) return { commands: [], answer: `${target} 由 ${newer.number} 继续封禁，设备未改动` }
    const { firewall } = this.needs.devices.firewall(device)
    const receipt = await firewall.unblock(target)
    if (await isListed(firewall, target))
      throw new AppError('DEVICE_REFUSED', { device: device.name, number: disposal.number, answer: '解除后设备列表里仍有该地址' })
    return receipt
  }

  private async failed(disposal: Disposal, device: Device, action: Receipt['action'], error: unknown): Promise<void> {
    const attempts = disposal.attempts + 1
    this.needs.logger.warn(
      { error, disposal: disposal.number, device: device.name, attempts, tenantId: disposal.tenantId },
      'device did not do what was asked',
    )
    if (attempts < MAX_FAILURES) return this.retry({ ...disposal, state: 'executing' }, error)
    return this.giveUp(disposal, device.name, action, error)
  }

  private async giveUp(disposal: Disposal, device: string, action: Receipt['action'], error: unknown): Promise<void> {
    const words = messageOf(error)
    await this.needs.transactions.run(async tx => {
      const receipt: Receipt = { device, action, ok: false, at: tx.at, commands: [], answer: words }
      // What the device really did is unknown, so it is lifted: releaseWanted keeps the executor at it.
      // Without a lease it was never touched, and is not touched now.
      const cleanUp =
        disposal.leaseUntil === null ? { releaseWanted: null, nextTryAt: null } : { releaseWanted: '执行失败，清理', nextTryAt: tx.at }
      await tx.disposals.update(
        disposal.tenantId,
        { id: disposal.id },
        {
          state: 'failed',
          attempts: 0,
          error: words,
          receipts: [...disposal.receipts, receipt],
          ...cleanUp,
          claimedBy: null,
          claimedUntil: null,
        },
      )
      tx.audit({
        tenantId: disposal.tenantId,
        actor: 'system',
        action: 'disposal.failed',
        subject: disposal.number,
        details: { device, error: words },
        traceId: disposal.traceId,
      })
      await backToPlanning(tx, disposal, `执行未成功：${words}`)
      tx.announce({ tenantId: disposal.tenantId, kind: 'disposal-failed', refs: { disposalId: disposal.id }, key: `failed:${disposal.id}` })
    })
  }

  private async retry(disposal: Disposal, error: unknown, announce?: string): Promise<void> {
    const attempts = disposal.attempts + 1
    await this.needs.transactions.run(async tx => {
      const seconds = Math.min(MAX_BACKOFF_SECONDS, 2 ** attempts)
      await tx.disposals.update(
        disposal.tenantId,
        { id: disposal.id },
        {
          state: disposal.state,
          attempts,
          error: messageOf(error),
          nextTryAt: plusSeconds(tx.at, seconds),
          claimedBy: null,
          claimedUntil: null,
        },
      )
      tx.audit({
        tenantId: disposal.tenantId,
        actor: 'system',
        action: 'disposal.retried',
        subject: disposal.number,
        details: { attempts, error: messageOf(error) },
        traceId: disposal.traceId,
      })
      if (announce)
        tx.announce({ tenantId: disposal.tenantId, kind: announce, refs: { disposalId: disposal.id }, key: `${announce}:${disposal.id}` })
    })
  }

  /** Undefined when it is no longer declared. */
  private async deviceOf(disposal: Disposal): Promise<Device | undefined> {
    return this.needs.transactions.read(t => t.devices.get(disposal.tenantId, disposal.deviceId))
  }

  private now(): string {
    return instant(this.needs.clock.now())
  }
}

export async function isListed(firewall: Firewall, ip: string): Promise<boolean> {
  return (await firewall.list()).some(item => item.ip === ip)
}

function isOver({ leaseUntil }: Disposal, now: string): boolean {
  return leaseUntil !== null && leaseUntil <= now
}

/** Row 22, unless another measure of the incident is still on its way or holds. */
async function backToPlanning(tx: Tx, disposal: Disposal, words: string): Promise<void> {
  if (!disposal.incidentId) return
  const found = await openCase(tx, disposal.tenantId, { incidentId: disposal.incidentId })
  if (found.ticket.state !== 'containing') return
  const others = { incidentId: disposal.incidentId, state: { oneOf: inForce }, id: { not: disposal.id } } as const
  if ((await tx.disposals.count(disposal.tenantId, others)) > 0) return
  await moveTicket(tx, found.ticket, system, {
    to: 'confirmed',
    number: found.incident.number,
    traceId: disposal.traceId,
    evidence: [{ kind: 'receipt', reference: disposal.number, text: words }],
  })
}

/** Row 11: the measure holds. */
async function contained(tx: Tx, disposal: Disposal, device: Device, receipt: Receipt): Promise<void> {
  if (!disposal.incidentId) return
  const found = await openCase(tx, disposal.tenantId, { incidentId: disposal.incidentId })
  if (found.ticket.state !== 'containing') return
  await moveTicket(tx, found.ticket, system, {
    to: 'eradicating',
    number: found.incident.number,
    traceId: disposal.traceId,
    evidence: [
      { kind: 'receipt', reference: disposal.number, text: `${device.name} 已封禁 ${disposal.target}，至 ${disposal.leaseUntil ?? ''}` },
      { kind: 'verification', reference: disposal.number, text: receipt.answer },
    ],
  })
}

function messageOf(error: unknown): string {
  return isAppError(error)
    ? `${error.code} ${String(error.facts['answer'] ?? error.facts['problem'] ?? '')}`.trim().slice(0, 500)
    : 'INTERNAL'
}
