// The draft of the report to the authorities: the fields the law names (domain.md 7), filled with what is stored, the rest named as open. Pure.
import { disposalActionLabel, disposalStateLabel, type Disposal } from '../disposal/disposal.js'
import { localMoment } from '../tenants/local-time.js'
import { industryLabel, type Tenant } from '../tenants/tenant.js'
import type { Incident } from '../threats/incident.js'
import { victimName } from '../threats/incident-title.js'
import { attackResultLabel, eventTypeLabel } from '../threats/terms.js'
import { incidentStateLabel } from '../tickets/incident-states.js'
import type { Ticket, TicketTransition } from '../tickets/ticket.js'
import { gradeLabel, reporterLabel, reportTo } from './grade.js'
import type { RegulatoryCase } from './regulatory-case.js'

interface Known {
  readonly tenant: Tenant
  readonly incident: Incident
  readonly ticket: Ticket
  readonly regulatory: RegulatoryCase
  readonly transitions: readonly TicketTransition[]
  readonly disposals: readonly Disposal[]
}

const OPEN = '（请补充）'

export function draftReport({ tenant, incident, ticket, regulatory, transitions, disposals }: Known): string {
  const at = (moment: string) => localMoment(moment, tenant.timeZone)
  const kind = tenant.settings.reporterKind ?? 'other'
  const measures = disposals.map(item => `${disposalActionLabel[item.action]} ${item.target}（${disposalStateLabel[item.state]}）`)
  const found = transitions.find(item => item.to === 'confirmed')
  const facts = Object.entries(regulatory.facts).map(([name, value]) => `${factLabel[name as keyof typeof factLabel]} ${value}`)
  return [
    `网络安全事件报告（草稿，首报可先报已知项，其余补报）`,
    `报送对象：${reportTo[kind]}（${reporterLabel[kind]}）`,
    `一、单位与系统：${tenant.name}（${industryLabel[tenant.industry]}，等保${tenant.mlpsLevel}级）；涉事系统 ${victimName(incident.victim)}；联系人 ${OPEN}`,
    `二、时间地点：首次发现 ${at(incident.firstAt)}，确认 ${found ? at(found.at) : '尚未确认'}；地点 ${OPEN}`,
    `三、类型级别：${eventTypeLabel[incident.eventType]}；${gradeLabel[regulatory.grade]}（${regulatory.why.join('；')}）`,
    `四、影响：${(incident.verdict ?? incident.judgement).effect}${facts.length > 0 ? `；${facts.join('，')}` : `；业务与人员影响 ${OPEN}`}`,
    `五、已采取措施：${measures.length > 0 ? measures.join('；') : '已记录证据，暂未阻断'}；当前状态 ${incidentStateLabel[ticket.state]}`,
    `六、攻击线索：${attackResultLabel[incident.attackResult]}；来源 ${
      incident.attackers
        .slice(0, 5)
        .map(item => item.ip)
        .join('、') || '未知'
    }；${(incident.verdict ?? incident.judgement).reasons.slice(0, 3).join('；')}`,
    `七、趋势：累计 ${incident.hits} 次，最近 ${at(incident.lastAt)}`,
    `八、需要支持：${OPEN}`,
    `涉嫌犯罪的须同时报公安机关。是否及何时上报由贵单位决定，本平台只提醒与起草，不代报。`,
  ].join('\n')
}

export const factLabel = {
  interruptedHours: '主要功能中断小时',
  downHours: '整体中断小时',
  leakedPersons: '泄露个人信息人数',
  lossWan: '直接经济损失（万元）',
  affectedPersons: '受影响人数',
  frontPageHours: '主页被篡改小时',
  otherPageHours: '其他页被篡改小时',
  forwarded: '转发次数',
  viewed: '浏览次数',
} as const
