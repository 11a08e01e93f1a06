// `弱口令`: how many, where, until when; the accounts only to the owner, alone with the bot. A password is never there to be shown.
import { z } from 'zod'
import { placeOf } from '../../core/findings/certificate.js'
import { weakCredentialCard } from '../cards/finding-cards.js'
import { clock, code, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const DETAILS = 9

export const listWeakCredentials = defineCommand({
  name: '弱口令',
  aliases: ['弱密码'],
  calledWith: after => !/^(?:巡检|扫描|检测|检查|怎么|改|已)/.test(after),
  capability: 'see-findings',
  risk: 'read',
  help: { group: '脆弱性', summary: '没改的弱口令；账号明细只给责任人本人，在单聊里说“弱口令 明细”', examples: ['弱口令', '弱口令 明细'] },
  args: z.object({ text: z.string().max(200).default('') }),
  async run({ args, actor, tenant, core, place }) {
    const kinds = ['weak_credential'] as const
    if (/明细|账号|哪些账户/.test(args.text)) {
      if (place.chatType === 'group') return say('账号明细不在群里显示：请点我的头像进单聊，回复“弱口令 明细”，只给资产责任人本人。')
      const own = await core.findings.list(tenant.id, { kinds, owner: actor.userId }, DETAILS)
      if (own.rows.length === 0) return say('没有归您负责的弱口令。账号明细只给资产责任人；先“认领 地址”登记责任人。')
      const lines = own.rows.map(
        ({ finding, row }) =>
          `· ${row.number} ${plain(placeOf(finding), 40)} ${code([finding.title, ...finding.details.instances].join(' '), 90)}　${clock(finding.dueAt, tenant.timeZone)} 前`,
      )
      return say(['**您名下的弱口令**（口令本身不保存、不显示）', ...lines, '改完回复“已修复 编号”。'].join('\n'))
    }
    const { rows, total } = await core.findings.list(tenant.id, { kinds }, 200)
    if (total === 0) return say('没有未整改的弱口令。没有查过的系统不在其内。')
    const urgent = [...rows].sort((a, b) => (a.finding.dueAt < b.finding.dueAt ? -1 : 1))
    const items = urgent.map(({ finding, row, asset }) => ({ finding, row, ownerName: asset?.ownerName ?? '' }))
    const { card, commands } = weakCredentialCard({ items, total, zone: tenant.timeZone })
    return { answers: [{ message: { kind: 'card', card }, commands }] }
  },
})
