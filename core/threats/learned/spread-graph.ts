// The graph of who turns to whom inside one customer's network, bounded: fan-outs, victims that turn attackers, one account's way from host to host. Used by models/lateral-spread.ts.
import { z } from 'zod'

export interface Edge {
  readonly from: string
  readonly to: string
  readonly port: number | undefined
  /** Milliseconds. */
  readonly at: number
  /** The account that logged on, where the event is a logon. */
  readonly user?: string | undefined
  /** Undefined where the event is no logon. */
  readonly succeeded?: boolean | undefined
}

export type SpreadKind = 'fan-out' | 'admin-fan-out' | 'turned-attacker' | 'credential-path'

export interface Spread {
  readonly kind: SpreadKind
  readonly count: number
  /** Machines, first to last, for what has a way. */
  readonly path: readonly string[]
}

export interface SpreadLimits {
  readonly windowSeconds: number
  readonly peers: number
  readonly adminPeers: number
  readonly warmUpHours: number
}

interface Source {
  /** Machines it has turned to before → day of the last time. */
  readonly known: Map<string, number>
  recent: { readonly to: string; readonly at: number; readonly admin: boolean }[]
}
interface Mark {
  readonly by: string
  readonly at: number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** SSH, RPC, NetBIOS, SMB, RDP, WinRM, VNC, Telnet. */
const ADMIN = new Set([22, 23, 135, 139, 445, 3389, 5900, 5985, 5986])
const MAX_SOURCES = 5_000
const SAVED_SOURCES = 150
const KNOWN = 1_024
const SAVED_KNOWN = 48
const RECENT = 128
const FORGET_DAYS = 30
const MAX_MARKS = 2_000
const SAVED_MARKS = 300
/** New ways to administer others that a machine which was attacked itself needs to be called turned. */
const TURNED = 2
const FAILURES = 5
const PATH = 3
/** Before there is a memory of what is usual, this many times the limits are asked for. */
const WARM_UP_FACTOR = 3

const text = z.string().max(64)
const number = z.number().min(-1e15).max(1e15)
const Saved = z.strictObject({
  since: number.nullable(),
  sources: z
    .array(z.tuple([text, z.array(z.tuple([text, number])).max(SAVED_KNOWN), z.array(z.tuple([text, number, z.boolean()])).max(RECENT)]))
    .max(SAVED_SOURCES),
  marks: z.array(z.tuple([text, text, number])).max(SAVED_MARKS),
  failures: z.array(z.tuple([z.string().max(140), number, number])).max(SAVED_MARKS),
  ways: z.array(z.tuple([text, z.array(text).max(8), number])).max(SAVED_MARKS),
})

export class SpreadGraph {
  private since: number | undefined
  private sources = new Map<string, Source>()
  /** Machines that were attacked from inside. */
  private marks = new Map<string, Mark>()
  private failures = new Map<string, { count: number; at: number }>()
  private ways = new Map<string, { path: string[]; at: number }>()
  constructor(private readonly limits: SpreadLimits) {}

  add(edge: Edge): Spread[] {
    const { from, to, at } = edge
    this.since ??= at
    if (from === to) return []
    if (edge.succeeded === false) return this.failed(from, to, at)
    const source = this.sourceOf(from)
    const day = Math.floor(at / DAY)
    const last = source.known.get(to)
    const isNew = last === undefined || day - last > FORGET_DAYS
    // The usual case, and the cheap one: a way that is known.
    if (!isNew && edge.succeeded === undefined) {
      if (last !== day) source.known.set(to, day)
      return []
    }
    source.known.delete(to)
    source.known.set(to, day)
    if (source.known.size > KNOWN) source.known.delete(source.known.keys().next().value!)
    const found: Spread[] = []
    if (edge.succeeded) found.push(...this.entered(edge, isNew))
    if (isNew) found.push(...this.spread(edge, source))
    return found
  }

  /** Something else says that the machine was attacked: an alert of another product inside the network. */
  mark(victim: string, by: string, at: number): void {
    this.marks.delete(victim)
    this.marks.set(victim, { by, at })
    if (this.marks.size > MAX_MARKS) this.marks.delete(this.marks.keys().next().value!)
  }

  snapshot(): unknown {
    return {
      since: this.since ?? null,
      sources: [...this.sources]
        .slice(-SAVED_SOURCES)
        .map(([name, { known, recent }]) => [name, [...known].slice(-SAVED_KNOWN), recent.map(({ to, at, admin }) => [to, at, admin])]),
      marks: [...this.marks].slice(-SAVED_MARKS).map(([name, { by, at }]) => [name, by, at]),
      failures: [...this.failures].slice(-SAVED_MARKS).map(([key, { count, at }]) => [key, count, at]),
      ways: [...this.ways].slice(-SAVED_MARKS).map(([user, { path, at }]) => [user, path, at]),
    }
  }

  restore(state: unknown): void {
    const saved = Saved.safeParse(state).data ?? { since: null, sources: [], marks: [], failures: [], ways: [] }
    this.since = saved.since ?? undefined
    this.sources = new Map(
      saved.sources.map(([name, known, recent]) => [
        name,
        { known: new Map(known), recent: recent.map(([to, at, admin]) => ({ to, at, admin })) },
      ]),
    )
    this.marks = new Map(saved.marks.map(([name, by, at]) => [name, { by, at }]))
    this.failures = new Map(saved.failures.map(([key, count, at]) => [key, { count, at }]))
    this.ways = new Map(saved.ways.map(([user, path, at]) => [user, { path, at }]))
  }

  private spread({ from, to, port, at }: Edge, source: Source): Spread[] {
    const since = at - this.limits.windowSeconds * 1000
    const admin = port !== undefined && ADMIN.has(port)
    source.recent = [...source.recent.filter(one => one.at >= since), { to, at, admin }].slice(-RECENT)
    const factor = at - this.since! < this.limits.warmUpHours * HOUR ? WARM_UP_FACTOR : 1
    const all = new Set(source.recent.map(one => one.to)).size
    const admins = new Set(source.recent.filter(one => one.admin).map(one => one.to))
    const mark = this.marks.get(from)
    if (mark !== undefined && at - mark.at < DAY && at >= mark.at && admins.size >= TURNED && admin)
      return [{ kind: 'turned-attacker', count: admins.size, path: [mark.by, from, to] }]
    if (admins.size >= this.limits.adminPeers * factor) {
      // Whoever it reached may be the next to spread.
      for (const target of admins) this.mark(target, from, at)
      return [{ kind: 'admin-fan-out', count: admins.size, path: [from, ...[...admins].slice(-3)] }]
    }
    return all >= this.limits.peers * factor ? [{ kind: 'fan-out', count: all, path: [from] }] : []
  }

  private failed(from: string, to: string, at: number): Spread[] {
    const key = `${from} ${to}`
    const known = this.failures.get(key)
    this.failures.delete(key)
    this.failures.set(key, { count: known !== undefined && at - known.at < HOUR ? known.count + 1 : 1, at })
    if (this.failures.size > MAX_MARKS) this.failures.delete(this.failures.keys().next().value!)
    return []
  }

  /** A logon that worked: perhaps after guessing, perhaps one more step of an account's way. */
  private entered({ from, to, at, user }: Edge, isNew: boolean): Spread[] {
    const key = `${from} ${to}`
    const guessed = this.failures.get(key)
    if (guessed !== undefined && guessed.count >= FAILURES && at - guessed.at < HOUR) this.mark(to, from, at)
    this.failures.delete(key)
    if (user === undefined) return []
    const way = this.ways.get(user)
    const goesOn = way !== undefined && at - way.at < HOUR && at >= way.at && way.path.at(-1) === from && !way.path.includes(to)
    const path = goesOn ? [...way.path, to].slice(-8) : [from, to]
    this.ways.delete(user)
    this.ways.set(user, { path, at })
    if (this.ways.size > MAX_MARKS) this.ways.delete(this.ways.keys().next().value!)
    return isNew && goesOn && path.length > PATH ? [{ kind: 'credential-path', count: path.length, path }] : []
  }

  private sourceOf(name: string): Source {
    const source = this.sources.get(name) ?? { known: new Map<string, number>(), recent: [] }
    this.sources.delete(name)
    this.sources.set(name, source)
    if (this.sources.size > MAX_SOURCES) this.sources.delete(this.sources.keys().next().value!)
    return source
  }
}
