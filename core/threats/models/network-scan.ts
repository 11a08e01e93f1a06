// Detection model 网络扫描: one source that knocks at many ports or many machines, as firewalls and flows tell it; and floods. Run by detector.ts.
import { z } from 'zod'
import type { EcsEvent } from '../../events/event.js'
import { instant } from '../../ports/clock.js'
import { defineModel } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import type { EventType, Severity } from '../terms.js'
import { BoundedStories } from './bounded-stories.js'
import { evidenceOf, hasCategory, isBlocked, shown, timeOf } from './event-facts.js'
import { networkScanSamples } from './network-scan.samples.js'
import { nameOf, victimOf } from './parties.js'
import { RecentMarks, SavedMarks } from './recent-marks.js'

const Params = z.strictObject({
  ports: z.number().int().min(5).max(60).default(15).describe('一分钟内对一台主机试探多少个端口算端口扫描'),
  hosts: z.number().int().min(5).max(60).default(20).describe('一分钟内对多少台主机的同一端口试探算横向扫描'),
  allowedFactor: z.number().int().min(1).max(4).default(2).describe('连接被放行时阈值放大几倍'),
  connections: z.number().int().min(100).max(1_000_000).default(1_000).describe('十秒内多少次连接算连接洪泛'),
})
type Params = z.output<typeof Params>

const MINUTE = 60_000
const MAX_STORIES = 10_000
const SAVED_STORIES = 200
const SAVED_CHARACTERS = 60_000

const kinds = {
  ports: { title: '端口扫描', type: 'scan_probe', severity: 'low', attack: ['T1046'] },
  hosts: { title: '横向端口扫描', type: 'scan_probe', severity: 'low', attack: ['T1046'] },
  refused: { title: '域名服务反复拒绝的请求', type: 'scan_probe', severity: 'low', attack: ['T1590.002'] },
  stalls: { title: '反复建立又未完成的连接', type: 'scan_probe', severity: 'low', attack: ['T1190'] },
  flood: { title: '连接洪泛', type: 'ddos', severity: 'high', attack: ['T1498.001'] },
} as const satisfies Readonly<Record<string, { title: string; type: EventType; severity: Severity; attack: readonly string[] }>>
type Kind = keyof typeof kinds

class NetworkScan {
  private readonly stories = new BoundedStories<RecentMarks>(MAX_STORIES)
  constructor(private readonly params: Params) {}

  push(judged: JudgedEvent): Hit[] {
    const { event } = judged
    const source: unknown = event.source?.ip
    if (typeof source !== 'string' || !isConnection(event) || event.event.kind === 'alert') return []
    const at = timeOf(judged)
    const target = targetOf(event)
    const port = Number(event.destination?.port)
    const blocked = isBlocked(event) || event.event.outcome === 'failure'
    const factor = blocked ? 1 : this.params.allowedFactor
    // Many machines at one port is what a browser does; many ports of one machine is not, whatever became of it, unless it was let through.
    const portFactor = blocked || !isAllowed(event) ? 1 : this.params.allowedFactor
    const hits: Hit[] = []
    const count = (kind: Kind, key: string, mark: string, window: number, enough: number, reason: (story: RecentMarks) => string): void => {
      const story = this.stories.touch(`${kind} ${source} ${key}`, () => new RecentMarks())
      story.add(mark, at, window)
      if ((kind === 'flood' || kind === 'refused' ? story.total : story.different) < enough || !story.mayTell(at)) return
      hits.push(hitOf(judged, source, at, kind, story.total, blocked, `${source} ${reason(story)}`))
    }
    if (Number.isInteger(port) && port > 0) {
      const names = (story: RecentMarks): string => story.names.slice(-4).join('、')
      count(
        'ports',
        target,
        String(port),
        MINUTE,
        Math.min(60, this.params.ports * portFactor),
        story => `一分钟内试探 ${shown(target, 64)} 的 ${story.different} 个端口（${names(story)} 等）`,
      )
      count(
        'hosts',
        `:${port}`,
        target,
        MINUTE,
        Math.min(60, this.params.hosts * factor),
        story => `一分钟内试探 ${story.different} 台主机的 ${port} 端口`,
      )
    }
    // Asked for what one may not have, again and again: zone transfers, recursion.
    if (event.dns !== undefined && isBlocked(event))
      count(
        'refused',
        target,
        `${at} ${judged.event.dns?.question?.name ?? ''}`,
        MINUTE,
        5,
        story => `一分钟内 ${story.total} 次域名请求被拒绝`,
      )
    // Timeouts before the login, garbage in the handshake: holes of services are tried like this.
    if (!isBlocked(event) && event.event.outcome === 'failure')
      count('stalls', target, `${at}`, 600_000, 4, story => `十分钟内 ${story.total} 次与 ${shown(target, 64)} 建立连接而未完成`)
    count(
      'flood',
      target,
      'connection',
      10_000,
      this.params.connections,
      story => `连续高速连接 ${shown(target, 64)}，累计 ${story.total} 次`,
    )
    return hits
  }

  stats() {
    return { kept: this.stories.size, dropped: this.stories.dropped }
  }

  snapshot(): unknown {
    return this.stories.save(SAVED_STORIES, SAVED_CHARACTERS, story => story.save())
  }

  restore(state: unknown): void {
    this.stories.load((Saved.safeParse(state).data ?? []).map(([key, one]) => [key, RecentMarks.load(one)]))
  }
}

const Saved = z.array(z.tuple([z.string().max(200), SavedMarks])).max(SAVED_STORIES)

/** Told by a firewall or a flow. What a machine says to itself is none of a scanner's. */
function isConnection(event: EcsEvent): boolean {
  const ingress = (event.observer?.['ingress'] as { interface?: { name?: unknown } } | undefined)?.interface?.name
  if (ingress === 'lo') return false
  return (
    hasCategory(event, 'network') ||
    (event.event.category === undefined && event.destination?.ip !== undefined && event.destination.port !== undefined)
  )
}

function isAllowed(event: EcsEvent): boolean {
  const { type, action } = event.event
  return (
    (Array.isArray(type) && type.includes('allowed')) ||
    (typeof action === 'string' && /^(?:allow|accept|pass|permit|放行|允许)/i.test(action))
  )
}

function targetOf(event: EcsEvent): string {
  return nameOf(victimOf(event))
}

function hitOf(judged: JudgedEvent, ip: string, at: number, kind: Kind, count: number, blocked: boolean, reason: string): Hit {
  const { title, type, severity, attack } = kinds[kind]
  return {
    modelId: 'network-scan',
    ruleId: kind,
    title,
    eventType: type,
    severity,
    attackResult: blocked ? 'blocked' : 'unknown',
    at: instant(at),
    victim: kind === 'hosts' ? {} : victimOf(judged.event),
    attacker: { ip },
    count,
    attack,
    reason: `${reason}，${blocked ? '均被拦截' : '连接被放行'}`,
    evidence: [evidenceOf(judged, at)],
    strength: 0.1,
  }
}

export const networkScan = defineModel({
  id: 'network-scan',
  title: '网络扫描',
  params: Params,
  create: params => new NetworkScan(params),
  samples: networkScanSamples,
})
