// `周报`: the report of a week, as a message and as a file.
import { defineCommand } from '../runtime/command.js'
import { periodReport } from '../runtime/period-report.js'

export const weeklyReport = defineCommand({
  ...periodReport('weekly'),
  name: '周报',
  aliases: ['安全周报', 'weekly'],
  says: [/周报|(?:上|本|这)个?周的?(?:安全)?(?:报告|总结)/],
  help: { group: '报告', summary: '安全周报：不带日期是上周', examples: ['周报', '周报 上周', '周报 导出 docx'] },
})
