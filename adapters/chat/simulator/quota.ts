// Counts what one conversation, webhook or robot did lately and refuses above the limit with 45009.
import type { Clock } from '../../../core/ports/clock.js'
import { WecomRefusal } from './wecom-refusal.js'

interface Window {
  readonly milliseconds: number
  readonly max: number
}

export class Quota {
  private readonly taken = new Map<string, number[]>()

  constructor(
    private readonly clock: Clock,
    private readonly windows: readonly Window[],
  ) {}

  /** Whether one more fits now. @throws WecomRefusal 45009 */
  check(key: string): void {
    const now = this.clock.now()
    const times = this.recent(key, now)
    for (const window of this.windows) {
      const from = now - window.milliseconds
      let count = 0
      for (let i = times.length - 1; i >= 0 && (times[i] ?? 0) > from; i--) count++
      if (count >= window.max) throw new WecomRefusal(45009, 'api freq out of limit')
    }
  }

  /** Counts one that was accepted; what was refused does not count. */
  take(key: string): void {
    this.recent(key, this.clock.now()).push(this.clock.now())
  }

  private recent(key: string, now: number): number[] {
    const longest = Math.max(...this.windows.map(window => window.milliseconds))
    const times = (this.taken.get(key) ?? []).filter(time => time > now - longest)
    this.taken.set(key, times)
    return times
  }
}
