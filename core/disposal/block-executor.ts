// Acts on devices: blocks what was agreed, looks again whether it holds, lifts what has run out or was taken back.
// Every step is claimed by a conditional update and may run twice: the device's calls are idempotent and the row is the truth.
import { AppError, isAppError } from '../errors.js'
import type { Clock } from '../ports/clock.js'
import { instant, plusSeconds } from '../ports/clock.js'
import type { Devices } from '../ports/devices.js'
import type { Firewall } from '../ports/firewall.js'
import type { Logger } from '../ports/logger.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { moveTicket, system } from '../tickets/move-ticket.js'
import { openCase } from '../tickets/ticket-service.js'
import type { Device } from '../tenants/tenant.js'
import type { Disposal, Receipt } from './disposal.js'
import { followTicket } from './disposal-service.js'
import { checkBlock } from './guard.js'

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
    for (const disposal of due) {
      if (disposal.claimedUntil !== null && disposal.claimedUntil > now) continue
      if (!(await this.claim(disposal, now))) continue
      try {
        await this.step(disposal)
        done++
      } catch (error) {
        this.needs.logger.error({ error, disposal: disposal.number, tenantId: disposal.tenantId }, 'disposal step failed')
        await this.release(disposal, { nextTryAt: plusSeconds(now, 10) })
      }
    }
    return done
  }

  private async claim(disposal: Disposal, now: string): Promise<boolean> {
    const { id, tenantId, state, claimedBy, claimedUntil } = disposal
    return this.needs.transactions.run(
      async tx =>
        (await tx.disposals.update(
          tenantId,
          { id, state, claimedBy, claimedUntil },
          { claimedBy: this.needs.owner, claimedUntil: plusSeconds(now, CLAIM_SECONDS) },
        )) === 1,
    )
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
        return disposal.releaseWanted ? this.lift(disposal) : this.verify(disposal)
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
    const remaining = Math.floor((Date.parse(leaseUntil) - this.needs.clock.now()) / 1000)
    if (remaining <= 0) return this.lift({ ...disposal, leaseUntil, state: 'executing' })
    try {
      const { firewall } = this.needs.devices.firewall(device)
      const receipt = await firewall.block({ ip: disposal.target, reference: disposal.number, ttlSeconds: remaining })
      const row: Receipt = { ...receipt, device: device.name, action: 'block', ok: true, at: this.now() }
      await this.needs.transactions.run(async tx => {
        await tx.disposals.update(
          disposal.tenantId,
          { id: disposal.id },
          { state: 'succeeded', executedAt: tx.at, receipts: [...disposal.receipts, row], attempts: 0, error: null },
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
        ...disposal,
        state: 'succeeded',
        executedAt: row.at,
        receipts: [...disposal.receipts, row],
        leaseUntil,
        attempts: 0,
      })
    } catch (error) {
      await this.failed(disposal, device, 'block', error)
    }
  }

  private begin(disposal: Disposal): Promise<{ device: Device; leaseUntil: string }> {
    return this.needs.transactions.run(async tx => {
      const tenant = await tx.tenants.get(disposal.tenantId, disposal.tenantId)
      const row = await tx.devices.get(disposal.tenantId, disposal.deviceId)
      if (!tenant) throw new AppError('NOT_FOUND', { what: '单位' })
      // Leave is checked again right before the act, whatever door the request came in by (design.md 6.3).
      checkBlock({ tenant, target: disposal.target, seconds: disposal.seconds, device: row, blocksLastHour: 0 })
      if (disposal.decidedBy === null || disposal.decidedBy === disposal.proposedBy)
        throw new AppError('NOT_ALLOWED', { who: '客户授权人' })
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
    const now = this.now()
    if (!disposal.releaseWanted && disposal.leaseUntil !== null && disposal.leaseUntil > now)
      return this.release(disposal, { nextTryAt: disposal.leaseUntil })
    const device = await this.deviceOf(disposal)
    try {
      const { firewall } = this.needs.devices.firewall(device)
      const receipt = await firewall.unblock(disposal.target)
      if (await isListed(firewall, disposal.target))
        throw new AppError('DEVICE_REFUSED', { device: device.name, number: disposal.number, answer: '解除后设备列表里仍有该地址' })
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
      await tx.disposals.update(
        disposal.tenantId,
        { id: disposal.id },
        {
          state: 'failed',
          attempts: 0,
          error: words,
          receipts: [...disposal.receipts, receipt],
          releaseWanted: '执行失败，清理',
          nextTryAt: tx.at,
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
      if (disposal.incidentId) {
        const found = await openCase(tx, disposal.tenantId, { incidentId: disposal.incidentId })
        if (found.ticket.state === 'containing') {
          await moveTicket(tx, found.ticket, system, {
            to: 'confirmed',
            number: found.incident.number,
            traceId: disposal.traceId,
            evidence: [{ kind: 'receipt', reference: disposal.number, text: `执行未成功：${words}` }],
          })
        }
      }
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

  private async deviceOf(disposal: Disposal): Promise<Device> {
    const device = await this.needs.transactions.read(t => t.devices.get(disposal.tenantId, disposal.deviceId))
    if (!device) throw new AppError('NO_DEVICE')
    return device
  }

  private now(): string {
    return instant(this.needs.clock.now())
  }
}

export async function isListed(firewall: Firewall, ip: string): Promise<boolean> {
  return (await firewall.list()).some(item => item.ip === ip)
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
