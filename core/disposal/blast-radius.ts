// What a block would touch, told before anybody is asked (design.md 6.4): which of the customer's assets talked to the address in 24 hours,
// whose address it is, what became of earlier blocks. Asked by disposal-service.ts.
import ipaddr from 'ipaddr.js'
import type { Archive } from '../ports/archive.js'
import { instant, plusSeconds } from '../ports/clock.js'
import type { Tables } from '../ports/transaction.js'
import { localMoment } from '../tenants/local-time.js'
import type { Device, Tenant } from '../tenants/tenant.js'
import { victimName } from '../threats/incident-title.js'
import { disposalStateLabel, type BlastRadius } from './disposal.js'
import { contains } from './guard.js'

/** An analyst waits for the answer: what was not read by then is not known. */
const MILLISECONDS = 800
const LINES = 500
const DAY = 86_400
const HOUR = 3600

/** Whose an address is. `shared`: behind it live many (CDN, carrier); `never`: it must not be blocked at all. */
export interface Whose {
  readonly words: string
  readonly effect?: 'shared' | 'never'
}

export interface Seen {
  /** Own addresses with the number of lines that name both, busiest first. */
  readonly assets: readonly { readonly ip: string; readonly lines: number }[]
  /** Hours that were looked through. */
  readonly hours: number
}

const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g

/** Reads the raw lines of the last 24 hours within a strict time; undefined when they cannot be read. */
export async function seenInArchive(
  archive: Pick<Archive, 'search'>,
  tenantId: string,
  ip: string,
  ownNetworks: readonly string[],
  now: number,
): Promise<Seen | undefined> {
  const from = now - DAY * 1000
  const question = { text: ip, whole: true, from: instant(from), to: instant(now), limit: LINES, milliseconds: MILLISECONDS }
  let found: Awaited<ReturnType<Archive['search']>>
  try {
    found = await archive.search(tenantId, question)
  } catch {
    // Without the archive the request goes on and says that nobody looked.
    return undefined
  }
  const counts = new Map<string, number>()
  for (const { raw } of found.records)
    for (const other of new Set(raw.match(IPV4) ?? [])) {
      if (other === ip || !ipaddr.IPv4.isValidFourPartDecimal(other)) continue
      const address = ipaddr.IPv4.parse(other)
      if (ownNetworks.some(network => contains(network, address))) counts.set(other, (counts.get(other) ?? 0) + 1)
    }
  const reached = Math.max(from, Date.parse(found.reached))
  return {
    assets: [...counts].map(([asset, lines]) => ({ ip: asset, lines })).sort((a, b) => b.lines - a.lines),
    hours: Math.round((now - reached) / (HOUR * 1000)),
  }
}

interface Question {
  readonly tenant: Tenant
  readonly ip: string
  readonly device: Device
  readonly at: string
  readonly seen: Seen | undefined
  readonly whose: Whose | undefined
}

/** The first three lines stand on the card, in this order; the others in the text that goes with it. */
export async function blastRadius(
  t: Pick<Tables, 'incidents' | 'disposals'>,
  { tenant, ip, device, at, seen, whose }: Question,
): Promise<BlastRadius> {
  const incidents = (await t.incidents.find(tenant.id, { lastAt: { atLeast: plusSeconds(at, -DAY) } }, { limit: 200 })).filter(item =>
    item.attackers.some(attacker => attacker.ip === ip),
  )
  const victims = [...new Set(incidents.map(item => victimName(item.victim)))]
  const hits = incidents.reduce((sum, item) => sum + (item.attackers.find(attacker => attacker.ip === ip)?.hits ?? 0), 0)
  const earlier = await t.disposals.find(tenant.id, { target: ip, action: 'block_ip' }, { order: { proposedAt: 'desc' }, limit: 20 })
  const done = earlier.filter(item => ['released', 'verified', 'succeeded'].includes(item.state))
  const newest = earlier[0]
  return {
    earlierBlocks: done.length,
    lines: [
      victims.length > 0
        ? `24 小时内命中 ${hits} 次，涉及 ${victims.slice(0, 3).join('、')}${victims.length > 3 ? ` 等 ${victims.length} 台` : ''}`
        : '24 小时内没有该地址的告警',
      `在 ${device.name} 双向拦截该地址，其他访问不受影响`,
      done.length > 0 ? `此前封过 ${done.length} 次` : '此前没有封过',
      talked(seen),
      `归属：${whose?.words ?? '未知（不在共享出口名单里）'}`,
      ...(newest ? [`上一次：${localMoment(newest.proposedAt, tenant.timeZone)} ${disposalStateLabel[newest.state]}`] : []),
    ],
  }
}

function talked(seen: Seen | undefined): string {
  if (!seen) return '往来：日志暂时查不了'
  const span = seen.hours >= 24 ? '24 小时内' : `最近 ${seen.hours} 小时内（更早的来不及查）`
  if (seen.assets.length === 0) return `往来：${span}没有本单位资产与它往来的日志`
  const names = seen.assets.slice(0, 5).map(({ ip, lines }) => `${ip}（${lines} 条）`)
  return `往来：${span}有 ${seen.assets.length} 台资产与它往来：${names.join('、')}`
}
