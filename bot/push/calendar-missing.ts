// The holidays of a year are not known: office hours are then counted by weekdays alone, which must be seen.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const calendarMissing = definePush({
  kind: 'calendar-missing',
  say({ refs }) {
    const year = plain(refs['year'] ?? '', 4)
    const text = `**工作日历缺 ${year} 年** ${year} 年的节假日安排还没有录入，5×8 时限与值班暂按周一至周五计算，可能不准。请更新版本，或在声明的 duty.holidays 里写明放假与调休。`
    return Promise.resolve([{ to: 'ops', subject: '', message: { kind: 'markdown', text }, lane: 1 }])
  },
})
