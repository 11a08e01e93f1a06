// `影响`: whether a vulnerability or an advisory concerns the customer, from what was found there.
import { z } from 'zod'
import { AdvisoryDetails } from '../../core/cases/advisory-service.js'
import { findCase } from '../../core/cases/move-case.js'
import { relevanceLabel, type Impact } from '../../core/cases/match-advisory.js'
import { AppError } from '../../core/errors.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const MOST = 8
const EXAMPLE = '影响 CVE-2021-44228'

export const showImpact = defineCommand({
  name: '影响',
  aliases: [],
  calledWith: after => !/^[了到力范面]/.test(after),
  capability: 'see-cases',
  risk: 'read',
  keepsSentence: true,
  help: { group: '预警', summary: '一个漏洞或一条预警影响我们吗', examples: [EXAMPLE, '影响 AD-uni-261124-001', '影响 log4j'] },
  args: z.object({ cve: z.string().optional(), case: z.string().optional(), text: z.string().max(500).optional() }),
  async run({ args, tenant, core }) {
    if (args.case !== undefined) {
      const row = await core.transactions.read(t => findCase(t, tenant.id, 'advisory', args.case!))
      return say(words(row.number, await core.advisories.impact(tenant.id, AdvisoryDetails.parse(row.details))))
    }
    const cves = args.cve === undefined ? [] : [args.cve]
    // Products are named in Latin letters, with or without a version.
    const products = [...new Set((args.text ?? '').match(/[a-z][\w.+-]{2,40}/gi) ?? [])].filter(name => !/^cve-/i.test(name)).slice(0, 5)
    if (cves.length === 0 && products.length === 0) {
      const newest = (await core.advisories.list(tenant.id, undefined, 1))[0]
      if (!newest) throw new AppError('ARGUMENT_MISSING', { what: '漏洞编号或产品名', example: EXAMPLE })
      return say(
        words(
          `${newest.number} ${plain(newest.title, 50)}`,
          await core.advisories.impact(tenant.id, AdvisoryDetails.parse(newest.details)),
        ),
      )
    }
    return say(
      words([...cves, ...products].map(name => plain(name, 40)).join('、'), await core.advisories.impact(tenant.id, { cves, products })),
    )
  },
})

function words(name: string, { relevance, lines }: Impact): string {
  const head = `**${name}**：${relevanceLabel[relevance]}`
  if (relevance === 'none') return `${head}。已比对现有的漏洞扫描结果，没有匹配到；没有扫描过的资产不在内。`
  return [
    head,
    ...lines.slice(0, MOST).map(line => `· ${plain(line, 120)}`),
    ...(lines.length > MOST ? [`……共 ${lines.length} 处`] : []),
  ].join('\n')
}
