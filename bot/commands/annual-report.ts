// `年报`: the report of a year, as a message and as a file.
import { defineCommand } from '../runtime/command.js'
import { periodReport } from '../runtime/period-report.js'

export const annualReport = defineCommand({
  ...periodReport('annual'),
  name: '年报',
  aliases: ['安全年报', 'annual'],
  says: [/年报|年度(?:安全)?(?:报告|总结)|(?:全年|去年|今年)的?(?:安全)?(?:报告|总结)/],
  help: { group: '报告', summary: '年度报告：不带日期是上一年', examples: ['年报', '年报 去年'] },
})
