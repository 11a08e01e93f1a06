// How fast probes leave: one bucket for a whole run, turned down while the customer's network feels it. All engines of the run draw from it.
import type { Pacer } from '../ports/scan-engine.js'

export interface PaceClock {
  now(): number
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
}

export class Pace implements Pacer {
  private factor = 1
  private next = 0
  private total = 0
  private second = 0
  private inSecond = 0
  private most = 0

  constructor(
    private readonly limit: number,
    private readonly clock: PaceClock,
  ) {}

  get perSecond(): number {
    return Math.max(1, Math.floor(this.limit * this.factor))
  }
  get probes(): number {
    return this.total
  }
  get peakPerSecond(): number {
    return this.most
  }

  /** Half as fast from now on, down to a sixteenth. */
  slow(): void {
    this.factor = Math.max(1 / 16, this.factor / 2)
  }

  async take(probes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const now = this.clock.now()
    const at = Math.max(now, this.next)
    this.next = at + (probes * 1000) / this.perSecond
    if (at > now) await this.clock.sleep(at - now, signal)
    signal.throwIfAborted()
    this.count(probes)
  }

  /** Probes an engine sent by itself, spread over so many seconds. */
  add(probes: number, seconds: number): void {
    this.total += probes
    this.most = Math.max(this.most, Math.min(this.perSecond, Math.ceil(probes / Math.max(1, seconds))))
  }

  private count(probes: number): void {
    this.total += probes
    const second = Math.floor(this.clock.now() / 1000)
    if (second !== this.second) this.inSecond = 0
    this.second = second
    this.inSecond += probes
    this.most = Math.max(this.most, this.inSecond)
  }
}
