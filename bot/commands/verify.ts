// `复验`: of an incident it names the root cause and looks whether the measure holds; of a finding it asks the same check again.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const verify = defineCommand({
  name: '复验',
  aliases: ['验证', 'verify'],
  says: [/(?:再|重新|重)(?:次)?(?:查|扫|验|测|检查)(?:一下|一遍|一次|下)/, /(?:做|来|发起)(?:一次|个)?复验/],
  capability: 'retest-findings',
  risk: 'write',
  picks: { incident: ['eradicating', 'recovering', 'verifying'], when: ({ ip }, atHome) => !atHome && ip === undefined },
  help: {
    group: '脆弱性',
    summary: '用同一检查再查一遍漏洞；分析师写明根因复验一个事件，通过后进入观察期',
    examples: ['复验 FD-uni-261124-001', '复验 IN-uni-261124-001 弱口令被外网猜解'],
  },
  args: z
    .object({
      incident: z.string().optional(),
      finding: z.string().optional(),
      ip: z.string().optional(),
      text: z.string().max(500).optional(),
    })
    .refine(({ incident, finding, ip }) => (incident ?? finding ?? ip) !== undefined, { path: ['finding'] })
    .refine(({ incident, text }) => incident === undefined || (text ?? '').length >= 2, { path: ['text'] }),
  argumentNames: { finding: '漏洞编号（或事件单号）', text: '根因' },
  async run({ args, actor, tenant, core, place }) {
    const { incident, finding, ip, text = '' } = args
    if (incident === undefined) {
      const { row, retest } = await core.findings.retest(actor, tenant.id, { number: finding, ip })
      return say(
        `**${row.number}** 已排队复验：由 ${plain(retest.engine, 20)} 再做同一项检查，结果在这里回复；检查没做成不会改变它的状态。`,
      )
    }
    if (place.room === 'butler') throw new AppError('NOT_ALLOWED', { who: '运营群或专家群或单聊里的人员' })
    const { passed, lines } = await core.tickets.verify(actor, tenant.id, incident, text, found => core.measures.check(found))
    const head = passed ? `**${incident}** 复验通过，进入观察期。` : `**${incident}** 复验未通过，退回处理。`
    return say([head, ...lines.map(line => `· ${plain(line, 120)}`)].join('\n'))
  },
})
