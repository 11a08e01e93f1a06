// Detection model M4 行为基线偏离 (domain.md 10.2): accounts and machines that do what they never did in the fortnight before. Run by detector.ts.
import { z } from 'zod'
import { instant } from '../../ports/clock.js'
import type { EcsEvent } from '../../events/event.js'
import { defineModel } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { AccountBook } from '../learned/account-book.js'
import type { Departure, DepartureKind } from '../learned/account-profile.js'
import { AssetBook, type AssetDeparture } from '../learned/asset-book.js'
import { behaviourBaselineSamples } from './behaviour-baseline.samples.js'
import { evidenceOf, hasCategory, shown, timeOf } from './event-facts.js'
import { isPrivate } from './own-network.js'
import { nameOf, originOf, victimOf } from './parties.js'
import { RepeatBrake } from './repeat-brake.js'

const Params = z.strictObject({
  learningDays: z.number().int().min(7).max(60).default(14).describe('学习多少天后才判断'),
  deviation: z.number().min(2).max(20).default(3.5).describe('稳健 z 达到多少算偏离'),
  repeatSeconds: z.number().int().min(60).max(86_400).default(3_600).describe('同一账号同一类偏离多少秒内只报一次'),
  ignored: z.array(z.string().max(80)).max(1_000).default([]).describe('不判断的账号'),
})
type Params = z.output<typeof Params>

const NONE: Hit[] = []
const TITLE: Readonly<Record<DepartureKind, string>> = {
  'impossible-travel': '异地登录（不可能的行程）',
  'new-country': '首次从新地区登录',
  'new-host': '首次登录新主机',
  'off-hours': '非常规时段登录',
  'host-sweep': '账号横扫主机',
  'failure-burst': '登录失败突增',
}
const ATTACK: Readonly<Record<DepartureKind, readonly string[]>> = {
  'impossible-travel': ['T1078'],
  'new-country': ['T1078'],
  'new-host': ['T1078', 'T1021'],
  'off-hours': ['T1078'],
  'host-sweep': ['T1021'],
  'failure-burst': ['T1110'],
}

class BehaviourBaseline {
  private readonly accounts: AccountBook
  private readonly assets: AssetBook
  private readonly brake: RepeatBrake
  private readonly ignored: ReadonlySet<string>
  constructor(params: Params) {
    this.accounts = new AccountBook(params)
    this.assets = new AssetBook(params)
    this.ignored = new Set(params.ignored.map(name => name.toLowerCase()))
    this.brake = new RepeatBrake({ free: 1, doubling: false, intervalSeconds: params.repeatSeconds, forgetSeconds: 86_400, maxKeys: 5_000 })
  }

  push(judged: JudgedEvent): Hit[] {
    const { event } = judged
    if (event.user !== undefined && hasCategory(event, 'authentication')) return this.logon(judged)
    if (event.source === undefined || event.destination === undefined) return NONE
    return this.flow(judged)
  }

  snapshot(): unknown {
    return { accounts: this.accounts.snapshot(), assets: this.assets.snapshot(), brake: this.brake.snapshot() }
  }

  restore(state: unknown): void {
    const { accounts, assets, brake } = (state ?? {}) as { accounts?: unknown; assets?: unknown; brake?: unknown }
    this.accounts.restore(accounts)
    this.assets.restore(assets)
    this.brake.restore(brake)
  }

  private logon(judged: JudgedEvent): Hit[] {
    const { event } = judged
    const name: unknown = event.user?.name
    const { outcome, type } = event.event
    if (typeof name !== 'string' || name === '' || (outcome !== 'success' && outcome !== 'failure')) return NONE
    if (Array.isArray(type) && type.includes('end')) return NONE
    const account = name.toLowerCase()
    if (account.endsWith('$') || this.ignored.has(account)) return NONE
    const victim = victimOf(event)
    const at = timeOf(judged)
    const host = (victim.host ?? victim.ip)?.toLowerCase().slice(0, 64)
    const departures = this.accounts.add({ account, host, at, succeeded: outcome === 'success', ...placeOf(event) })
    return departures.flatMap(departure => {
      const told = this.brake.said(`${account} ${departure.kind}`, at)
      return told === undefined ? [] : [logonHit(judged, at, name, departure, told.count)]
    })
  }

  private flow(judged: JudgedEvent): Hit[] {
    const { source, destination } = judged.event
    const from: unknown = source?.ip
    const to: unknown = destination?.ip
    const port: unknown = destination?.port
    if (typeof from !== 'string' || typeof to !== 'string' || typeof port !== 'number' || !isPrivate(from)) return NONE
    const at = timeOf(judged)
    const bytes: unknown = source?.['bytes']
    // What leaves the house counts as volume; between own machines backups move more than any thief.
    const sent = typeof bytes === 'number' && bytes > 0 && bytes < 1e13 && !isPrivate(to) ? bytes : 0
    const departure = this.assets.add({ asset: from, peer: to, port, at, sent })
    if (departure === undefined || this.brake.said(`${from} ${departure.kind}`, at) === undefined) return NONE
    return [flowHit(judged, at, departure)]
  }
}

function logonHit(judged: JudgedEvent, at: number, name: string, departure: Departure, count: number): Hit {
  const { event } = judged
  const victim = victimOf(event)
  const ip: unknown = event.source?.ip
  return {
    modelId: 'behaviour-baseline',
    ruleId: departure.kind,
    title: TITLE[departure.kind],
    eventType:
      departure.kind === 'failure-burst' ? 'brute_force' : departure.kind === 'host-sweep' ? 'lateral_movement' : 'policy_violation',
    severity: departure.strength >= 0.7 ? 'medium' : 'low',
    attackResult: departure.kind === 'failure-burst' ? 'failed' : 'unknown',
    at: instant(at),
    victim,
    ...(typeof ip === 'string' ? { attacker: { ip } } : {}),
    userName: shown(name, 64),
    count,
    attack: ATTACK[departure.kind],
    reason: `账号 ${shown(name, 64)} 在 ${nameOf(victim)} ${shown(departure.words, 300)}`,
    evidence: [evidenceOf(judged, at)],
    strength: departure.strength,
  }
}

function flowHit(judged: JudgedEvent, at: number, departure: AssetDeparture): Hit {
  const victim = originOf(judged.event)
  return {
    modelId: 'behaviour-baseline',
    ruleId: departure.kind,
    title: departure.kind === 'volume' ? '外传数据量异常' : '非常规时段的新服务访问',
    eventType: departure.kind === 'volume' ? 'data_exfiltration' : 'policy_violation',
    severity: departure.kind === 'volume' ? 'medium' : 'low',
    attackResult: 'unknown',
    at: instant(at),
    victim,
    count: 1,
    attack: departure.kind === 'volume' ? ['T1048'] : ['T1571'],
    reason: `${nameOf(victim)} ${shown(departure.words, 300)}`,
    evidence: [evidenceOf(judged, at)],
    strength: departure.strength,
  }
}

/** Where the source says it is; nothing where no product on the way looked it up. */
function placeOf(event: EcsEvent): { country?: string; city?: string; latitude?: number; longitude?: number } {
  const geo = event.source?.['geo'] as Record<string, unknown> | undefined
  if (typeof geo !== 'object' || geo === null) return {}
  const location = geo['location'] as { lat?: unknown; lon?: unknown } | undefined
  const country = [geo['country_iso_code'], geo['country_name']].find(text => typeof text === 'string' && text !== '')
  const { city_name: city } = geo
  const { lat, lon } = typeof location === 'object' && location !== null ? location : {}
  const isPlace = typeof lat === 'number' && typeof lon === 'number' && Math.abs(lat) <= 90 && Math.abs(lon) <= 180
  return {
    ...(typeof country === 'string' ? { country: shown(country, 64) } : {}),
    ...(typeof city === 'string' ? { city: shown(city, 64) } : {}),
    ...(isPlace ? { latitude: lat, longitude: lon } : {}),
  }
}

export const behaviourBaseline = defineModel({
  id: 'behaviour-baseline',
  title: '行为基线偏离',
  params: Params,
  create: params => new BehaviourBaseline(params),
  samples: behaviourBaselineSamples,
})
