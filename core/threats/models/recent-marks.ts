// What one party did lately: marks with their times inside a sliding window, repeats told apart from new ones. Used by the models that count different things.
import { z } from 'zod'
import { ownText } from '../../own-text.js'

/** Marks remembered per story; a text is cut here (characters). */
const MAX_MARKS = 64
const MAX_MARK = 96

const time = z.number().min(-1e14).max(1e15)
export const SavedMarks = z.object({
  marks: z.array(z.tuple([z.string().max(MAX_MARK), time])).max(MAX_MARKS),
  total: z.number().min(0).max(1e15),
  said: z.number().min(0).max(1e15),
  saidAt: time,
  lastAt: time,
})
type SavedMarks = z.output<typeof SavedMarks>

export class RecentMarks {
  private marks = new Map<string, number>()
  /** Events since the story began; it begins anew after a silence as long as the window. */
  total = 0
  private said = 0
  private saidAt = 0
  private lastAt = Number.NEGATIVE_INFINITY

  /** @param window milliseconds; times are event times and may go back a little */
  add(mark: string, at: number, window: number): void {
    if (at - this.lastAt > window) {
      this.marks.clear()
      this.total = 0
      this.said = 0
    }
    this.lastAt = Math.max(this.lastAt, at)
    this.total += 1
    const short = mark.length > MAX_MARK ? mark.slice(0, MAX_MARK) : mark
    if (this.marks.size === 1 && this.marks.has(short)) this.marks.set(short, at)
    else {
      this.marks.delete(short)
      this.marks.set(ownText(short), at)
    }
    if (this.marks.size === 1 && at > this.lastAt - window) return
    for (const [known, seenAt] of this.marks) {
      if (this.marks.size <= MAX_MARKS && seenAt > this.lastAt - window) break
      this.marks.delete(known)
    }
  }

  /** Different marks inside the window. */
  get different(): number {
    return this.marks.size
  }

  /** Different marks not older than `at`. */
  since(at: number): number {
    let count = 0
    for (const seenAt of this.marks.values()) if (seenAt >= at) count += 1
    return count
  }

  get names(): readonly string[] {
    return [...this.marks.keys()]
  }

  /** True the first time, whenever the total has doubled, and at least hourly: a story that goes on is never silent, nor a flood. */
  mayTell(at: number): boolean {
    const due = this.said === 0 || this.total >= this.said * 2 || at - this.saidAt >= 3_600_000
    if (!due) return false
    this.said = this.total
    this.saidAt = at
    return true
  }

  save(): SavedMarks {
    return {
      marks: [...this.marks],
      total: this.total,
      said: this.said,
      saidAt: this.saidAt,
      lastAt: Number.isFinite(this.lastAt) ? this.lastAt : 0,
    }
  }

  static load(saved: SavedMarks): RecentMarks {
    const marks = new RecentMarks()
    marks.marks = new Map(saved.marks)
    marks.total = saved.total
    marks.said = saved.said
    marks.saidAt = saved.saidAt
    marks.lastAt = saved.lastAt
    return marks
  }
}
