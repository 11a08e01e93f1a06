// `起草预警`: an analyst writes an advisory; nothing leaves before a senior expert has approved it.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { defineCommand, say, type CommandContext, type CommandResult } from '../runtime/command.js'

const EXAMPLE =
  '起草预警 某 OA 文件上传；能导致=上传后门；CVE=CVE-2026-0001；产品=某OA；在野=是；建议=今天限源，48 小时内升级；临时=关闭附件上传'
const MOST_PARTS = 12

type Args = { readonly text: string }

export const draftAdvisory = defineCommand<Args>({
  name: '起草预警',
  aliases: ['预警 起草', '起草热点'],
  capability: 'draft-advisory',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  help: { group: '预警', summary: '起草一条预警（“热点=是”为热点事件），由高级专家审批后发布', examples: [EXAMPLE] },
  args: z.object({ text: z.string().min(4).max(2_000) }),
  argumentNames: { text: '标题与内容' },
  run: draft,
  runAcross: draft,
})

async function draft({ args, actor, core }: Pick<CommandContext<Args>, 'args' | 'actor' | 'core'>): Promise<CommandResult> {
  const [title = '', ...parts] = args.text
    .split(/[；;\n]/)
    .slice(0, MOST_PARTS)
    .map(part => part.trim())
  const field = (name: string): string => {
    const found = parts.find(part => part.startsWith(name))
    return found === undefined
      ? ''
      : found
          .slice(name.length)
          .replace(/^[=＝：:\s]+/, '')
          .trim()
  }
  const effect = field('能导致')
  const advice = field('建议')
  if (title === '' || effect === '' || advice === '')
    throw new AppError('ARGUMENT_MISSING', { what: '标题、能导致、建议', example: EXAMPLE })
  const list = (text: string) =>
    text
      .split(/[、,，\s]+/)
      .filter(Boolean)
      .slice(0, 20)
  const inTheWild = field('在野').startsWith('是')
  const row = await core.advisories.draft(actor, {
    title: title.slice(0, 100),
    severity: inTheWild ? 'critical' : 'high',
    cves: [...new Set((args.text.match(/CVE-\d{4}-\d{4,7}/gi) ?? []).map(cve => cve.toUpperCase()))].slice(0, 20),
    products: list(field('产品')),
    effect: effect.slice(0, 200),
    inTheWild,
    advice: advice.slice(0, 500),
    workaround: field('临时').slice(0, 300),
    hot: field('热点').startsWith('是'),
  })
  return say(`**${row.number}** 已起草，请高级专家回复“批准预警 ${row.number}”；审批后按各单位的资产匹配并发布。`)
}
