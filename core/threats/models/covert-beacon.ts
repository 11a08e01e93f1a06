// Detection model M5 周期外联 (domain.md 10.2): one of ours calls the same outside place again and again at a steady beat. Run by detector.ts.
import { z } from 'zod'
import { instant } from '../../ports/clock.js'
import type { EcsEvent } from '../../events/event.js'
import { defineModel } from '../define-model.js'
import { BeaconLedger } from '../learned/beacon-ledger.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { covertBeaconSamples } from './covert-beacon.samples.js'
import { evidenceOf, hasCategory, isBlocked, spanText, timeOf } from './event-facts.js'
import { isPrivate } from './own-network.js'
import { nameOf, originOf } from './parties.js'
import { RepeatBrake } from './repeat-brake.js'

const Params = z.strictObject({
  score: z.number().min(0.5).max(1).default(0.7).describe('综合分达到多少才报'),
  samples: z.number().int().min(8).max(32).default(10).describe('至少多少次连接才判断'),
  coolDownSeconds: z.number().int().min(60).max(86_400).default(300).describe('同一对地址多少秒内只报一次'),
  ignored: z.array(z.string().max(64)).max(1_000).default([]).describe('不判断的目的地址'),
})
type Params = z.output<typeof Params>

const NONE: Hit[] = []
/** Regular by nature, and no way out: name look-ups, time, address leases, monitoring. */
const SERVICE_PORTS = new Set([53, 67, 68, 123, 161, 162, 514, 853, 5353])
/** What the certificate adds to the score (domain.md 10.2). */
const SELF_SIGNED = 0.05
const SHORT_LIVED = 0.03
const SHORT_DAYS = 14
const DAY = 86_400_000

class CovertBeacon {
  private readonly ledger = new BeaconLedger()
  private readonly brake: RepeatBrake
  private readonly ignored: ReadonlySet<string>
  constructor(private readonly params: Params) {
    this.ignored = new Set(params.ignored)
    this.brake = new RepeatBrake({
      free: 1,
      doubling: false,
      intervalSeconds: params.coolDownSeconds,
      forgetSeconds: 3 * 86_400,
      maxKeys: 5_000,
    })
  }

  push(judged: JudgedEvent): Hit[] {
    const { source, destination } = judged.event
    if (source === undefined || destination === undefined) return NONE
    const from: unknown = source.ip
    const to: unknown = destination.ip
    const port: unknown = destination.port
    if (typeof from !== 'string' || typeof to !== 'string' || typeof port !== 'number') return NONE
    if (SERVICE_PORTS.has(port) || !isPrivate(from) || isPrivate(to) || this.ignored.has(to)) return NONE
    if (hasCategory(judged.event, 'authentication')) return NONE
    const at = timeOf(judged)
    const count = this.ledger.add({
      source: from,
      destination: to,
      port,
      at,
      sent: bytes(source['bytes']),
      received: bytes(destination['bytes']),
    })
    // Every third call is enough, and keeps busy pairs cheap.
    if (count < this.params.samples || (count - this.params.samples) % 3 !== 0) return NONE
    return this.judge(judged, { from, to, port, at, count })
  }

  snapshot(): unknown {
    return { ledger: this.ledger.snapshot(), brake: this.brake.snapshot() }
  }

  restore(state: unknown): void {
    const { ledger, brake } = (state ?? {}) as { ledger?: unknown; brake?: unknown }
    this.ledger.restore(ledger)
    this.brake.restore(brake)
  }

  private judge(judged: JudgedEvent, call: { from: string; to: string; port: number; at: number; count: number }): Hit[] {
    const { from, to, port, at, count } = call
    const signs = this.ledger.signs(from, to, port)
    if (signs === undefined) return NONE
    const certificate = certificateOf(judged.event)
    const score = Math.min(1, signs.score + certificate.adds)
    if (score < this.params.score || this.brake.said(`${from} ${to} ${port}`, at) === undefined) return NONE
    const victim = originOf(judged.event)
    const blocked = isBlocked(judged.event)
    const known = this.ledger.sourcesOf(to)
    return [
      {
        modelId: 'covert-beacon',
        ruleId: `beacon:${to}:${port}`.slice(0, 128),
        title: '周期外联',
        eventType: 'malicious_encrypted_c2',
        severity: blocked ? 'low' : 'medium',
        attackResult: blocked ? 'blocked' : 'unknown',
        at: instant(at),
        victim,
        attacker: { ip: to },
        count,
        attack: ['T1071', 'T1573'],
        reason: `${nameOf(victim)} 每 ${spanText(signs.period * 1000)}连接一次 ${to}:${port}，已 ${count} 次，间隔偏差 ${Math.round(signs.jitter * 100)}%，本单位共 ${known} 台主机访问过该地址${certificate.words}（综合分 ${score.toFixed(2)}）`,
        evidence: [evidenceOf(judged, at)],
        strength: Math.round(score * 100) / 100,
      },
    ]
  }
}

function bytes(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value < 1e12 ? value : undefined
}

function certificateOf(event: EcsEvent): { adds: number; words: string } {
  const tls = event['tls'] as
    { server?: { x509?: unknown; issuer?: unknown; subject?: unknown; not_before?: unknown; not_after?: unknown } } | undefined
  const server = tls?.server
  if (typeof server !== 'object' || server === null) return { adds: 0, words: '' }
  const isSelfSigned = typeof server.issuer === 'string' && server.issuer !== '' && server.issuer === server.subject
  const life = Date.parse(String(server.not_after)) - Date.parse(String(server.not_before))
  const isShort = life > 0 && life <= SHORT_DAYS * DAY
  return {
    adds: (isSelfSigned ? SELF_SIGNED : 0) + (isShort ? SHORT_LIVED : 0),
    words: `${isSelfSigned ? '，证书为自签' : ''}${isShort ? '，证书有效期不足两周' : ''}`,
  }
}

export const covertBeacon = defineModel({
  id: 'covert-beacon',
  title: '周期外联',
  params: Params,
  create: params => new CovertBeacon(params),
  samples: covertBeaconSamples,
})
