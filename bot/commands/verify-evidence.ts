// `核验证据`: reads every piece of evidence again and compares it with what was written down.
import { z } from 'zod'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const MOST = 10

export const verifyEvidence = defineCommand({
  name: '核验证据',
  aliases: ['证据核验', '证据'],
  capability: 'see-evidence',
  risk: 'read',
  help: { group: '知识', summary: '逐件核对证据的校验值与保管链', examples: ['核验证据 IN-uni-261124-001'] },
  args: z.object({ incident: z.string() }),
  async run({ args, actor, tenant, core }) {
    const checked = await core.evidence.verify(actor, tenant.id, args.incident)
    if (checked.length === 0) return say(`**${args.incident}** 还没有留存证据。`)
    const bad = checked.filter(({ holds }) => !holds)
    const lines = [...bad, ...checked.filter(({ holds }) => holds)]
      .slice(0, MOST)
      .map(({ item, holds, problem }) => `${holds ? '✓' : '✗'} ${plain(item.name, 50)} ${item.sha256.slice(0, 16)} ${problem}`.trim())
    const head = bad.length === 0 ? `${checked.length} 件证据全部相符` : `${checked.length} 件证据中有 ${bad.length} 件不符`
    return say([`**${args.incident}** ${head}`, ...lines].join('\n'))
  },
})
