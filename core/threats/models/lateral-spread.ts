// Detection model M7 横向扩散 (domain.md 10.2): inside the own network one machine turns to many new ones, or one that was attacked begins to attack. Run by detector.ts.
import { z } from 'zod'
import { instant } from '../../ports/clock.js'
import { defineModel } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { SpreadGraph, type Spread, type SpreadKind } from '../learned/spread-graph.js'
import { evidenceOf, hasCategory, isBlocked, shown, spanText, timeOf } from './event-facts.js'
import { lateralSpreadSamples } from './lateral-spread.samples.js'
import { isPrivate } from './own-network.js'
import { RepeatBrake } from './repeat-brake.js'

const Params = z.strictObject({
  windowSeconds: z.number().int().min(60).max(86_400).default(600).describe('窗口秒数'),
  peers: z.number().int().min(3).max(100).default(20).describe('窗口内多少个新的对端'),
  adminPeers: z.number().int().min(2).max(100).default(5).describe('窗口内多少条新的 SMB、RDP、SSH、WinRM 边'),
  warmUpHours: z.number().int().min(0).max(720).default(24).describe('接入后多少小时内按三倍门限'),
  scanners: z.array(z.string().max(64)).max(200).default([]).describe('本单位的扫描器、网管、堡垒机地址，不判断'),
})
type Params = z.output<typeof Params>

const NONE: Hit[] = []
const STRENGTH: Readonly<Record<SpreadKind, number>> = {
  'fan-out': 0.6,
  'admin-fan-out': 0.8,
  'turned-attacker': 1,
  'credential-path': 0.7,
}
const TITLE: Readonly<Record<SpreadKind, string>> = {
  'fan-out': '内网大量访问新主机',
  'admin-fan-out': '内网横向访问管理端口',
  'turned-attacker': '受攻击主机转为攻击者',
  'credential-path': '同一账号逐台登录',
}

class LateralSpread {
  private readonly graph: SpreadGraph
  private readonly brake = new RepeatBrake({ free: 1, doubling: true, intervalSeconds: 3_600, forgetSeconds: 86_400, maxKeys: 5_000 })
  private readonly scanners: ReadonlySet<string>
  constructor(private readonly params: Params) {
    this.graph = new SpreadGraph(params)
    this.scanners = new Set(params.scanners)
  }

  push(judged: JudgedEvent): Hit[] {
    const { event } = judged
    if (event.source === undefined) return NONE
    const from: unknown = event.source.ip
    if (typeof from !== 'string' || !isPrivate(from)) return NONE
    const to: unknown = event.destination?.ip ?? event.host?.ip
    if (typeof to !== 'string' || to === from || !isPrivate(to) || this.scanners.has(from)) return NONE
    const at = timeOf(judged)
    if (event.event['kind'] === 'alert') {
      this.graph.mark(to.slice(0, 64), from.slice(0, 64), at)
      return NONE
    }
    const isLogon = hasCategory(event, 'authentication')
    const { outcome } = event.event
    if (isLogon && outcome !== 'success' && outcome !== 'failure') return NONE
    const port: unknown = event.destination?.port
    const user: unknown = event.user?.name
    const spreads = this.graph.add({
      from: from.slice(0, 64),
      to: to.slice(0, 64),
      port: typeof port === 'number' ? port : isLogon && event.event.dataset === 'sshd' ? 22 : undefined,
      at,
      ...(isLogon ? { succeeded: outcome === 'success' } : {}),
      ...(isLogon && typeof user === 'string' && user !== '' ? { user: shown(user, 64).toLowerCase() } : {}),
    })
    return spreads.length === 0 ? NONE : spreads.flatMap(spread => this.hit(judged, from, to, at, spread))
  }

  snapshot(): unknown {
    return { graph: this.graph.snapshot(), brake: this.brake.snapshot() }
  }

  restore(state: unknown): void {
    const { graph, brake } = (state ?? {}) as { graph?: unknown; brake?: unknown }
    this.graph.restore(graph)
    this.brake.restore(brake)
  }

  private hit(judged: JudgedEvent, from: string, to: string, at: number, spread: Spread): Hit[] {
    if (this.brake.said(`${from} ${spread.kind}`, at) === undefined) return NONE
    const { event } = judged
    const blocked = isBlocked(event)
    return [
      {
        modelId: 'lateral-spread',
        ruleId: spread.kind,
        title: TITLE[spread.kind],
        eventType: 'lateral_movement',
        severity: blocked ? 'medium' : spread.kind === 'fan-out' ? 'medium' : 'high',
        attackResult: blocked ? 'blocked' : 'unknown',
        at: instant(at),
        // What has to be looked at is the machine that spreads.
        victim: { ip: from },
        attacker: { ip: from },
        ...(typeof event.user?.name === 'string' ? { userName: shown(event.user.name, 64) } : {}),
        count: spread.count,
        attack: spread.kind === 'fan-out' ? ['T1046', 'T1018'] : ['T1021'],
        reason: this.reason(from, to, spread),
        evidence: [evidenceOf(judged, at)],
        strength: blocked ? STRENGTH[spread.kind] / 2 : STRENGTH[spread.kind],
      },
    ]
  }

  private reason(from: string, to: string, { kind, count, path }: Spread): string {
    const span = spanText(this.params.windowSeconds * 1000)
    switch (kind) {
      case 'fan-out':
        return `${from} 在${span}内访问了 ${count} 台从未访问过的内网主机`
      case 'admin-fan-out':
        return `${from} 在${span}内首次访问了 ${count} 台主机的管理端口（如 ${path.slice(1).join('、')}）`
      case 'turned-attacker':
        return `${from} 先受到 ${path[0] ?? ''} 的攻击，随后开始访问 ${count} 台主机的管理端口（最近 ${to}）`
      case 'credential-path':
        return `同一账号一小时内逐台登录 ${path.join(' → ')}`
    }
  }
}

export const lateralSpread = defineModel({
  id: 'lateral-spread',
  title: '横向扩散',
  params: Params,
  create: params => new LateralSpread(params),
  samples: lateralSpreadSamples,
})
