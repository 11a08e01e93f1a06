// The memory of one attacker at one victim: recent failures, and the guessing that grew out of them. Kept by password-guessing.ts.
import { z } from 'zod'
import type { HitEvidence } from '../hit.js'

export interface StoryParams {
  readonly attempts: number
  readonly windowSeconds: number
  readonly successSeconds: number
}

interface Failure {
  readonly at: number
  readonly weight: number
  readonly userName?: string | undefined
}

/** From the moment the threshold was reached. */
interface Guessing {
  firstAt: number
  lastAt: number
  readonly reachedAt: number
  total: number
  said: number
  saidAt: number
  readonly users: Set<string>
  readonly cameIn: Set<string>
}

/** What is to be said about the story now. */
export interface Telling {
  readonly count: number
  readonly spanMilliseconds: number
  readonly users: readonly string[]
  readonly evidence: readonly HitEvidence[]
}

/** Failures kept beyond the threshold, so that late ones find the window they belong to. */
const SPARE = 56
const MAX_USERS = 32
const RECENT = 3
/** An attack that goes on is said again at least this often, so that nobody takes it for over. */
const REMIND_MILLISECONDS = 3_600_000

const time = z.number().min(-1e14).max(1e15)
const name = z.string().max(64)
const names = z.array(name).max(MAX_USERS)
const Evidence = z.object({
  raw: z.string().max(500),
  at: z.string().max(32),
  position: z.object({ file: z.string().max(200), offset: z.number() }).optional(),
}) as z.ZodType<HitEvidence>
const count = z.number().min(0).max(1e15)
export const SavedStory = z.object({
  failures: z.array(z.tuple([time, count, name.nullable()])).max(1_000),
  guessing: z
    .object({
      firstAt: time,
      lastAt: time,
      reachedAt: time,
      total: count,
      said: count,
      saidAt: time,
      users: names,
      cameIn: names,
    })
    .optional(),
  lines: z.array(Evidence).max(RECENT + 1),
})
type SavedStory = z.output<typeof SavedStory>

export class GuessStory {
  private failures: Failure[] = []
  private guessing: Guessing | undefined
  /** The first failure's line and those of the newest. */
  private lines: HitEvidence[] = []

  get isGuessing(): boolean {
    return this.guessing !== undefined
  }

  /** Something to tell when the threshold is reached, when the count has doubled since, and after an hour of going on. */
  fail(failure: Failure, evidence: HitEvidence, params: StoryParams): Telling | undefined {
    const { attempts } = params
    const window = params.windowSeconds * 1000
    const { at, weight, userName } = failure
    const newest = this.failures.at(-1)?.at
    if (newest !== undefined && at > newest + window) this.lines = []
    this.insert(failure, attempts + SPARE, window)
    const before = this.lines
    this.lines = before.length <= RECENT ? [...before, evidence] : [before[0]!, ...before.slice(2), evidence]
    const going = this.guessing
    if (going === undefined || at > going.lastAt + window || at < going.firstAt - window) {
      const burst = this.burst(at, attempts, window)
      if (burst === undefined) return undefined
      this.guessing = {
        firstAt: burst[0]!.at,
        lastAt: burst.at(-1)!.at,
        reachedAt: at,
        total: sum(burst),
        said: 0,
        saidAt: at,
        users: new Set(burst.flatMap(one => one.userName ?? []).slice(0, MAX_USERS)),
        cameIn: new Set(),
      }
    } else {
      going.total += weight
      going.firstAt = Math.min(going.firstAt, at)
      going.lastAt = Math.max(going.lastAt, at)
      if (userName !== undefined && going.users.size < MAX_USERS) going.users.add(userName)
      if (going.total < going.said * 2 && at - going.saidAt < REMIND_MILLISECONDS) return undefined
    }
    const now = this.guessing!
    now.said = now.total
    now.saidAt = Math.max(now.saidAt, at)
    return this.telling(now, [...before, evidence], window)
  }

  /** Something to tell when an account comes in during the guessing or soon after it; once per account. */
  succeed(at: number, userName: string | undefined, evidence: HitEvidence, params: StoryParams): Telling | undefined {
    const now = this.guessing
    if (now === undefined || at < now.reachedAt || at > now.lastAt + params.successSeconds * 1000) return undefined
    const account = userName ?? ''
    if (now.cameIn.has(account) || now.cameIn.size >= MAX_USERS) return undefined
    now.cameIn.add(account)
    return this.telling(now, [...this.lines, evidence], params.windowSeconds * 1000)
  }

  save(): SavedStory {
    const { guessing } = this
    return {
      failures: this.failures.map(one => [one.at, one.weight, one.userName ?? null]),
      ...(guessing === undefined ? {} : { guessing: { ...guessing, users: [...guessing.users], cameIn: [...guessing.cameIn] } }),
      // A handful of failures is not worth keeping its lines for.
      lines: guessing === undefined ? [] : this.lines,
    }
  }

  static load(saved: SavedStory): GuessStory {
    const story = new GuessStory()
    story.failures = saved.failures.map(([at, weight, userName]) => ({ at, weight, userName: userName ?? undefined }))
    story.lines = saved.lines
    const { guessing } = saved
    if (guessing !== undefined) story.guessing = { ...guessing, users: new Set(guessing.users), cameIn: new Set(guessing.cameIn) }
    return story
  }

  /** Kept in order of time; what neither the newest failure's window nor one that comes late can need is dropped. */
  private insert(failure: Failure, limit: number, window: number): void {
    const { failures } = this
    let index = failures.length
    while (index > 0 && failures[index - 1]!.at > failure.at) index -= 1
    if (index === failures.length) failures.push(failure)
    else failures.splice(index, 0, failure)
    const oldest = failures.at(-1)!.at - 2 * window
    let outdated = Math.max(0, failures.length - limit)
    while (outdated < failures.length && failures[outdated]!.at <= oldest) outdated += 1
    if (outdated > 0) failures.splice(0, outdated)
  }

  /** The failures of a window that holds the one at `at` and enough others. */
  private burst(at: number, attempts: number, window: number): Failure[] | undefined {
    const { failures } = this
    for (let end = failures.length - 1; end >= 0 && failures[end]!.at >= at; end -= 1) {
      const last = failures[end]!.at
      if (last - at >= window) continue
      const inside = failures.filter((one, index) => index <= end && one.at > last - window)
      if (sum(inside) >= attempts) return inside
    }
    return undefined
  }

  private telling(now: Guessing, evidence: readonly HitEvidence[], window: number): Telling {
    return { count: now.total, spanMilliseconds: Math.max(window, now.lastAt - now.firstAt), users: [...now.users], evidence }
  }
}

function sum(failures: readonly Failure[]): number {
  return failures.reduce((total, one) => total + one.weight, 0)
}
