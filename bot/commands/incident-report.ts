// `专报`: the report on one incident as a file, Markdown or a page; a draft while the incident is open.
import { z } from 'zod'
import { reportHtml } from '../../core/reports/report-text.js'
import { defineCommand } from '../runtime/command.js'

export const incidentReport = defineCommand({
  name: '专报',
  aliases: ['事件专报', '事件报告'],
  capability: 'see-evidence',
  risk: 'read',
  keepsSentence: true,
  help: {
    group: '报告',
    summary: '一起事件的专报（写“md”要 Markdown）；未闭环时为草稿',
    examples: ['专报 IN-uni-261124-001', '专报 IN-uni-261124-001 md'],
  },
  args: z.object({ incident: z.string(), text: z.string().max(100).optional() }),
  async run({ args, tenant, core }) {
    const { markdown, stored } = await core.incidentReports.draft(tenant.id, args.incident)
    const title = `安全事件专报 ${args.incident}${stored ? '' : '（草稿）'}`
    const isMarkdown = /(?:^|\s)(?:md|markdown)/i.test(args.text ?? '')
    const text = isMarkdown ? markdown : reportHtml({ markdown }, title)
    const file = { name: `${title}.${isMarkdown ? 'md' : 'html'}`, base64: Buffer.from(text, 'utf8').toString('base64') }
    return { answers: [{ message: { kind: 'markdown', text: `**${title}** 见附件。` } }, { message: { kind: 'file', file } }] }
  },
})
