// The steps of an act on a device: do it, look again whether it holds, undo it when it has run out or was taken back; called by the executor.
import { AppError, isAppError } from '../errors.js'
import type { ActReceipt, Before } from '../ports/act.js'
import type { Clock } from '../ports/clock.js'
import { instant, plusSeconds } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import type { Device } from '../tenants/tenant.js'
import type { Acts } from './acts/index.js'
import { actionRow } from './actions.js'
import type { Disposal, Receipt } from './disposal.js'
import { MAX_DEVICES } from './disposal-service.js'
import { backToPlanning, contained } from './follow-case.js'
import { checkAct } from './check-act.js'
import { checkLeave } from './leave.js'

const MAX_FAILURES = 3
const MAX_BACKOFF_SECONDS = 300
/** An act must not outlive its lease by more than ten seconds once its device answers again. */
const MAX_LIFT_BACKOFF_SECONDS = 5

/** Another process has taken the disposal over: whatever it does is right, and nothing more is written here. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost'
}

interface Needs {
  readonly transactions: Transactions
  readonly acts: Acts
  readonly clock: Clock
  readonly logger: Logger
  readonly owner: string
  deviceAnswered(deviceId: string): void
  deviceDied(disposal: Disposal): Promise<void>
}

const unclaimed = { claimedBy: null, claimedUntil: null } as const

export class ActSteps {
  constructor(private readonly needs: Needs) {}

  async act(disposal: Disposal): Promise<void> {
    // The lease begins before the device is touched: whatever happens next, the undoing is already due.
    let begun: { device: Device; acting: Disposal }
    try {
      begun = await this.begin(disposal, await this.prepare(disposal))
    } catch (error) {
      if (!isAppError(error)) throw error
      if (error.kind === 'user') return this.giveUp(disposal, '（未执行）', 'block', error)
      return this.failed(disposal, '（未执行）', 'prepare', error)
    }
    const { device, acting } = begun
    const left = acting.leaseUntil === null ? null : Math.floor((Date.parse(acting.leaseUntil) - this.needs.clock.now()) / 1000)
    if (left !== null && left <= 0) return this.lift(acting)
    let row: Receipt
    try {
      const receipt = await this.needs.acts.open(acting, device).perform(beforeOf(acting), left)
      this.needs.deviceAnswered(device.id)
      row = { ...receipt, device: device.name, action: 'block', ok: true, at: this.now() }
    } catch (error) {
      return this.failed(acting, device.name, 'block', error)
    }
    const done = { ...acting, state: 'succeeded' as const, executedAt: row.at, receipts: [...acting.receipts, row] }
    await this.needs.transactions.run(async tx => {
      // The failures go on counting: a device that says yes and does nothing is given up as well.
      await this.write(tx, disposal, { state: done.state, executedAt: row.at, receipts: done.receipts, error: null })
      tx.audit({ ...about(disposal), action: 'disposal.succeeded', details: { device: device.name, answer: row.answer.slice(0, 500) } })
    })
    await this.verify(done)
  }

  /** Reads what undoing will need; nothing when it is known or the action needs nothing. */
  private async prepare(disposal: Disposal): Promise<Receipt | undefined> {
    const device = await this.deviceOf(disposal)
    if (!device || disposal.receipts.some(({ action }) => action === 'prepare')) return undefined
    const act = this.needs.acts.open(disposal, device)
    if (!act.before) return undefined
    const before = await act.before()
    this.needs.deviceAnswered(device.id)
    return { device: device.name, action: 'prepare', ok: true, at: this.now(), commands: [], answer: '', before }
  }

  private begin(disposal: Disposal, prepared: Receipt | undefined): Promise<{ device: Device; acting: Disposal }> {
    return this.needs.transactions.run(async tx => {
      const tenant = await tx.tenants.get(disposal.tenantId, disposal.tenantId)
      const devices = await tx.devices.find(disposal.tenantId, {}, { limit: MAX_DEVICES })
      if (!tenant) throw new AppError('NOT_FOUND', { what: '单位' })
      // Leave is checked again right before the act, whatever door the request came in by (design.md 6.3).
      const device = checkAct({ tenant, disposal, devices })
      checkLeave(tenant, disposal)
      const leaseUntil = disposal.leaseUntil ?? (actionRow(disposal.action).leased ? plusSeconds(tx.at, disposal.seconds) : null)
      const receipts = prepared ? [...disposal.receipts, prepared] : disposal.receipts
      await this.write(tx, disposal, { state: 'executing', leaseUntil, receipts })
      tx.audit({ ...about(disposal), action: 'disposal.executing', details: { device: device.name, leaseUntil } })
      return { device, acting: { ...disposal, state: 'executing', leaseUntil, receipts } }
    })
  }

  /** Believes the device only when it shows the act itself. */
  async verify(disposal: Disposal): Promise<void> {
    const device = await this.deviceOf(disposal)
    if (!device) return this.giveUp(disposal, '（设备已删除）', 'verify', new AppError('NO_DEVICE'))
    let receipt: Receipt
    try {
      const { holds, answer } = await this.needs.acts.open(disposal, device).look(beforeOf(disposal))
      this.needs.deviceAnswered(device.id)
      receipt = { device: device.name, action: 'verify', ok: holds, at: this.now(), commands: ['list'], answer }
      if (!holds) throw new AppError('DEVICE_REFUSED', { device: device.name, number: disposal.number, answer })
    } catch (error) {
      return this.failed(disposal, device.name, 'verify', error)
    }
    await this.needs.transactions.run(async tx => {
      await this.write(tx, disposal, {
        state: 'verified',
        verifiedAt: tx.at,
        receipts: [...disposal.receipts, receipt],
        attempts: 0,
        error: null,
        nextTryAt: disposal.leaseUntil,
        ...unclaimed,
      })
      // Whoever took it back while the device was busy must not wait for the lease.
      await tx.disposals.update(disposal.tenantId, { id: disposal.id, releaseWanted: { not: null } }, { nextTryAt: tx.at })
      tx.audit({ ...about(disposal), action: 'disposal.verified', details: { device: device.name, leaseUntil: disposal.leaseUntil } })
      await contained(tx, disposal, device, receipt)
      tx.announce({
        tenantId: disposal.tenantId,
        kind: 'block-verified',
        refs: { disposalId: disposal.id },
        key: `verified:${disposal.id}`,
      })
    })
  }

  async lift(disposal: Disposal): Promise<void> {
    if (!disposal.releaseWanted && disposal.leaseUntil !== null && !this.isOver(disposal))
      return this.let(disposal, { nextTryAt: disposal.leaseUntil })
    // Nothing was touched, or it cannot be undone: there is nothing to look at again.
    if (actionRow(disposal.action).undo === null) return this.let(disposal, { nextTryAt: null, releaseWanted: null })
    let done: { receipt: ActReceipt; device: Device }
    try {
      const device = await this.deviceOf(disposal)
      if (!device) throw new AppError('NO_DEVICE')
      done = { receipt: await this.undo(disposal, device), device }
      this.needs.deviceAnswered(device.id)
    } catch (error) {
      // A block must not outlive its lease: lifting is tried for ever, staff are told at the third failure.
      await this.retry(disposal, error, MAX_LIFT_BACKOFF_SECONDS, disposal.attempts + 1 === MAX_FAILURES ? 'lift-failed' : undefined)
      return this.note(disposal, error)
    }
    const { receipt, device } = done
    await this.needs.transactions.run(async tx => {
      const state = disposal.state === 'failed' ? 'failed' : 'released'
      await this.write(tx, disposal, {
        state,
        releasedAt: tx.at,
        nextTryAt: null,
        ...unclaimed,
        error: state === 'failed' ? disposal.error : null,
        receipts: [...disposal.receipts, { ...receipt, device: device.name, action: 'unblock', ok: true, at: tx.at }],
      })
      tx.audit({ ...about(disposal), action: 'disposal.released', details: { device: device.name, why: disposal.releaseWanted ?? '到期' } })
      const what = disposal.action === 'block_ip' ? '封禁' : actionRow(disposal.action).label
      await backToPlanning(tx, disposal, `${device.name} 上的${what}在校验前解除：${disposal.releaseWanted ?? '到期'}`)
      if (state === 'released')
        tx.announce({ tenantId: disposal.tenantId, kind: 'block-lifted', refs: { disposalId: disposal.id }, key: `lifted:${disposal.id}` })
    })
  }

  isOver({ leaseUntil }: Disposal): boolean {
    return leaseUntil !== null && leaseUntil <= this.now()
  }

  private async undo(disposal: Disposal, device: Device): Promise<ActReceipt> {
    const { tenantId, action, target, deviceId } = disposal
    const same = { action, target, deviceId, id: { not: disposal.id }, state: { oneOf: ['executing', 'succeeded', 'verified'] } } as const
    const newer = await this.needs.transactions.read(t => t.disposals.first(tenantId, same))
    // What a failed block left behind must not be cleaned away from under the one that followed it.
    if (newer && action === 'block_ip') return { commands: [], answer: `${target} 由 ${newer.number} 继续封禁，设备未改动` }
    const act = this.needs.acts.open(disposal, device)
    const before = beforeOf(disposal)
    const receipt = (await act.undo?.(before)) ?? { commands: [], answer: '' }
    const { holds } = await act.look(before)
    if (!holds) return receipt
    const answer = action === 'block_ip' ? '解除后设备列表里仍有该地址' : '撤销后设备上仍然有效'
    throw new AppError('DEVICE_REFUSED', { device: device.name, number: disposal.number, answer })
  }

  private async failed(disposal: Disposal, device: string, action: Receipt['action'], error: unknown): Promise<void> {
    const attempts = disposal.attempts + 1
    this.needs.logger.warn(
      { error, disposal: disposal.number, device, attempts, tenantId: disposal.tenantId },
      'device did not do what was asked',
    )
    if (attempts < MAX_FAILURES) await this.retry({ ...disposal, state: 'executing' }, error, MAX_BACKOFF_SECONDS)
    else await this.giveUp(disposal, device, action, error)
    await this.note(disposal, error)
  }

  private async giveUp(disposal: Disposal, device: string, action: Receipt['action'], error: unknown): Promise<void> {
    const words = messageOf(error)
    await this.needs.transactions.run(async tx => {
      const receipt: Receipt = { device, action, ok: false, at: tx.at, commands: [], answer: words }
      // What the device really did is unknown, so it is undone: releaseWanted keeps the executor at it.
      // Without a lease and without having been prepared it was never touched, and is not touched now.
      const touched = disposal.leaseUntil !== null || disposal.receipts.some(item => item.action === 'prepare')
      const cleanUp =
        touched && actionRow(disposal.action).undo !== null
          ? { releaseWanted: '执行失败，清理', nextTryAt: tx.at }
          : { releaseWanted: null, nextTryAt: null }
      await this.write(tx, disposal, {
        state: 'failed',
        attempts: 0,
        error: words,
        receipts: [...disposal.receipts, receipt],
        ...cleanUp,
        ...unclaimed,
      })
      tx.audit({ ...about(disposal), action: 'disposal.failed', details: { device, error: words } })
      await backToPlanning(tx, disposal, `执行未成功：${words}`)
      tx.announce({ tenantId: disposal.tenantId, kind: 'disposal-failed', refs: { disposalId: disposal.id }, key: `failed:${disposal.id}` })
    })
  }

  private async retry(disposal: Disposal, error: unknown, maxSeconds: number, announce?: string): Promise<void> {
    const attempts = disposal.attempts + 1
    await this.needs.transactions.run(async tx => {
      const seconds = Math.min(maxSeconds, 2 ** attempts)
      await this.write(tx, disposal, {
        state: disposal.state,
        attempts,
        error: messageOf(error),
        nextTryAt: plusSeconds(tx.at, seconds),
        ...unclaimed,
      })
      // The first ones, then ever fewer: a device that is away for days must not fill the trail.
      if (attempts <= MAX_FAILURES || Number.isInteger(Math.log2(attempts)))
        tx.audit({ ...about(disposal), action: 'disposal.retried', details: { attempts, error: messageOf(error) } })
      if (announce)
        tx.announce({ tenantId: disposal.tenantId, kind: announce, refs: { disposalId: disposal.id }, key: `${announce}:${disposal.id}` })
    })
  }

  /** Gives the row back as it is. */
  private async let(disposal: Disposal, set: Partial<Disposal>): Promise<void> {
    await this.needs.transactions.run(tx => this.write(tx, disposal, { ...set, ...unclaimed }))
  }

  /** After the failure is written: a dead device is told of, so that others do not wait for it. */
  private async note(disposal: Disposal, error: unknown): Promise<void> {
    if (isAppError(error, 'DEVICE_UNREACHABLE')) await this.needs.deviceDied(disposal)
  }

  /** Only while the claim is ours: whoever took it over has the word. @throws ClaimLost */
  private async write(tx: Tx, { id, tenantId }: Disposal, set: Partial<Disposal>): Promise<void> {
    if ((await tx.disposals.update(tenantId, { id, claimedBy: this.needs.owner }, set)) === 0) throw new ClaimLost(id)
  }

  /** Undefined when it is no longer declared. */
  private async deviceOf(disposal: Disposal): Promise<Device | undefined> {
    return this.needs.transactions.read(t => t.devices.get(disposal.tenantId, disposal.deviceId))
  }

  private now(): string {
    return instant(this.needs.clock.now())
  }
}

/** What every row of the trail about it says. */
function about({ tenantId, number, traceId }: Disposal) {
  return { tenantId, actor: 'system', subject: number, traceId }
}

function beforeOf({ receipts }: Disposal): Before {
  return receipts.find(({ action }) => action === 'prepare')?.before ?? {}
}

function messageOf(error: unknown): string {
  return isAppError(error)
    ? `${error.code} ${String(error.facts['answer'] ?? error.facts['problem'] ?? '')}`.trim().slice(0, 500)
    : 'INTERNAL'
}
