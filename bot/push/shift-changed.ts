// At each change of shift the ops room gets the handover: who comes, what is open, what is due, what waits for whom.
import { serviceCalendar } from '../../core/clocks/ticket-clocks.js'
import { slaLabel, type SlaMetric } from '../../core/clocks/sla-policy.js'
import { dutyIn, storedPlan } from '../../core/duty/duty-desk.js'
import { handover } from '../../core/duty/handover.js'
import { dutyAt } from '../../core/duty/rota.js'
import { clock, plain } from '../cards/format.js'
import { definePush } from './push.js'

const ZONE = 'Asia/Shanghai'
const MOST = 4

export const shiftChanged = definePush({
  kind: 'shift-changed',
  async say({ tx, refs }) {
    const plan = await storedPlan(tx)
    // The rota may have changed since this was set up.
    if (!plan || dutyAt(plan, serviceCalendar, tx.at)?.from !== refs['from']) return []
    const duty = await dutyIn(tx, tx.at)
    const before = await dutyIn(tx, new Date(Date.parse(refs['from'] ?? tx.at) - 1000).toISOString())
    if (!duty?.now) return []
    const { person, shift, to } = duty.now
    const left = await handover(tx, tx.at, to)
    const due = left.due
      .slice(0, MOST)
      .map(
        timer =>
          `${plain(timer.subject, 40)} ${slaLabel[timer.kind as SlaMetric] ?? '到期'} ${clock(timer.dueAt, ZONE)}${timer.breachedAt ? '（已超时）' : ''}`,
      )
    const more = (items: readonly unknown[]) => (items.length > MOST ? ` 等 ${items.length} 项` : '')
    const lines = [
      `**交接班** ${plain(before?.now?.person.name ?? '—', 20)} → ${plain(person.name, 20)}（${plain(shift, 16)}，至 ${clock(to, ZONE)}）${duty.expert ? `，值班专家 ${plain(duty.expert.name, 20)}` : ''}`,
      `未闭环 ${left.open} 件：P1 ${left.byPriority.P1}、P2 ${left.byPriority.P2}、P3 ${left.byPriority.P3}、P4 ${left.byPriority.P4}；待认领 ${left.unclaimed}`,
      `本班到期：${due.length > 0 ? due.join('；') + more(left.due) : '无'}`,
      `等客户答复：${left.requests.length > 0 ? left.requests.slice(0, MOST).join('、') + more(left.requests) : '无'}`,
      `等专家：${left.escalations.length > 0 ? left.escalations.slice(0, MOST).join('、') + more(left.escalations) : '无'}`,
      `明细请回复“待办”。`,
    ]
    const mention = { text: `交接班：${person.name} 接${shift}`, userIds: [person.userId] }
    return [{ to: 'ops', subject: '', message: { kind: 'markdown', text: lines.join('\n') }, lane: 0, mention }]
  },
})
