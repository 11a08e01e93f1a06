// `月报`: the report of a month, as a message and as a file.
import { defineCommand } from '../runtime/command.js'
import { periodReport } from '../runtime/period-report.js'

export const monthlyReport = defineCommand({
  ...periodReport('monthly'),
  name: '月报',
  aliases: ['安全月报', 'monthly'],
  says: [/月报|月度(?:安全)?(?:报告|总结)|(?:上个?|本|\d{1,2})月份?的?(?:安全)?报告/],
  help: { group: '报告', summary: '安全月报：不带日期是上个月', examples: ['月报', '月报 10月'] },
})
