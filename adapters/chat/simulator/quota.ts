// Counts what one conversation, webhook or robot did lately and refuses above the limit with 45009.
import type { Clock } from '../../../core/ports/clock.js'
import { WecomRefusal } from './wecom-refusal.js'

interface Window {
  readonly milliseconds: number
  readonly max: number
}

const maxKeys = 100_000

export class Quota {
  private readonly taken = new Map<string, number[]>()

  constructor(
    private readonly clock: Clock,
    /** Asked every time: limits change while the sandbox runs. */
    private readonly windows: () => readonly Window[],
  ) {}

  /** Whether one more fits now. @throws WecomRefusal 45009 */
  check(key: string): void {
    const now = this.clock.now()
    const times = this.recent(key, now)
    for (const window of this.windows()) {
      const from = now - window.milliseconds
      let count = 0
      for (let i = times.length - 1; i >= 0 && (times[i] ?? 0) > from; i--) count++
      if (count >= window.max) throw new WecomRefusal(45009, 'api freq out of limit')
    }
  }

  /** @returns whether one more fits now */
  fits(key: string): boolean {
    try {
      this.check(key)
      return true
    } catch {
      return false
    }
  }

  /** Counts one that was accepted; what was refused does not count. */
  take(key: string): void {
    this.recent(key, this.clock.now()).push(this.clock.now())
  }

  private recent(key: string, now: number): number[] {
    const longest = Math.max(...this.windows().map(window => window.milliseconds))
    const times = (this.taken.get(key) ?? []).filter(time => time > now - longest)
    this.taken.set(key, times)
    if (this.taken.size > maxKeys) {
      const oldest = this.taken.keys().next()
      if (oldest.done !== true) this.taken.delete(oldest.value)
    }
    return times
  }
}
