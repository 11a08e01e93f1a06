// `怎么办`: the first five steps for what is described, or the whole playbook as a file.
import { z } from 'zod'
import { playbookText } from '../../core/playbooks/playbook-library.js'
import { reportHtml } from '../../core/reports/report-text.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const STEPS = 5

export const whatToDo = defineCommand({
  name: '怎么办',
  aliases: ['预案', 'SOP'],
  capability: 'use-help',
  risk: 'read',
  keepsSentence: true,
  help: { group: '知识', summary: '某种情况先做哪五步；加“全文”拿整份预案', examples: ['怎么办 勒索', '怎么办 挖矿 全文'] },
  args: z.object({ text: z.string().max(500).optional() }),
  async run({ args, tenant, core }) {
    const words = args.text ?? ''
    const { library } = core.playbooks
    const playbook = library.find(words)
    if (!playbook) {
      const names = library.all().map(({ title }) => plain(title.replace(/处置$/, ''), 20))
      return say(`请说是哪种情况，例如“怎么办 勒索”。有预案的：${names.join('、')}。正在发生请直接说“报障 …”。`)
    }
    const edition = await core.editions.current(tenant.id, playbook.id)
    const steps = edition?.steps ?? playbook.steps
    if (/全文|整份|完整|文件|文档|发(?:我)?一份|给我一份/.test(words)) {
      const title = `${playbook.id} ${playbook.title}`
      const html = reportHtml({ markdown: playbookText(playbook, steps, edition?.number) }, title)
      const file = { name: `${title}.html`, base64: Buffer.from(html, 'utf8').toString('base64') }
      return { answers: [{ message: { kind: 'markdown', text: `**${title}** 见附件。` } }, { message: { kind: 'file', file } }] }
    }
    const lines = [...playbook.first, ...steps.map(step => step.do)].slice(0, STEPS)
    return say(
      [
        `**${playbook.title}**，先做这 ${lines.length} 步：`,
        ...lines.map((line, index) => `${index + 1}. ${plain(line, 120)}`),
        `正在发生请说“报障 …”；整份预案说“怎么办 ${playbook.words[0] ?? playbook.id} 全文”。`,
      ].join('\n'),
    )
  },
})
