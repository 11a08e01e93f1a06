// What is usual for one account (domain.md 10.2, M4): its machines, places, hours and failures; says how a logon departs from it. Used by account-book.ts.
import { z } from 'zod'
import { robustZ } from './robust.js'

export interface Logon {
  readonly account: string
  /** The machine logged on to. */
  readonly host?: string | undefined
  /** Milliseconds. */
  readonly at: number
  readonly succeeded: boolean
  readonly country?: string | undefined
  readonly city?: string | undefined
  readonly latitude?: number | undefined
  readonly longitude?: number | undefined
}

export type DepartureKind = 'impossible-travel' | 'new-country' | 'new-host' | 'off-hours' | 'host-sweep' | 'failure-burst'

export interface Departure {
  readonly kind: DepartureKind
  /** 0–1. */
  readonly strength: number
  /** Chinese, with figures. */
  readonly words: string
}

export interface ProfileLimits {
  readonly learningDays: number
  /** Robust z from which a number counts. */
  readonly deviation: number
}

const DAY = 86_400_000
const HOUR = 3_600_000
const HOSTS = 48
const PLACES = 12
const DAILY = 21
const FAILURES = 100
/** Logons without which nothing can be called unusual. */
const LEAST_LOGONS = 20
const LEAST_DAYS = 5
const SWEEP_HOSTS = 5
const LEAST_FAILURES = 10
/** Faster than any airliner, door to door, over a distance no wrong entry of an address book explains. */
const MOST_KMH = 900
const LEAST_KM = 500
/** New machines in a fortnight above which new machines are this account's habit. */
const ROAMS = 3

const count = z.number().min(-1e15).max(1e15)
export const SavedProfile = z.tuple([
  z.string().max(80),
  /** first, last, logons, days, lastDay, failuresToday */
  z.array(count).length(6),
  z.array(z.tuple([z.string().max(64), count])).max(HOSTS),
  z.array(z.string().max(64)).max(PLACES),
  z.array(count).length(24),
  z.array(count).max(DAILY),
  z.array(count).max(FAILURES),
  z.array(count).max(32),
  z.tuple([count, count, count, z.string().max(64)]).nullable(),
])
export type SavedProfile = z.output<typeof SavedProfile>

export class AccountProfile {
  private first: number
  private last = 0
  private logons = 0
  private days = 0
  private lastDay = -1
  private failuresToday = 0
  /** Machine → when it was first used. */
  private hosts = new Map<string, number>()
  private places = new Set<string>()
  private hours = new Array<number>(24).fill(0)
  /** Failures of the days before. */
  private daily: number[] = []
  private failures: number[] = []
  /** When new machines were used, after the first week. */
  private discoveries: number[] = []
  private position: [latitude: number, longitude: number, at: number, place: string] | undefined

  constructor(
    readonly account: string,
    at: number,
  ) {
    this.first = at
  }

  /** Judges first and learns afterwards, so that what departs today is usual only when it stays. */
  add(logon: Logon, limits: ProfileLimits): Departure[] {
    this.turnDay(Math.floor(logon.at / DAY))
    const grown = logon.at - this.first >= limits.learningDays * DAY && this.logons >= LEAST_LOGONS && this.days >= LEAST_DAYS
    const found = logon.succeeded ? this.judgeSuccess(logon, grown) : this.judgeFailure(logon, limits, grown)
    const isElsewhere = found.some(({ kind }) => kind === 'impossible-travel' || kind === 'new-country')
    if (logon.succeeded) this.learn(logon, isElsewhere)
    this.last = Math.max(this.last, logon.at)
    return found
  }

  save(): SavedProfile {
    return [
      this.account,
      [this.first, this.last, this.logons, this.days, this.lastDay, this.failuresToday],
      [...this.hosts],
      [...this.places],
      this.hours,
      this.daily,
      this.failures,
      this.discoveries,
      this.position ?? null,
    ]
  }

  static load([account, figures, hosts, places, hours, daily, failures, discoveries, position]: SavedProfile): AccountProfile {
    const profile = new AccountProfile(account, figures[0]!)
    ;[profile.last, profile.logons, profile.days, profile.lastDay, profile.failuresToday] = figures.slice(1) as [
      number,
      number,
      number,
      number,
      number,
    ]
    profile.hosts = new Map(hosts)
    profile.places = new Set(places)
    profile.hours = [...hours]
    profile.daily = [...daily]
    profile.failures = [...failures]
    profile.discoveries = [...discoveries]
    profile.position = position ?? undefined
    return profile
  }

  private turnDay(day: number): void {
    if (day <= this.lastDay) return
    if (this.lastDay >= 0) this.daily = [...this.daily, this.failuresToday].slice(-DAILY)
    this.failuresToday = 0
    this.lastDay = day
    this.days++
  }

  private judgeSuccess(logon: Logon, grown: boolean): Departure[] {
    const found: Departure[] = []
    const travel = this.travel(logon)
    if (travel !== undefined) found.push(travel)
    if (!grown) return found
    const { country, host, at } = logon
    if (country !== undefined && this.places.size > 0 && !this.places.has(country))
      found.push({ kind: 'new-country', strength: 0.7, words: `首次从 ${country} 登录（以往 ${[...this.places].slice(0, 3).join('、')}）` })
    if (host !== undefined && this.hosts.size > 0 && !this.hosts.has(host)) found.push(...this.newHost(host, at))
    const hour = new Date(at).getUTCHours()
    if (this.isUnusualHour(hour)) found.push({ kind: 'off-hours', strength: 0.4, words: '在以往从不登录的时段登录' })
    return found
  }

  /** Machines that are new one after the other are a search for the next step; where new machines are usual, one says nothing. */
  private newHost(host: string, at: number): Departure[] {
    const hourAgo = at - HOUR
    let fresh = 1
    for (const since of this.hosts.values()) if (since >= hourAgo) fresh++
    if (fresh >= SWEEP_HOSTS) return [{ kind: 'host-sweep', strength: 0.9, words: `1 小时内登录了 ${fresh} 台从未登录过的主机` }]
    const lately = this.discoveries.filter(time => time >= at - 14 * DAY && time < hourAgo).length
    if (lately >= ROAMS) return []
    return [{ kind: 'new-host', strength: 0.45, words: `首次登录主机 ${host}（以往用过 ${this.hosts.size} 台）` }]
  }

  private travel({ latitude, longitude, at, city, country }: Logon): Departure | undefined {
    if (this.position === undefined || latitude === undefined || longitude === undefined) return undefined
    const [fromLatitude, fromLongitude, since, place] = this.position
    const kilometres = distance(fromLatitude, fromLongitude, latitude, longitude)
    if (kilometres < LEAST_KM) return undefined
    const hours = Math.max(Math.abs(at - since) / HOUR, 1 / 60)
    const speed = kilometres / hours
    if (speed < MOST_KMH) return undefined
    const times = hours < 2 ? `${Math.round(hours * 60)} 分钟` : `${Math.round(hours)} 小时`
    return {
      kind: 'impossible-travel',
      strength: 0.8,
      words: `${times}内从 ${place} 到 ${city ?? country ?? '另一地'}（相距约 ${Math.round(kilometres)} 公里），人不可能到达`,
    }
  }

  private judgeFailure(logon: Logon, { deviation }: ProfileLimits, grown: boolean): Departure[] {
    this.failuresToday++
    this.failures = [...this.failures.filter(time => time >= logon.at - HOUR), logon.at].slice(-FAILURES)
    const failed = this.failures.length
    if (!grown || failed < LEAST_FAILURES || robustZ(failed, this.daily) < deviation) return []
    return [{ kind: 'failure-burst', strength: 0.5, words: `1 小时内登录失败 ${failed} 次，远超以往` }]
  }

  private isUnusualHour(hour: number): boolean {
    if (this.logons < 2 * LEAST_LOGONS) return false
    let near = 0
    for (let away = -2; away <= 2; away++) near += this.hours[(hour + away + 24) % 24]!
    return near === 0
  }

  /** From a place that was never plausible nobody has to travel back: the next ordinary logon is measured from the one before it. */
  private learn({ host, at, country, latitude, longitude, city }: Logon, isElsewhere: boolean): void {
    this.logons++
    const hour = new Date(at).getUTCHours()
    if (++this.hours[hour]! > 250) this.hours = this.hours.map(seen => seen >> 1)
    if (host !== undefined && !this.hosts.has(host)) {
      if (this.hosts.size >= HOSTS) this.hosts.delete(this.hosts.keys().next().value!)
      this.hosts.set(host, at)
      if (at - this.first > 7 * DAY) this.discoveries = [...this.discoveries, at].slice(-32)
    }
    if (country !== undefined && this.places.size < PLACES) this.places.add(country.slice(0, 64))
    if (latitude !== undefined && longitude !== undefined && !isElsewhere)
      this.position = [latitude, longitude, at, (city ?? country ?? '').slice(0, 64)]
  }

  get lastAt(): number {
    return this.last
  }
}

/** Kilometres along the surface, by the haversine. */
function distance(latitudeA: number, longitudeA: number, latitudeB: number, longitudeB: number): number {
  const rad = Math.PI / 180
  const half =
    Math.sin(((latitudeB - latitudeA) * rad) / 2) ** 2 +
    Math.cos(latitudeA * rad) * Math.cos(latitudeB * rad) * Math.sin(((longitudeB - longitudeA) * rad) / 2) ** 2
  return 12_742 * Math.asin(Math.min(1, Math.sqrt(half)))
}
