// What is usual for our machines when they turn to others (domain.md 10.2, M4): services, places, hours, volume of a day. Used by models/behaviour-baseline.ts.
import { z } from 'zod'
import { robustZ } from './robust.js'
import type { ProfileLimits } from './account-profile.js'

export interface Flow {
  readonly asset: string
  readonly peer: string
  readonly port: number
  /** Milliseconds. */
  readonly at: number
  readonly sent: number
}

export interface AssetDeparture {
  readonly kind: 'volume' | 'new-service'
  readonly strength: number
  readonly words: string
}

interface Asset {
  first: number
  day: number
  days: number
  sent: number
  told: boolean
  daily: number[]
  ports: Set<number>
  peers: Set<string>
  hours: number[]
}

const DAY = 86_400_000
const MAX_ASSETS = 5_000
const SAVED_ASSETS = 300
const PORTS = 64
const PEERS = 128
const SAVED_PEERS = 40
const DAILY = 28
const LEAST_DAYS = 5
/** Less than this in a day is never worth a word (bytes). */
const LEAST_BYTES = 50_000_000
/** Ports given out for replies and to programs of the moment: no service. */
const DYNAMIC = 32_768
const number = z.number().min(-1e15).max(1e15)
const Saved = z
  .array(
    z.tuple([
      z.string().max(64),
      z.array(number).length(5),
      z.array(number).max(DAILY),
      z.array(number).max(PORTS),
      z.array(z.string().max(64)).max(SAVED_PEERS),
      z.array(number).length(24),
    ]),
  )
  .max(SAVED_ASSETS)

export class AssetBook {
  private assets = new Map<string, Asset>()
  constructor(private readonly limits: ProfileLimits = { learningDays: 14, deviation: 3.5 }) {}

  add({ asset: name, peer, port, at, sent }: Flow): AssetDeparture | undefined {
    const asset = this.assetOf(name, at)
    const day = Math.floor(at / DAY)
    if (day > asset.day) turnDay(asset, day)
    asset.sent += sent
    const hour = new Date(at).getUTCHours()
    const isGrown = asset.days >= LEAST_DAYS && at - asset.first >= this.limits.learningDays * DAY
    const found = isGrown ? (this.volume(asset) ?? newService(asset, peer, port, hour)) : undefined
    asset.hours[hour] = Math.min(1_000, asset.hours[hour]! + 1)
    remember(asset.ports, port, PORTS)
    remember(asset.peers, peer.slice(0, 64), PEERS)
    return found
  }

  snapshot(): unknown {
    return [...this.assets]
      .slice(-SAVED_ASSETS)
      .map(([name, a]) => [
        name,
        [a.first, a.day, a.days, a.sent, a.told ? 1 : 0],
        a.daily,
        [...a.ports],
        [...a.peers].slice(-SAVED_PEERS),
        a.hours,
      ])
  }

  restore(state: unknown): void {
    const saved = Saved.safeParse(state).data ?? []
    this.assets = new Map(
      saved.map(([name, [first, day, days, sent, told], daily, ports, peers, hours]) => [
        name,
        {
          ...{ first: first!, day: day!, days: days!, sent: sent!, told: told === 1 },
          ...{ daily: [...daily], ports: new Set(ports), peers: new Set(peers), hours: [...hours] },
        },
      ]),
    )
  }

  private assetOf(name: string, at: number): Asset {
    const key = name.slice(0, 64)
    const known = this.assets.get(key)
    if (known !== undefined) {
      // Only the order of days matters for whom to forget: moving at every event would cost more than the look-up.
      if (known.day < Math.floor(at / DAY)) {
        this.assets.delete(key)
        this.assets.set(key, known)
      }
      return known
    }
    const empty = { daily: [], ports: new Set<number>(), peers: new Set<string>(), hours: new Array<number>(24).fill(0) }
    const fresh: Asset = { first: at, day: Math.floor(at / DAY), days: 0, sent: 0, told: false, ...empty }
    this.assets.set(key, fresh)
    if (this.assets.size > MAX_ASSETS) this.assets.delete(this.assets.keys().next().value!)
    return fresh
  }

  private volume(asset: Asset): AssetDeparture | undefined {
    if (asset.told || asset.sent < LEAST_BYTES) return undefined
    const z = robustZ(asset.sent, asset.daily, LEAST_BYTES / 10)
    if (z < this.limits.deviation) return undefined
    asset.told = true
    const strength = Math.min(0.9, 0.5 + z / 50)
    return { kind: 'volume', strength, words: `今天已外传 ${Math.round(asset.sent / 1e6)} MB，远超以往每天的量（偏离 ${z.toFixed(1)}）` }
  }
}

/** New peer, new service, and an hour in which it never spoke: each alone is ordinary, together they are not. */
function newService(asset: Asset, peer: string, port: number, hour: number): AssetDeparture | undefined {
  if (port >= DYNAMIC || asset.ports.size >= PORTS || asset.ports.has(port) || asset.peers.has(peer)) return undefined
  if (asset.hours[hour]! > 0 || asset.hours[(hour + 23) % 24]! > 0 || asset.hours[(hour + 1) % 24]! > 0) return undefined
  return { kind: 'new-service', strength: 0.5, words: `在以往从不通信的时段，首次访问 ${peer.slice(0, 64)} 的 ${port} 端口` }
}

function turnDay(asset: Asset, day: number): void {
  asset.daily = [...asset.daily, asset.sent].slice(-DAILY)
  asset.days++
  asset.day = day
  asset.sent = 0
  asset.told = false
}

function remember<T>(set: Set<T>, value: T, most: number): void {
  if (set.has(value)) return
  if (set.size >= most) set.delete(set.values().next().value!)
  set.add(value)
}
