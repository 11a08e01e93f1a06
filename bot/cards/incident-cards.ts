// Cards about an incident: first report to the customer (template 1 of domain.md 18.3), triage for the ops room, result, closure.
import type { Card, OutgoingMessage } from '../../core/ports/chat.js'
import { plusSeconds } from '../../core/ports/clock.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import type { Alert, Incident } from '../../core/threats/incident.js'
import { victimName } from '../../core/threats/incident-title.js'
import { verdictWords } from '../../core/threats/judgement.js'
import { severityLabel } from '../../core/threats/terms.js'
import { incidentStateLabel } from '../../core/tickets/incident-states.js'
import type { Ticket } from '../../core/tickets/ticket.js'
import { card, clip, clock, duration, hour } from './format.js'

export interface IncidentView {
  readonly tenant: Tenant
  readonly incident: Incident
  readonly ticket: Ticket
  readonly alerts: readonly Alert[]
  /** Name of the analyst who has it. */
  readonly assignee?: string | undefined
}

export interface CardWithCommands {
  readonly card: Card
  readonly commands: Readonly<Record<string, string>>
}

export function certainty({ incident }: Pick<IncidentView, 'incident'>): string {
  return verdictWords(incident.verdict ?? incident.judgement)
}

function victim({ victim: party }: Incident): string {
  return party.ip && party.host ? `${party.host} ${party.ip}` : victimName(party)
}

function attackers({ attackers: list }: Incident): string {
  const first = list[0]
  if (!first) return '未知'
  return list.length === 1 ? first.ip : `${first.ip} 等 ${list.length} 个`
}

/** The basis in one breath; a rule's author is named because its licence asks for it. */
function basis(alerts: readonly Alert[]): string {
  return alerts
    .slice(0, 3)
    .map((alert, index) => `${'①②③'[index]}${alert.reason}${alert.author ? `（规则作者 ${alert.author}）` : ''}`)
    .join(' ')
}

/** What another product reports is not judged by us before a person has looked. */
function isForeign({ incident, alerts }: IncidentView): boolean {
  return incident.verdict === null && alerts.length > 0 && alerts.every(alert => typeof alert.fingerprint === 'string')
}

/** An alert of another product may be over before it is told. */
function stateOf({ alerts }: IncidentView): string {
  const isOver = alerts.length > 0 && alerts.every(alert => alert.resolvedAt !== null)
  return isOver ? '来源产品报告已恢复' : '已记录证据，未做任何阻断'
}

/** Minutes until the next word, by priority (domain.md 6.1 `update`). */
const updateMinutes = { P1: 30, P2: 120, P3: 24 * 60, P4: 24 * 60 } as const

export function firstReportCard(view: IncidentView, at: string): CardWithCommands {
  const { incident, tenant, ticket } = view
  const next = plusSeconds(at, updateMinutes[ticket.priority] * 60)
  return {
    card: card({
      title: `【${severityLabel[incident.severity]}】${incident.title}`,
      desc: isForeign(view)
        ? '其他产品报来的告警，分析师核实中'
        : `判断：${certainty(view)}${incident.attackResult === 'success' ? '　已有成功登录' : ''}`,
      text: `依据：${basis(view.alerts)}`,
      facts: [
        { name: '资产', value: victim(incident) },
        { name: '来源', value: attackers(incident) },
        { name: '现状', value: stateOf(view) },
        { name: '需要您', value: incident.attackResult === 'success' ? '确认登录是否本人' : '暂无，研判后再请您确认' },
        { name: '下次更新', value: `${clock(next, tenant.timeZone)} 处理人：${clip(view.assignee ?? '值班分析师', 8)}` },
        { name: '单号', value: incident.number },
      ],
      whole: [incident.number],
      buttons: [
        { key: 'why', text: '先了解详情', style: 'primary' },
        { key: 'false', text: '误报', style: 'plain' },
      ],
    }),
    commands: { why: `为什么 ${incident.number}`, false: `误报 ${incident.number}` },
  }
}

/** Length of the block the triage card offers. */
export const BLOCK_HOURS = 12

export function triageCard(view: IncidentView, blockHours = BLOCK_HOURS): CardWithCommands {
  const { incident, tenant, ticket } = view
  const ip = incident.attackers[0]?.ip
  return {
    card: card({
      source: `运营群分诊 · ${tenant.name}`,
      title: `【${ticket.priority}·${severityLabel[incident.severity]}】${incident.title}`,
      desc: isForeign(view) ? '其他产品报来的告警，待核实' : `系统判断：${certainty(view)}`,
      text: `依据：${basis(view.alerts)}`,
      facts: [
        { name: '单位', value: `${tenant.name}（${tenant.code}）` },
        { name: '资产', value: victim(incident) },
        { name: '来源', value: attackers(incident) },
        { name: '检出', value: `${incident.hits} 次，首次 ${hour(incident.firstAt, tenant.timeZone)}` },
        { name: '状态', value: `${incidentStateLabel[ticket.state]}${view.assignee ? ` · ${view.assignee}` : ''}` },
        { name: '单号', value: incident.number },
      ],
      whole: [incident.number],
      buttons: [
        { key: 'claim', text: '认领', style: 'primary' },
        { key: 'why', text: '为什么', style: 'plain' },
        ...(ip ? [{ key: 'block', text: `封禁 ${blockHours}h`, style: 'danger' as const }] : []),
        { key: 'escalate', text: '升级', style: 'plain' },
        { key: 'false', text: '误报', style: 'plain' },
      ],
    }),
    commands: {
      escalate: `升级 ${incident.number}`,
      claim: `认领 ${incident.number}`,
      why: `为什么 ${incident.number}`,
      ...(ip ? { block: `封禁 ${ip} ${blockHours}h ${incident.number}` } : {}),
      false: `误报 ${incident.number}`,
    },
  }
}

/** The triage card after a press: who has it now, and no second 认领. */
export function triageUpdate(view: IncidentView): OutgoingMessage & { kind: 'card-update' } {
  const { card: full } = triageCard(view)
  const title = view.assignee ? `${clip(view.assignee, 14)} 已认领 ${hour(view.ticket.claimedAt, view.tenant.timeZone)}` : full.title
  const buttons = view.ticket.state === 'new' ? full.buttons : full.buttons.filter(button => button.key !== 'claim')
  return { kind: 'card-update', card: { ...full, title, desc: full.title, buttons } }
}

export function resolvedCard(view: IncidentView, times: { contain?: number; lines: readonly string[] }): CardWithCommands {
  const { incident, tenant, ticket } = view
  return {
    card: card({
      title: `【已处置】${incident.title}`,
      desc: times.contain === undefined ? '复验通过' : `用时：发现→遏制 ${duration(times.contain)}`,
      text: `复验：${times.lines.join('；')}`,
      facts: [
        { name: '根因', value: incident.conclusion ?? '—' },
        { name: '观察期', value: `至 ${clock(ticket.observeUntil, tenant.timeZone)}` },
        { name: '需要您', value: '无需您操作' },
        { name: '单号', value: incident.number },
      ],
      whole: [incident.number],
      buttons: [],
    }),
    commands: {},
  }
}

export function closedCard(view: IncidentView, lesson: string): CardWithCommands {
  const { incident } = view
  const rate = (word: string) => `评价 ${incident.number} ${word}`
  return {
    card: card({
      title: `【已闭环】${incident.title}`,
      desc: '观察期无复发，复盘已完成',
      text: `教训与改进：${lesson}`,
      facts: [
        { name: '根因', value: incident.conclusion ?? '—' },
        { name: '单号', value: incident.number },
      ],
      whole: [incident.number],
      buttons: [
        { key: 'good', text: '满意', style: 'primary' },
        { key: 'fair', text: '一般', style: 'plain' },
        { key: 'bad', text: '不满意', style: 'plain' },
      ],
    }),
    commands: { good: rate('满意'), fair: rate('一般'), bad: rate('不满意') },
  }
}
