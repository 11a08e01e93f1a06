// Who may act on which device now: devices do not wait for each other, a dead one holds a single place; used by the executor.
import type { Disposal } from './disposal.js'

/** Calls at once on a device that answers; one on a device that has not answered yet. */
const WIDTH = 4
/** Calls at once altogether. */
const TOTAL = 256

interface Lane {
  readonly active: Set<string>
  readonly waiting: Disposal[]
  answers: boolean
}

export class DeviceLanes {
  private readonly lanes = new Map<string, Lane>()
  private total = 0

  constructor(private readonly run: (disposal: Disposal) => Promise<boolean>) {}

  /** How many are being worked on. */
  get active(): number {
    return this.total
  }

  /** Devices that still have work waiting here: more of theirs need not be read. */
  get busy(): readonly string[] {
    return [...this.lanes].filter(([, lane]) => lane.waiting.length > 0).map(([deviceId]) => deviceId)
  }

  /** Queues what is not queued yet; each promise is one step, true when something was done. */
  add(due: readonly Disposal[]): Promise<boolean>[] {
    const steps: Promise<boolean>[] = []
    for (const disposal of due) {
      const lane = this.laneOf(disposal.deviceId)
      if (lane.active.has(disposal.id) || lane.waiting.some(({ id }) => id === disposal.id)) continue
      steps.push(this.queue(lane, disposal))
    }
    return steps
  }

  /** The device answered: more of its work may go on at once. */
  answered(deviceId: string): void {
    this.laneOf(deviceId).answers = true
  }

  /** The device is dead: what waits for it is let go, whoever reads it again later tries one at a time. */
  died(deviceId: string): void {
    const lane = this.laneOf(deviceId)
    lane.answers = false
    for (const { id } of lane.waiting.splice(0)) this.settle(id, false)
  }

  private readonly settles = new Map<string, (done: boolean) => void>()

  private queue(lane: Lane, disposal: Disposal): Promise<boolean> {
    const step = new Promise<boolean>(resolve => this.settles.set(disposal.id, resolve))
    lane.waiting.push(disposal)
    this.fill(lane)
    return step
  }

  private settle(id: string, done: boolean): void {
    this.settles.get(id)?.(done)
    this.settles.delete(id)
  }

  private fill(lane: Lane): void {
    while (lane.waiting.length > 0 && lane.active.size < (lane.answers ? WIDTH : 1) && this.total < TOTAL) {
      const disposal = lane.waiting.shift()!
      lane.active.add(disposal.id)
      this.total++
      void this.run(disposal)
        .catch(() => false)
        .then(done => {
          lane.active.delete(disposal.id)
          this.total--
          this.settle(disposal.id, done)
          this.fill(lane)
          // Places of the whole are free again: others may have waited for one.
          if (this.total === TOTAL - 1) for (const other of this.lanes.values()) this.fill(other)
          if (lane.active.size === 0 && lane.waiting.length === 0 && !lane.answers) this.lanes.delete(disposal.deviceId)
        })
    }
  }

  private laneOf(deviceId: string): Lane {
    const known = this.lanes.get(deviceId)
    if (known) return known
    const lane: Lane = { active: new Set(), waiting: [], answers: false }
    this.lanes.set(deviceId, lane)
    return lane
  }
}
