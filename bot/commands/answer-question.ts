// `回答`: the customer answers a question of a running playbook, by its button or in words.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { openStates } from '../../core/tickets/incident-states.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const EXAMPLE = '回答 IN-uni-261124-001 1 核心业务'

export const answerQuestion = defineCommand({
  name: '回答',
  aliases: [],
  capability: 'answer-playbook',
  risk: 'write',
  keepsSentence: true,
  picks: { incident: openStates },
  help: { group: '知识', summary: '回答处置中问您的问题', examples: [EXAMPLE] },
  args: z.object({ incident: z.string(), words: z.string().max(400) }),
  argumentNames: { words: '第几问和答案' },
  async run({ args, actor, tenant, core }) {
    const [, at, words] = /^第?\s*(\d{1,3})\s*[问题]?[\s：:，,]*(.{1,300})$/s.exec(args.words) ?? []
    if (at === undefined || words === undefined)
      throw new AppError('ARGUMENT_INVALID', { value: args.words.slice(0, 40), what: '第几问和答案', example: EXAMPLE })
    const step = await core.playbooks.answer(actor, tenant.id, args.incident, Number(at), words.trim())
    return say(`已记下：${plain(step.words, 80)} → **${plain(step.note, 100)}**`)
  },
})
