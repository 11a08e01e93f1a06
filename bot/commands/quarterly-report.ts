// `季报`: the report of a quarter, as a message and as a file.
import { defineCommand } from '../runtime/command.js'
import { periodReport } from '../runtime/period-report.js'

export const quarterlyReport = defineCommand({
  ...periodReport('quarterly'),
  name: '季报',
  aliases: ['安全季报', 'quarterly'],
  says: [/季报|季度的?(?:安全)?(?:报告|总结)/],
  help: { group: '报告', summary: '季度报告：不带日期是上个季度', examples: ['季报', '季报 上季度'] },
})
