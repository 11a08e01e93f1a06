// `我的设置`: what a person is told directly, and in a group what the group is told.
import { z } from 'zod'
import type { Preference } from '../../core/delivery/attention.js'
import { eventTypeLabel, type EventType } from '../../core/threats/terms.js'
import { defineCommand, say } from '../runtime/command.js'

const named = (topics: readonly string[]) => topics.map(topic => eventTypeLabel[topic as EventType] ?? topic).join('、') || '无'
const hours = (quiet: string | null, wakes: string) => (quiet === null ? '未设免打扰' : `免打扰 ${quiet}（${wakes} 除外）`)

export const showOwnSettings = defineCommand({
  name: '我的设置',
  aliases: ['通知设置', '偏好', 'settings'],
  capability: 'see-incidents',
  risk: 'read',
  rooms: ['butler', 'single'],
  help: { group: '设置', summary: '您个人和本群现在怎么通知', examples: ['我的设置'] },
  args: z.object({}),
  async run({ actor, tenant, place, core }) {
    const own = await core.preferences.ofPerson(actor)
    const lines = [
      `**您个人** ${own.channel === 'mail' ? '走邮件' : '走应用消息'}，${own.atLeast} 及以上，${hours(own.quiet, own.wakes)}，不看：${named(own.muted)}`,
      ...(place.room === 'butler' ? [ofGroup(await core.preferences.of(tenant, place.chatId))] : []),
      '可以说：只看高危、晚上别打我、发邮件给我、不看 扫描探测（单聊说是您个人的，群里说是全群的）。',
    ]
    return say(lines.join('\n'))
  },
})

function ofGroup({ atOnce, quiet, wakes, muted, perHour, perDay }: Preference): string {
  return `**本群** ${atOnce} 及以上即时，${hours(quiet, wakes)}，不看：${named(muted)}，非 P1 每小时最多 ${perHour} 条、每天 ${perDay} 条`
}
