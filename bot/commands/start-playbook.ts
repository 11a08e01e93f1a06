// `启动预案`: begins the playbook of an incident's kind, or the one that is named.
import { z } from 'zod'
import { openStates } from '../../core/tickets/incident-states.js'
import { checklist, stepCard } from '../cards/playbook-cards.js'
import { defineCommand, type Answer } from '../runtime/command.js'

export const startPlaybook = defineCommand({
  name: '启动预案',
  aliases: ['预案 启动', '跑预案'],
  capability: 'run-playbook',
  risk: 'write',
  picks: { incident: openStates },
  help: {
    group: '知识',
    summary: '按事件类型（或写明的编号）启动预案清单',
    examples: ['启动预案 IN-uni-261124-001', '启动预案 IN-uni-261124-001 PB-02'],
  },
  args: z.object({ incident: z.string(), text: z.string().max(100).optional() }),
  async run({ args, actor, tenant, core }) {
    const id = /pb-\d{2}/i.exec(args.text ?? '')?.[0]
    const { run, steps } = (await core.playbooks.start(actor, tenant.id, args.incident, id))!
    const text = checklist(run, core.playbooks.library.get(run.playbookId)?.title ?? '', steps, undefined)
    const next = steps.find(step => step.kind === 'step' && step.state === 'open')
    const answers: Answer[] = [{ message: { kind: 'markdown', text } }]
    if (next) {
      const { card, commands } = stepCard(run, steps, next)
      answers.push({ message: { kind: 'card', card }, commands })
    }
    return { answers }
  },
})
