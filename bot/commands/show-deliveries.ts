// `投递`: what became of every message about an incident or a disposal: sent, held, merged or refused, and when.
import { z } from 'zod'
import { deliveryStateLabel, type JournalEntry } from '../../core/delivery/journal.js'
import type { RoadId } from '../../core/ports/road.js'
import { clock, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const MOST = 8
const roadLabel: Readonly<Record<RoadId, string>> = {
  robot: '群机器人',
  webhook: '群消息推送',
  app: '应用消息',
  mail: '邮件',
  hook: '短信/电话',
}

export const showDeliveries = defineCommand({
  name: '投递',
  aliases: ['送达', '发了没', 'deliveries'],
  says: [/(?:通知|消息).*(?:收到|发).*(?:没|了吗)/],
  capability: 'see-deliveries',
  risk: 'read',
  help: { group: '审计', summary: '一件事的消息都发到哪里、有没有送达', examples: ['投递 IN-uni-261124-001', '投递'] },
  args: z.object({ incident: z.string().optional(), disposal: z.string().optional() }),
  async run({ args, tenant, core, place }) {
    const subject = args.disposal ?? args.incident
    const entries = await core.journal.entries(tenant.id, {
      limit: MOST + 1,
      withStaffRooms: place.room === 'ops' || place.room === 'expert',
      ...(subject === undefined ? {} : { subject }),
    })
    if (entries.length === 0) return say(subject === undefined ? '还没有发过消息。' : `没有关于 ${subject} 的消息。`)
    const lines = entries.slice(0, MOST).map(entry => line(entry, tenant.timeZone))
    const more = entries.length > MOST ? ['……只列最近的，完整记录可用接口 /api/v1/deliveries 查询'] : []
    return say([`**投递记录** ${subject ?? '最近'}`, ...lines, ...more].join('\n'))
  },
})

function line(entry: JournalEntry, zone: string): string {
  const at = clock(entry.sentAt ?? entry.toldIn?.sentAt ?? entry.acceptedAt, zone)
  const failures = entry.attempts.filter(attempt => attempt.outcome === 'failed' || attempt.outcome === 'unknown').length
  const last = entry.attempts.at(-1)
  const why = entry.state !== 'sent' && last?.code ? `（${last.code}）` : ''
  const tries = failures > 0 ? `，失败过 ${failures} 次` : ''
  const merged = entry.toldIn ? `，汇总${deliveryStateLabel[entry.toldIn.state]}` : ''
  return `· ${at} ${roadLabel[entry.road]} ${deliveryStateLabel[entry.state]}${why}${merged}${tries}：${plain(entry.summary, 60)}`
}
