// Remembers callbacks that were taken, so that a repeat or a replay gets the same answer without being heard again; used by wecom-callback.ts.

interface Entry<T> {
  readonly at: number
  readonly answer: Promise<T>
}

export class HeardOnce<T> {
  /** In the order they came: the first is the oldest. */
  private readonly entries = new Map<string, Entry<T>>()

  /** @param keepMilliseconds how long a repeat is recognised @param max entries; the oldest go first */
  constructor(
    private readonly now: () => number,
    private readonly keepMilliseconds: number,
    private readonly max: number,
  ) {}

  /** What `hear` gave the first time. What failed is forgotten: the sender will try again and must be heard then. */
  take(key: string, hear: () => Promise<T>): Promise<T> {
    const now = this.now()
    for (const [oldest, entry] of this.entries) {
      if (this.entries.size < this.max && now - entry.at <= this.keepMilliseconds) break
      this.entries.delete(oldest)
    }
    const known = this.entries.get(key)
    if (known) return known.answer
    const entry = { at: now, answer: hear() }
    this.entries.set(key, entry)
    entry.answer.catch(() => {
      if (this.entries.get(key) === entry) this.entries.delete(key)
    })
    return entry.answer
  }
}
