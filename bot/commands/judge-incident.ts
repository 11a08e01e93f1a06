// `研判`: adopts the automatic judgement, or gives one's own with at least two reasons.
import { z } from 'zod'
import { verdictWords } from '../../core/threats/judgement.js'
import type { VerdictCode } from '../../core/threats/terms.js'
import { AppError } from '../../core/errors.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const words: readonly (readonly [RegExp, VerdictCode])[] = [
  [/^(?:已失陷|失陷)/, 'compromised'],
  [/^高可疑/, 'highly_suspicious'],
  [/^可疑/, 'suspicious'],
  [/^(?:攻击未遂|未遂)/, 'attempted'],
]
const EXAMPLE = '研判 IN-uni-261124-001 可疑 登录失败来自境外；账号不存在'

export const judgeIncident = defineCommand({
  name: '研判',
  aliases: ['定性', 'judge'],
  capability: 'claim-and-judge',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  picks: { incident: ['triaging', 'new'] },
  help: { group: '研判', summary: '出研判结论；不写结论就采纳系统判断', examples: ['研判 IN-uni-261124-001', EXAMPLE] },
  args: z.object({ incident: z.string(), text: z.string().optional() }),
  async run({ args, actor, tenant, core }) {
    const own = args.text === undefined ? undefined : ownVerdict(args.text)
    const { incident } = await core.tickets.confirm(actor, tenant.id, args.incident, own)
    const verdict = incident.verdict ?? incident.judgement
    return say(`**${args.incident}** 结论：${verdictWords(verdict)}\n依据：${plain(verdict.reasons.join('；'))}`)
  },
})

function ownVerdict(text: string): { code: VerdictCode; reasons: string[] } {
  const known = words.find(([pattern]) => pattern.test(text))
  if (!known)
    throw new AppError('ARGUMENT_INVALID', { value: text.slice(0, 20), what: '结论（已失陷、高可疑、可疑、攻击未遂）', example: EXAMPLE })
  const reasons = text
    .replace(known[0], '')
    .split(/[；;\n]/)
    .map(reason => reason.trim())
    .filter(reason => reason.length >= 2)
  return { code: known[1], reasons }
}
