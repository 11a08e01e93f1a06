// `值班`: who is on duty now, by day and by night, the expert and the customer manager, with their phones.
import dayjs from 'dayjs'
import { z } from 'zod'
import type { Core } from '../../core/core.js'
import { DUTY_ZONE } from '../../core/duty/rota.js'
import { instant } from '../../core/ports/clock.js'
import { daySpan, localDay } from '../../core/tenants/local-time.js'
import { PLATFORM, type Person, type Tenant } from '../../core/tenants/tenant.js'
import { clock, hour, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

/** Shifts of a day that are shown. */
const MOST = 8

export const showDuty = defineCommand({
  name: '值班',
  aliases: ['谁在值班', '找人'],
  capability: 'see-overview',
  risk: 'read',
  help: { group: '概览', summary: '现在谁在值班、怎么联系、下一班是谁', examples: ['值班'] },
  args: z.object({ day: z.string().optional() }),
  async run({ args, tenant, core, now }) {
    return say(await answer(core, tenant, args.day, now))
  },
  async runAcross({ args, core, now }) {
    return say(await answer(core, undefined, args.day, now))
  },
})

async function answer(core: Core, tenant: Tenant | undefined, day: string | undefined, now: number): Promise<string> {
  const today = localDay(instant(now), DUTY_ZONE)
  const isNow = day === undefined || day === today
  const duty = await core.duty.at(instant(now))
  const manager = tenant?.manager ? await core.transactions.read(t => t.people.first(PLATFORM, { userId: tenant.manager! })) : undefined
  const contact = manager ? [`客户经理：${reach(manager)}`] : []
  if (!duty) return ['值班表还没有登记，有事请在本群 @我 说明，分析师会看到。', ...contact].join('\n')
  const expert = duty.expert ? [`高级专家：${reach(duty.expert)}（${duty.expertAtWork ? '在岗' : '5×8，P1 随时可呼'}）`] : []
  const shifts = await shiftsOf(core, day ?? today)
  const head =
    isNow && duty.now
      ? [
          `**现在值班** ${reach(duty.now.person)}（${plain(duty.now.shift, 16)}，至 ${clock(duty.now.to, DUTY_ZONE)}）`,
          ...(duty.next
            ? [`下一班：${reach(duty.next.person)}（${plain(duty.next.shift, 16)}，${clock(duty.next.from, DUTY_ZONE)} 起）`]
            : []),
        ]
      : []
  return [...head, ...(isNow ? expert : []), `${day ?? '今天'} 全天：${shifts.join('｜') || '没有排班'}`, ...contact].join('\n')
}

async function shiftsOf(core: Core, day: string): Promise<string[]> {
  const { from, to } = daySpan(day, day, DUTY_ZONE)
  const shown: string[] = []
  for (let at = from; at < to && shown.length < MOST;) {
    const now = (await core.duty.at(instant(at)))?.now
    if (!now) break
    shown.push(`${plain(now.shift, 16)} ${hour(now.from, DUTY_ZONE)}–${hour(now.to, DUTY_ZONE)} ${plain(now.person.name, 20)}`)
    at = dayjs(now.to).valueOf()
  }
  return shown
}

function reach({ name, phone }: Person): string {
  return phone ? `${plain(name, 20)} ${plain(phone, 32)}` : plain(name, 20)
}
