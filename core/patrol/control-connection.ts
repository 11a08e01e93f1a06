// One connection to a machine of the scope, measured before, during and after a run: how much its network feels the scan.
import type { ScanEngines } from '../ports/scan-engine.js'
import { ImpactWatch, median, type Verdict } from './impact.js'

const PORTS = [443, 80, 22, 445, 3389]
const HOSTS = 4
const SAMPLES = 5
const TIMEOUT_MILLISECONDS = 1000

export class ControlConnection {
  private place: { readonly address: string; readonly port: number } | undefined
  private watch: ImpactWatch | undefined
  private measuring = false
  private permit: (address: string) => boolean = () => false

  constructor(private readonly engines: Pick<ScanEngines, 'connectTime'>) {}

  get name(): string | null {
    return this.place ? `${this.place.address}:${this.place.port}` : null
  }
  get before(): number | null {
    return this.watch?.before ?? null
  }

  /** Looks for a machine that answers, until one was found; `permit` is asked before each packet. */
  async begin(hosts: readonly string[], permit: (address: string) => boolean): Promise<void> {
    this.permit = permit
    if (this.watch) return
    for (const address of hosts.slice(0, HOSTS))
      for (const port of PORTS) {
        if (!permit(address) || (await this.engines.connectTime(address, port, TIMEOUT_MILLISECONDS / 2)) === null) continue
        this.place = { address, port }
        this.watch = new ImpactWatch(await this.measure(SAMPLES))
        return
      }
  }

  async sample(): Promise<Verdict> {
    if (!this.place || !this.watch || this.measuring) return 'steady'
    this.measuring = true
    try {
      // The quickest of some: a process that is busy itself must not blame the network.
      const times = await this.measure(3)
      return times.length === 0 ? 'steady' : this.watch.judge(Math.min(...times))
    } finally {
      this.measuring = false
    }
  }

  async end(): Promise<{ readonly during: number | null; readonly after: number | null }> {
    return { during: this.watch?.during ?? null, after: median(await this.measure(SAMPLES)) }
  }

  private async measure(times: number): Promise<readonly number[]> {
    const samples: number[] = []
    for (let n = 0; n < times; n++) {
      if (!this.place || !this.permit(this.place.address)) break
      samples.push((await this.engines.connectTime(this.place.address, this.place.port, TIMEOUT_MILLISECONDS)) ?? TIMEOUT_MILLISECONDS)
    }
    return samples
  }
}
