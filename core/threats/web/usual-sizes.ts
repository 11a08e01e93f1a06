// How large the answers of a path usually are, so that an answer to an attack can be told from an ordinary page; used by the model web-attack.
import { z } from 'zod'
import { BoundedStories } from '../models/bounded-stories.js'

const MAX_PATHS = 5_000
const SAVED_PATHS = 300
const SAMPLES = 15
/** Fewer say nothing about what is usual. */
const ENOUGH = 8
const Saved = z.array(z.tuple([z.string().max(200), z.array(z.number().min(0).max(1e15)).max(SAMPLES)])).max(SAVED_PATHS)

export class UsualSizes {
  private readonly paths = new BoundedStories<number[]>(MAX_PATHS)

  get size(): number {
    return this.paths.size
  }
  get dropped(): number {
    return this.paths.dropped
  }

  /** An ordinary answer with status 200. */
  learn(path: string, bytes: number): void {
    const sizes = this.paths.touch(path, () => [])
    sizes.push(bytes)
    if (sizes.length > SAMPLES) sizes.shift()
  }

  /** Undefined while too little is known; else whether the answer is one the path usually gives. Robust: median and 1.4826·MAD, at least 10 % or 64 bytes. */
  isUsual(path: string, bytes: number): boolean | undefined {
    const sizes = this.paths.peek(path)
    if (sizes === undefined || sizes.length < ENOUGH) return undefined
    const middle = median(sizes)
    const spread = 1.4826 * median(sizes.map(size => Math.abs(size - middle)))
    return Math.abs(bytes - middle) <= Math.max(3.5 * spread, middle * 0.1, 64)
  }

  snapshot(): unknown {
    return this.paths.save(SAVED_PATHS, 60_000, sizes => sizes)
  }

  restore(state: unknown): void {
    this.paths.load(Saved.safeParse(state).data ?? [])
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1]!
}
