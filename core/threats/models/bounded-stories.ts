// The memory of a model: stories by key, at most so many; what was not used for longest is forgotten first and counted. Used by every model that counts over time.
import { ownText } from '../../own-text.js'

/** Keys are cut here (characters), so that a forged field cannot make them large. */
const MAX_KEY = 200

function cut(key: string): string {
  return key.length > MAX_KEY ? key.slice(0, MAX_KEY) : key
}

/**
 * Two generations: what is used moves to the young one, and when that is half of the limit, what is left in the old one is forgotten. One Map that
 * is kept in order of use would have to step over all its deleted entries to find its oldest.
 */
export class BoundedStories<T> {
  private young = new Map<string, T>()
  private old = new Map<string, T>()
  private forgotten = 0
  constructor(private readonly limit: number) {}

  get size(): number {
    return this.young.size + this.old.size
  }

  /** Stories forgotten for want of room since the start of the process. */
  get dropped(): number {
    return this.forgotten
  }

  peek(longKey: string): T | undefined {
    const key = cut(longKey)
    return this.young.get(key) ?? this.old.get(key)
  }

  /** The story of a key, made when there is none; it counts as just used. */
  touch(longKey: string, make: () => T): T {
    const key = cut(longKey)
    const known = this.young.get(key)
    if (known !== undefined) return known
    const story = this.old.get(key) ?? make()
    this.old.delete(key)
    this.young.set(ownText(key), story)
    if (this.young.size * 2 >= this.limit) {
      this.forgotten += this.old.size
      this.old = this.young
      this.young = new Map()
    }
    return story
  }

  delete(longKey: string): void {
    const key = cut(longKey)
    this.young.delete(key)
    this.old.delete(key)
  }

  /** The most recently used, oldest first, as many as fit into `count` entries and `characters` of JSON. */
  save(count: number, characters: number, plain: (story: T) => unknown): [string, unknown][] {
    const saved: [string, unknown][] = []
    let room = characters
    for (const [key, story] of [...this.old, ...this.young].slice(-count).reverse()) {
      const entry: [string, unknown] = [key, plain(story)]
      room -= JSON.stringify(entry).length
      if (room < 0) break
      saved.push(entry)
    }
    return saved.reverse()
  }

  load(entries: readonly (readonly [string, T])[]): void {
    this.old = new Map()
    this.young = new Map()
    for (const [key, story] of entries.slice(-this.limit)) this.touch(key, () => story)
  }
}
