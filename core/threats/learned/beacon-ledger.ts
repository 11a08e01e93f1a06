// Remembers the latest connections of many pairs in bounded memory and says which look like a beacon; used by models/covert-beacon.ts and the campaign.
import { z } from 'zod'
import { beaconSigns, type BeaconSigns } from './beacon-score.js'

export interface Connection {
  readonly source: string
  readonly destination: string
  readonly port: number
  /** Milliseconds. */
  readonly at: number
  readonly sent?: number | undefined
  readonly received?: number | undefined
}

interface Pair {
  /** Seconds, the newest last. */
  times: number[]
  sent: number[]
  received: number[]
  count: number
}

export interface LedgerLimits {
  readonly pairs: number
  readonly savedPairs: number
}

/** Connections of one pair that are looked at. */
const KEPT = 32
/** More hosts than this need not be told apart: nobody calls that rare. */
const SOURCES = 24
/** Connections opened together are one call. */
const TOGETHER_SECONDS = 1
const number = z.number().min(-1e15).max(1e15)
const numbers = z.array(number).max(KEPT)
const Saved = z.strictObject({
  pairs: z.array(z.tuple([z.string().max(200), numbers, numbers, numbers, number])).max(5_000),
  sources: z.array(z.tuple([z.string().max(100), z.array(z.string().max(64)).max(SOURCES)])).max(5_000),
})

export class BeaconLedger {
  private pairs = new Map<string, Pair>()
  private sources = new Map<string, Set<string>>()
  /** Pairs forgotten because there were too many. */
  dropped = 0
  constructor(private readonly limits: LedgerLimits = { pairs: 20_000, savedPairs: 400 }) {}

  /** Connections of the pair so far, those opened together counted once; 0 for one that came too late to be placed. */
  add({ source, destination, port, at, sent = 0, received = 0 }: Connection): number {
    const key = keyOf(source, destination, port)
    this.noteSource(destination, source)
    let pair = this.pairs.get(key)
    if (pair === undefined) {
      pair = { times: [], sent: [], received: [], count: 0 }
      if (this.pairs.size >= this.limits.pairs) {
        this.pairs.delete(this.pairs.keys().next().value!)
        this.dropped++
      }
    } else this.pairs.delete(key)
    this.pairs.set(key, pair)
    const seconds = Math.round(at / 1000)
    const last = pair.times.at(-1)
    if (last !== undefined && seconds - last <= TOGETHER_SECONDS) return 0
    pair.times.push(seconds)
    pair.sent.push(sent)
    pair.received.push(received)
    pair.count++
    if (pair.times.length > KEPT) {
      pair.times.shift()
      pair.sent.shift()
      pair.received.shift()
    }
    return pair.count
  }

  signs(source: string, destination: string, port: number): BeaconSigns | undefined {
    const pair = this.pairs.get(keyOf(source, destination, port))
    if (pair === undefined || pair.times.length < 3) return undefined
    return beaconSigns(pair.times, pair.sent, pair.received, this.sourcesOf(destination))
  }

  sourcesOf(destination: string): number {
    return this.sources.get(destination)?.size ?? 0
  }

  snapshot(): unknown {
    const all = [...this.pairs]
    // Pairs seen once or twice tell little: they are saved only where there is room.
    const begun = all.filter(([, pair]) => pair.count > 2).slice(-this.limits.savedPairs)
    const room = this.limits.savedPairs - begun.length
    const kept = room > 0 ? [...all.filter(([, pair]) => pair.count <= 2).slice(-room), ...begun] : begun
    const destinations = new Set(kept.map(([key]) => key.split(' ')[1]!))
    return {
      pairs: kept.map(([key, pair]) => [key, differences(pair.times), pair.sent, pair.received, pair.count]),
      sources: [...destinations].map(destination => [destination, [...(this.sources.get(destination) ?? [])]]),
    }
  }

  restore(state: unknown): void {
    const saved = Saved.safeParse(state).data ?? { pairs: [], sources: [] }
    this.pairs = new Map(
      saved.pairs.map(([key, gaps, sent, received, count]) => [
        key,
        { times: sums(gaps), sent: [...sent], received: [...received], count },
      ]),
    )
    this.sources = new Map(saved.sources.map(([destination, names]) => [destination, new Set(names)]))
  }

  private noteSource(destination: string, source: string): void {
    let known = this.sources.get(destination)
    if (known === undefined) {
      known = new Set()
      if (this.sources.size >= this.limits.pairs) this.sources.delete(this.sources.keys().next().value!)
    } else this.sources.delete(destination)
    this.sources.set(destination, known)
    if (known.size < SOURCES) known.add(source.slice(0, 64))
  }
}

function keyOf(source: string, destination: string, port: number): string {
  return `${source.slice(0, 64)} ${destination.slice(0, 100)} ${port}`
}

/** The first as it is, the others as their distance from the one before: a third of the size. */
function differences(times: readonly number[]): number[] {
  return times.map((at, n) => (n === 0 ? at : at - times[n - 1]!))
}

function sums(gaps: readonly number[]): number[] {
  let at = 0
  return gaps.map(gap => (at += gap))
}
