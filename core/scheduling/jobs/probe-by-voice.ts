// For customers who asked for it: a group to which nothing was sent for hours hears one line that its road works; a dead one is found by its failure.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import { quietEnd } from '../../delivery/attention.js'
import { newDelivery } from '../../delivery/new-delivery.js'
import { preferenceOf } from '../../delivery/preferences.js'
import { unaskedRoad } from '../../delivery/unasked-road.js'
import { instant } from '../../ports/clock.js'
import { defineJob } from '../job.js'

dayjs.extend(utc)
dayjs.extend(timezone)

export const probeByVoice = defineJob({
  id: 'probe-by-voice',
  when: { everySeconds: 240 },
  timeoutSeconds: 30,
  async run({ tenant, now, transactions }) {
    const hours = tenant.settings.spokenProbeHours
    if (hours === undefined) return
    const since = instant(now - hours * 3_600_000)
    const day = dayjs(now).tz(tenant.timeZone).format('YYYY-MM-DD')
    await transactions.run(async tx => {
      for (const group of await tx.groups.find(tenant.id, { kind: 'butler' })) {
        if (group.form === 'external_relay') continue
        const { quiet } = await preferenceOf(tx, tenant, group.chatId)
        if (quiet !== null && quietEnd(quiet, now, tenant.timeZone) !== undefined) continue
        const heard = await tx.deliveries.first(tenant.id, { chatId: group.chatId, state: 'sent', sentAt: { atLeast: since } })
        if (heard) continue
        const { robot, chatId } = group
        const message = { kind: 'markdown', text: '值守自检：消息通道正常，无需回复。' } as const
        const where = { tenantId: tenant.id, robot, chatId, chatType: 'group', road: await unaskedRoad(tx, group) } as const
        const row = newDelivery(tx, { ...where, kind: 'probe', subject: '', lane: 2, message, key: `probe:${group.id}:${day}` })
        await tx.deliveries.insertIfAbsent(row)
      }
    })
  },
})
