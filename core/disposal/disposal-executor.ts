// Takes up what is due and does one step of it: claims the row, keeps the claim alive, lets devices work side by side; called by the worker.
// Every step is claimed by a conditional update and may run twice: the device's calls are idempotent and the row is the truth.
import type { Clock } from '../ports/clock.js'
import { instant, plusSeconds } from '../ports/clock.js'
import type { Devices } from '../ports/devices.js'
import type { Logger } from '../ports/logger.js'
import type { Transactions } from '../ports/transaction.js'
import { ActSteps, ClaimLost } from './act-steps.js'
import { Acts } from './acts/index.js'
import { DeviceLanes } from './device-lanes.js'
import type { Disposal } from './disposal.js'
import { expireRequest } from './expire-request.js'

/** A claim older than this belongs to a process that died; a living one renews it. */
const CLAIM_SECONDS = 8
const RENEW_MILLISECONDS = 2000
/** Longer than any step may take: what hangs beyond it is taken from this process. */
const MAX_STEP_SECONDS = 180
const READ_AT_ONCE = 200
/** What waits for a dead device is looked at again after this. */
const DEAD_DEVICE_SECONDS = 4

interface Needs {
  readonly transactions: Transactions
  readonly devices: Devices
  readonly clock: Clock
  readonly logger: Logger
  /** This process, unique per start. */
  readonly owner: string
}

export class DisposalExecutor {
  private readonly steps: ActSteps
  private readonly lanes = new DeviceLanes(seen => this.takeUp(seen))

  constructor(private readonly needs: Needs) {
    this.steps = new ActSteps({
      ...needs,
      acts: new Acts(needs.devices),
      deviceAnswered: deviceId => this.lanes.answered(deviceId),
      deviceDied: disposal => this.deviceDied(disposal),
    })
  }

  /** Begins a step of everything that is due, without waiting for it; each promise is true when something was done. */
  async begin(): Promise<Promise<boolean>[]> {
    const { busy, active } = this.lanes
    const due = await this.needs.transactions.read(t =>
      t.disposals.acrossTenantsFind(
        { nextTryAt: { atMost: this.now() }, ...(busy.length > 0 && { deviceId: { noneOf: busy } }) },
        { order: { nextTryAt: 'asc' }, limit: READ_AT_ONCE + active },
      ),
    )
    return this.lanes.add(due)
  }

  /** Does one step of what is due and waits until it is done; how many steps were taken. */
  async runDue(): Promise<number> {
    return (await Promise.all(await this.begin())).filter(Boolean).length
  }

  private async takeUp(seen: Disposal): Promise<boolean> {
    // It may have waited for its device: what was seen then may be old by now.
    if (seen.claimedUntil !== null && seen.claimedUntil > this.now()) return false
    const disposal = await this.claim(seen)
    if (!disposal) return false
    const renewing = this.keepClaim(disposal)
    try {
      await this.step(disposal)
      return true
    } catch (error) {
      const facts = { disposal: disposal.number, tenantId: disposal.tenantId }
      if (error instanceof ClaimLost) {
        this.needs.logger.warn(facts, 'disposal was taken over by another process')
        return false
      }
      this.needs.logger.error({ error, ...facts }, 'disposal step failed')
      await this.release(disposal, { nextTryAt: plusSeconds(this.now(), 10) })
      return false
    } finally {
      clearInterval(renewing)
    }
  }

  /** The row as it is once it is ours; undefined when somebody else has it or changed it since. */
  private async claim({ id, tenantId, state, nextTryAt, claimedBy, claimedUntil }: Disposal): Promise<Disposal | undefined> {
    return this.needs.transactions.run(async tx => {
      const set = { claimedBy: this.needs.owner, claimedUntil: plusSeconds(tx.at, CLAIM_SECONDS) }
      const won = await tx.disposals.update(tenantId, { id, state, nextTryAt, claimedBy, claimedUntil }, set)
      return won === 1 ? tx.disposals.get(tenantId, id) : undefined
    })
  }

  private keepClaim({ tenantId, id }: Disposal): NodeJS.Timeout {
    const until = this.needs.clock.now() + MAX_STEP_SECONDS * 1000
    const timer = setInterval(() => {
      if (this.needs.clock.now() > until) return clearInterval(timer)
      const mine = { id, claimedBy: this.needs.owner }
      this.needs.transactions
        .run(tx => tx.disposals.update(tenantId, mine, { claimedUntil: plusSeconds(tx.at, CLAIM_SECONDS) }))
        .catch((error: unknown) => this.needs.logger.warn({ error, disposal: id }, 'claim was not renewed'))
    }, RENEW_MILLISECONDS)
    timer.unref()
    return timer
  }

  private async step(disposal: Disposal): Promise<void> {
    switch (disposal.state) {
      case 'requested':
        return expireRequest(this.needs.transactions, disposal)
      case 'approved':
      case 'executing':
        return disposal.releaseWanted ? this.steps.lift(disposal) : this.steps.act(disposal)
      case 'succeeded':
        return disposal.releaseWanted || this.steps.isOver(disposal) ? this.steps.lift(disposal) : this.steps.verify(disposal)
      case 'verified':
      case 'partial':
      case 'failed':
        return this.steps.lift(disposal)
      case 'proposed':
      case 'rejected':
      case 'expired':
      case 'released':
        return this.release(disposal, { nextTryAt: null })
    }
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

  /** One of its disposals goes on asking; the others do not spend their time-outs on it one after the other. */
  private async deviceDied({ tenantId, deviceId }: Disposal): Promise<void> {
    this.lanes.died(deviceId)
    await this.needs.transactions.run(tx =>
      tx.disposals.update(
        tenantId,
        { deviceId, state: { oneOf: ['succeeded', 'verified', 'partial', 'failed'] }, nextTryAt: { atMost: tx.at }, claimedBy: null },
        { nextTryAt: plusSeconds(tx.at, DEAD_DEVICE_SECONDS) },
      ),
    )
  }

  private now(): string {
    return instant(this.needs.clock.now())
  }
}
