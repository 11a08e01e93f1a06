// Adds up what a run did and felt like, for the receipt the customer gets after it; filled by patrol-runner.ts.
import type { Pace } from './pace.js'
import type { ImpactReceipt } from './patrol.js'
import type { SliceOutcome } from './slice-work.js'

const MOST_FRESH = 50

export interface ControlFigures {
  readonly address: string | null
  readonly before: number | null
  readonly during: number | null
  readonly after: number | null
}

export class Totals {
  private readonly skipped = new Map<string, number>()
  private readonly fresh: string[] = []
  private slowings = 0
  private seen = 0
  private silent = 0
  private findings = 0
  private weak = 0
  private probes = 0
  private partial = false

  /** Titles of the engines that were ready. */
  constructor(private readonly engines: readonly string[]) {}

  get isPartial(): boolean {
    return this.partial
  }

  skip(why: string, hosts: number): void {
    if (hosts <= 0) return
    this.partial = true
    this.skipped.set(why, (this.skipped.get(why) ?? 0) + hosts)
  }

  slowed(): void {
    this.slowings++
  }

  /** `findings`: new ones; `fresh`: addresses no run saw before. */
  add({ results, observations, silent, partial }: SliceOutcome, hosts: number, findings: number, fresh: readonly string[]): void {
    if (partial !== null) this.skip(partial, hosts)
    this.seen += observations.length
    this.silent += silent.length
    this.findings += findings
    this.weak += results.flatMap(result => result.drafts).filter(draft => draft.kind === 'weak_credential').length
    this.fresh.push(...fresh.slice(0, MOST_FRESH - this.fresh.length))
    this.probes += results.reduce((sum, result) => sum + result.probes, 0)
  }

  receipt(pace: Pace, control: ControlFigures, stoppedForImpact: boolean): ImpactReceipt {
    // Engines that pace themselves do not draw from the bucket; their rate is at most the one they were given.
    if (this.probes > pace.probes) pace.add(this.probes - pace.probes, 1)
    return {
      probes: pace.probes,
      peakPerSecond: pace.peakPerSecond,
      control: control.address,
      before: control.before,
      during: control.during,
      after: control.after,
      slowed: this.slowings,
      stoppedForImpact,
      hostsSeen: this.seen,
      hostsSilent: this.silent,
      newHosts: this.fresh,
      findings: this.findings,
      weakAccounts: this.weak,
      skipped: [...this.skipped].map(([why, hosts]) => ({ why, hosts })),
      engines: this.engines,
    }
  }
}
