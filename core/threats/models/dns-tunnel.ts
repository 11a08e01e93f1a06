// Detection model M5 DNS 隧道 (domain.md 10.2): data carried in the names one client asks for beneath one domain. Run by detector.ts.
import { z } from 'zod'
import { instant } from '../../ports/clock.js'
import { defineModel } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { domainParts, entropy } from '../learned/domain-parts.js'
import { dnsQuestion } from './dns-question.js'
import { dnsTunnelSamples } from './dns-tunnel.samples.js'
import { evidenceOf, isBlocked, shown, timeOf } from './event-facts.js'
import { nameOf, originOf } from './parties.js'
import { RepeatBrake } from './repeat-brake.js'

const Params = z.strictObject({
  names: z.number().int().min(5).max(200).default(20).describe('窗口内同一域名下多少个像编码数据的不同子域'),
  windowSeconds: z.number().int().min(60).max(86_400).default(600).describe('窗口秒数'),
  coolDownSeconds: z.number().int().min(60).max(86_400).default(300).describe('同一主机同一域名多少秒内只报一次'),
  ignored: z
    .array(z.string().max(128))
    .max(1_000)
    .default(['sophosxl.net', 'mcafee.com', 'spamhaus.org', 'senderbase.org', 'dnswl.org', 'akadns.net'])
    .describe('用子域查信誉、校验的服务，不判断'),
})
type Params = z.output<typeof Params>

interface Asked {
  since: number
  /** Hashes of the names that look like data, so that a name asked twice counts once. */
  readonly seen: Set<number>
  letters: number
  bits: number
  texts: number
}

const NONE: Hit[] = []
const MAX_PLACES = 10_000
const SAVED_PLACES = 200
const SEEN = 256
/** One name long and mixed enough to be data by itself (domain.md 10.2 gives 40 letters and 3.8 bits; hexadecimal reaches 3.7). */
const LONG = 40
const MIXED = 3.6
/** Shorter ones count where there are three times as many. */
const MIDDLE = 20
const MIDDLE_MIXED = 3
const Saved = z
  .array(z.tuple([z.string().max(400), z.number(), z.array(z.number().int()).max(SEEN), z.number(), z.number(), z.number()]))
  .max(SAVED_PLACES)

class DnsTunnel {
  private places = new Map<string, Asked>()
  private readonly brake: RepeatBrake
  private readonly ignored: ReadonlySet<string>
  constructor(private readonly params: Params) {
    this.ignored = new Set(params.ignored)
    this.brake = new RepeatBrake({
      free: 1,
      doubling: false,
      intervalSeconds: params.coolDownSeconds,
      forgetSeconds: 86_400,
      maxKeys: 2_000,
    })
  }

  push(judged: JudgedEvent): Hit[] {
    const question = dnsQuestion(judged.event)
    if (question === undefined || question.name.length < MIDDLE || question.name.endsWith('.arpa')) return NONE
    const parts = domainParts(question.name)
    if (parts === undefined || this.ignored.has(parts.registered)) return NONE
    const data = parts.sub.join('')
    const bits = data.length < MIDDLE ? 0 : entropy(data)
    const isLong = data.length > LONG && bits > MIXED
    if (!isLong && bits < MIDDLE_MIXED) return NONE
    const at = timeOf(judged)
    const key = `${question.client} ${parts.registered}`
    const asked = this.placeOf(key, at)
    const hash = hashOf(data)
    if (asked.seen.has(hash) || asked.seen.size >= SEEN) return NONE
    asked.seen.add(hash)
    asked.letters += data.length
    asked.bits += bits
    if (question.type === 'TXT' || question.type === 'NULL' || question.type === 'CNAME' || question.type === 'MX') asked.texts++
    const count = asked.seen.size
    const length = asked.letters / count
    const needed = length > LONG ? this.params.names : this.params.names * 3
    if (count < needed || this.brake.said(key, at) === undefined) return NONE
    return [this.hit(judged, at, parts.registered, { count, length, bits: asked.bits / count, texts: asked.texts })]
  }

  snapshot(): unknown {
    const places = [...this.places].slice(-SAVED_PLACES).map(([key, a]) => [key, a.since, [...a.seen], a.letters, a.bits, a.texts])
    return { places, brake: this.brake.snapshot() }
  }

  restore(state: unknown): void {
    const { places, brake } = (state ?? {}) as { places?: unknown; brake?: unknown }
    const saved = Saved.safeParse(places).data ?? []
    this.places = new Map(
      saved.map(([key, since, seen, letters, bits, texts]) => [key, { since, seen: new Set(seen), letters, bits, texts }]),
    )
    this.brake.restore(brake)
  }

  private placeOf(key: string, at: number): Asked {
    const known = this.places.get(key)
    const isFresh = known !== undefined && at - known.since < this.params.windowSeconds * 1000
    const asked = isFresh ? known : { since: at, seen: new Set<number>(), letters: 0, bits: 0, texts: 0 }
    this.places.delete(key)
    this.places.set(key, asked)
    if (this.places.size > MAX_PLACES) this.places.delete(this.places.keys().next().value!)
    return asked
  }

  private hit(judged: JudgedEvent, at: number, domain: string, seen: { count: number; length: number; bits: number; texts: number }): Hit {
    const victim = originOf(judged.event)
    const blocked = isBlocked(judged.event)
    const texts = seen.texts * 2 > seen.count ? '，多为 TXT 等可携带数据的类型' : ''
    return {
      modelId: 'dns-tunnel',
      ruleId: `tunnel:${domain}`.slice(0, 128),
      title: 'DNS 隧道',
      eventType: 'data_exfiltration',
      severity: blocked ? 'medium' : 'high',
      attackResult: blocked ? 'blocked' : 'unknown',
      at: instant(at),
      victim,
      count: seen.count,
      attack: ['T1071.004', 'T1048'],
      reason: `${nameOf(victim)} 在 ${shown(domain, 80)} 下查询了 ${seen.count} 个不同的子域，平均 ${Math.round(seen.length)} 个字符、熵 ${seen.bits.toFixed(1)}，像在用域名携带数据${texts}`,
      evidence: [evidenceOf(judged, at)],
      strength: Math.min(1, 0.7 + (0.3 * seen.count) / (this.params.names * 6)),
    }
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash | 0
}

export const dnsTunnel = defineModel({
  id: 'dns-tunnel',
  title: 'DNS 隧道',
  params: Params,
  create: params => new DnsTunnel(params),
  samples: dnsTunnelSamples,
})
