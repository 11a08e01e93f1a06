// `战情群`: the timeline of a grave incident and its room; bound in a new group (bot/runtime/bind-room.ts), closed when it is not needed.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { openStates } from '../../core/tickets/incident-states.js'
import { clock, plain } from '../cards/format.js'
import { nameOf } from '../push/views.js'
import { defineCommand, say } from '../runtime/command.js'

const LINES = 9

export const warRoom = defineCommand({
  name: '战情群',
  aliases: ['作战室'],
  capability: 'see-incidents',
  risk: 'read',
  keepsSentence: true,
  picks: { incident: openStates },
  help: {
    group: '事件',
    summary: '事件的时间线与战情群；在新建的群里说“战情群 绑定 单号”绑定，“战情群 关闭 单号”归档',
    examples: ['战情群 IN-uni-261124-001'],
  },
  args: z.object({ incident: z.string(), text: z.string().max(300).optional() }),
  async run({ args, actor, tenant, place, core }) {
    const words = args.text ?? ''
    if (/^绑定/.test(words))
      throw new AppError('TRANSITION_NOT_ALLOWED', { number: '本群', state: '已登记的群', action: '再绑定为战情群，请在新建的群里说' })
    if (/^(?:关闭|归档)/.test(words)) {
      await core.warRooms.close(actor, tenant.id, args.incident)
      return say(`**${args.incident}** 的战情群已归档${place.room === 'war' ? '，本群不再响应' : ''}。`)
    }
    const { incident, moments, room } = await core.warRooms.timeline(tenant.id, args.incident)
    const names = await core.transactions.read(async t => {
      const known = new Map<string, string>()
      for (const by of new Set(moments.map(moment => moment.by))) known.set(by, await nameOf(t, tenant.id, by))
      return known
    })
    const shown = moments.slice(-LINES)
    return say(
      [
        `**${incident.number}** ${plain(incident.title, 60)}　${room ? '战情群已开' : '没有战情群'}`,
        ...(moments.length > shown.length ? [`……前面还有 ${moments.length - shown.length} 条`] : []),
        ...shown.map(({ at, by, words: what }) => `${clock(at, tenant.timeZone)} ${plain(what, 80)}（${plain(names.get(by) ?? by, 20)}）`),
      ].join('\n'),
    )
  },
})
