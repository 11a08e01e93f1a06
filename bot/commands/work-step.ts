// `步骤`: what was done of a playbook, what was skipped and why, what is proposed to the customer; answered with the next step.
import { z } from 'zod'
import type { Running } from '../../core/playbooks/playbook-service.js'
import { AppError } from '../../core/errors.js'
import { openStates } from '../../core/tickets/incident-states.js'
import { checklist, stepCard } from '../cards/playbook-cards.js'
import { defineCommand, say, type Answer, type CommandResult } from '../runtime/command.js'

const EXAMPLE = '步骤 IN-uni-261124-001 6 完成 已删除样本'

export const workStep = defineCommand({
  name: '步骤',
  aliases: [],
  capability: 'run-playbook',
  risk: 'write',
  keepsSentence: true,
  picks: { incident: openStates },
  help: {
    group: '知识',
    summary: '预案的一步：完成、跳过（写理由）、处置（请客户授权）、加（补充做了什么）；不写则列出清单',
    examples: [
      EXAMPLE,
      '步骤 IN-uni-261124-001 7 跳过 没有这类设备',
      '步骤 IN-uni-261124-001 5 处置',
      '步骤 IN-uni-261124-001 加 通知了托管方',
    ],
  },
  args: z.object({ incident: z.string(), ip: z.string().optional(), words: z.string().max(1_000).optional() }),
  argumentNames: { words: '步骤与结果' },
  async run({ args, actor, tenant, core }) {
    const words = (args.words ?? '').trim()
    const { playbooks } = core
    const added = /^(?:加|补充)[\s：:]*(.*)$/s.exec(words)?.[1]
    if (added !== undefined) return next(await playbooks.add(actor, tenant.id, args.incident, added))
    const [, at, verb, note = ''] = /^第?\s*(\d{1,3})\s*步?\s*(完成|跳过|处置)[\s：:，,]*(.*)$/s.exec(words) ?? []
    if (at === undefined || verb === undefined) {
      if (words !== '') throw new AppError('ARGUMENT_INVALID', { value: words.slice(0, 40), what: '步骤与结果', example: EXAMPLE })
      const { run, steps } = await playbooks.running(tenant.id, args.incident)
      return say(checklist(run, playbooks.library.get(run.playbookId)?.title ?? '', steps, undefined))
    }
    const position = Number(at)
    if (verb === '处置') {
      const { disposal } = await playbooks.propose(actor, tenant.id, args.incident, position, args.ip)
      return say(`**${disposal}** 已请客户授权，客户同意并执行后回复“步骤 ${args.incident} ${position} 完成”。`)
    }
    const running =
      verb === '完成'
        ? await playbooks.done(actor, tenant.id, args.incident, position, note)
        : await playbooks.skip(actor, tenant.id, args.incident, position, note)
    return next(running)
  },
})

function next({ run, steps }: Running): CommandResult {
  const open = steps.filter(step => step.kind === 'step' && step.state === 'open')
  const [first] = open
  if (!first) return say(`**${run.subject}** 预案 ${run.playbookId} 的步骤都已处理。`)
  const { card, commands } = stepCard(run, steps, first)
  const answer: Answer = { message: { kind: 'card', card }, commands }
  return { answers: [answer] }
}
