// The memory of a model: stories by key, at most so many; the longest unused is forgotten first and counted. Used by every model that counts over time.

/** Keys are cut here (characters), so that a forged field cannot make them large. */
const MAX_KEY = 200

export class BoundedStories<T> {
  private stories = new Map<string, T>()
  private forgotten = 0
  constructor(private readonly limit: number) {}

  get size(): number {
    return this.stories.size
  }

  /** Stories forgotten for want of room since the start of the process. */
  get dropped(): number {
    return this.forgotten
  }

  peek(key: string): T | undefined {
    return this.stories.get(key.slice(0, MAX_KEY))
  }

  /** The story of a key, made when there is none; it counts as just used. */
  touch(longKey: string, make: () => T): T {
    const key = longKey.slice(0, MAX_KEY)
    const story = this.stories.get(key) ?? make()
    this.stories.delete(key)
    this.stories.set(key, story)
    if (this.stories.size > this.limit) {
      this.stories.delete(this.stories.keys().next().value!)
      this.forgotten += 1
    }
    return story
  }

  delete(key: string): void {
    this.stories.delete(key.slice(0, MAX_KEY))
  }

  /** The most recently used, oldest first, as many as fit into `count` entries and `characters` of JSON. */
  save(count: number, characters: number, plain: (story: T) => unknown): [string, unknown][] {
    const saved: [string, unknown][] = []
    let room = characters
    for (const [key, story] of [...this.stories].slice(-count).reverse()) {
      const entry: [string, unknown] = [key, plain(story)]
      room -= JSON.stringify(entry).length
      if (room < 0) break
      saved.push(entry)
    }
    return saved.reverse()
  }

  load(entries: readonly (readonly [string, T])[]): void {
    this.stories = new Map(entries.slice(-this.limit))
  }
}
