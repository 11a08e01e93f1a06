// The law's countdown (domain.md 7): told to the customer's owner and the customer manager by themselves, never to a group, and never that nothing
// need be reported.
import { gradeLabel, reportHours, reportTo } from '../../core/regulatory/grade.js'
import { clock, plain } from '../cards/format.js'
import { definePush } from './push.js'

const words: Readonly<Record<string, string>> = {
  started: '开始上报倒计时',
  changed: '定级有变化',
  lowered: '定级已核定为一般，倒计时停止；是否上报仍由贵单位决定',
  half: '上报时限已过半',
  due: '已到法定上报时限',
  summary: '总结报告 7 天后到期',
  'summary-due': '总结报告到期（处置结束后 30 日）',
}

export const regulatoryCountdown = definePush({
  kind: 'regulatory-countdown',
  async say({ tx, tenantId, refs }) {
    const found = await tx.regulatoryCases.get(tenantId, refs['ticketId'] ?? '')
    const tenant = await tx.tenants.get(tenantId, tenantId)
    if (!found || !tenant) return []
    const stage = refs['stage'] ?? 'started'
    if (found.state === 'decided' && ['half', 'due'].includes(stage)) return []
    const owners = await tx.people.find(tenantId, { role: 'owner' }, { order: { userId: 'asc' }, limit: 5 })
    const userIds = [...owners.map(person => person.userId), ...(tenant.manager === null ? [] : [tenant.manager])]
    const kind = tenant.settings.reporterKind ?? 'other'
    const until =
      found.dueAt === null ? '' : `最迟 ${clock(found.dueAt, tenant.timeZone)} 向${reportTo[kind]}报告（${reportHours[kind]} 小时内）。`
    const text = [
      `**${plain(found.subject, 64)} ${words[stage] ?? words['started']!}**`,
      `系统与分析师判断：${gradeLabel[found.grade]}，依据：${plain(found.why.join('；'), 200)}`,
      `${until}信息不全可先报基础项，其余补报；涉嫌犯罪须同时报公安机关。`,
      `报告草稿请单聊回复“上报草稿 ${found.subject}”；决定请回复“上报决定 ${found.subject} 说明”。是否上报由贵单位决定，本平台不代报。`,
    ].join('\n')
    return [{ to: 'people', userIds, subject: found.subject, message: { kind: 'markdown', text }, lane: 0 }]
  },
})
