// A word of the chat for something people do by hand: it is passed on to the customer manager, with one sentence about who answers and when.
import { z } from 'zod'
import type { Capability } from '../../core/tenants/roles.js'
import { passOn } from '../../core/requests/pass-on.js'
import { plain } from '../cards/format.js'
import { defineCommand, say, type Command } from '../runtime/command.js'

export interface ServiceRequest {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly group: string
  readonly summary: string
  readonly example: string
  readonly capability?: Capability
  /** Something at the customer's would change by it, so people ask back before they act. */
  readonly changes?: true
}

export function requestCommand({ name, aliases = [], group, summary, example, capability, changes }: ServiceRequest): Command<{
  text?: string | undefined
}> {
  return defineCommand({
    name,
    aliases,
    capability: capability ?? 'report-incident',
    risk: changes ? 'needs-approval' : 'read',
    keepsSentence: true,
    help: { group, summary: `${summary}（客户经理人工办理）`, examples: [example] },
    args: z.object({ text: z.string().max(2_000).optional() }),
    async run({ args, actor, tenant, core }) {
      const text = args.text ?? name
      const { manager } = await passOn(core.transactions, actor, { tenantId: tenant.id, word: name, text })
      const who = manager === undefined ? '运营团队' : `客户经理${plain(manager, 20)}`
      const before = changes ? '，动手之前会再和您确认' : ''
      return say(`“${name}”由人来办：已转给${who}，工作时间 30 分钟内回复您${before}。着急请说“值班”。`)
    },
  })
}
