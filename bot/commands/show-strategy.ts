// `策略`: what is patrolled when, its versions and their differences; staff change it or take it back, customers' wishes go to the manager.
import { z } from 'zod'
import { describeRule, differences } from '../../core/patrol/strategy.js'
import type { PatrolRule, StrategyVersion } from '../../core/patrol/patrol.js'
import type { PatrolKind } from '../../core/patrol/scope.js'
import { passOn } from '../../core/requests/pass-on.js'
import { may } from '../../core/tenants/roles.js'
import { clock, plain } from '../cards/format.js'
import { defineCommand, say, type CommandResult } from '../runtime/command.js'

const kinds: readonly (readonly [RegExp, PatrolKind])[] = [
  [/弱口令/, 'weak_password'],
  [/漏洞/, 'vulnerability'],
  [/资产|测绘/, 'discovery'],
]

export const showStrategy = defineCommand({
  name: '策略',
  aliases: ['strategy'],
  capability: 'see-overview',
  risk: 'needs-approval',
  keepsSentence: true,
  help: {
    group: '设置',
    summary: '巡检的频率、时段与速率；历史版本、差异与回滚；客户的调整要求转客户经理',
    examples: ['策略', '策略 历史', '策略 启用', '策略 漏洞 每14天 22:00-06:00 50/秒', '策略 回滚 2'],
  },
  args: z.object({ text: z.string().max(500).optional() }),
  async run({ args, actor, tenant, core }) {
    const text = (args.text ?? '').trim()
    const { strategies } = core
    if (text === '' || /^(?:查看|看看?|是什么|现在的?)/.test(text)) {
      const now = await strategies.current(tenant)
      const version = now.version === 0 ? '行业模板，尚未启用：不会自动巡检，启用请说“策略 启用”' : `第 ${now.version} 版`
      return say([`**策略** ${plain(tenant.name, 40)}（${version}）`, ...now.patrols.map(rule => `· ${describeRule(rule)}`)].join('\n'))
    }
    if (/历史|版本|对比|差异/.test(text)) return history(await strategies.history(tenant), tenant.timeZone)
    if (!may(actor.role, 'set-strategy')) {
      const { manager } = await passOn(core.transactions, actor, { tenantId: tenant.id, word: '策略', text })
      return say(
        `调整策略的要求已转给${manager === undefined ? '运营团队' : `客户经理${plain(manager, 20)}`}，改动前会把前后差异发给您确认。`,
      )
    }
    if (/^启用/.test(text)) {
      await strategies.enact(actor, tenant)
      return say('**策略已启用**：在授权书范围和时段内按频率自动巡检，每次开始前都会重新核对授权。')
    }
    const back = /(?:回滚|回退|恢复)\D{0,6}(\d{1,6})/.exec(text)?.[1]
    if (back !== undefined) return changed(await strategies.rollBack(actor, tenant, Number(back)))
    const kind = kinds.find(([pattern]) => pattern.test(text))?.[1]
    const rule = kind && { kind, ...ruleIn(text) }
    if (!rule || Object.keys(rule).length === 1) return say('要改什么？例如“策略 漏洞 每14天 22:00-06:00 50/秒”，或“策略 回滚 2”。')
    return changed(await strategies.change(actor, tenant, rule, text))
  },
})

function ruleIn(text: string): Partial<PatrolRule> {
  const days = /每\s*(\d{1,3})?\s*(天|日|周|月)/.exec(text)
  const each = { 天: 1, 日: 1, 周: 7, 月: 30 }[days?.[2] ?? ''] ?? 0
  const window = /\d{2}:\d{2}-\d{2}:\d{2}/.exec(text)?.[0]
  const rate = /(\d{1,4})\s*\/\s*(?:秒|s)/.exec(text)?.[1]
  return {
    ...(days ? { everyDays: Number(days[1] ?? 1) * each } : /只在要求时|停用/.test(text) ? { everyDays: 0 } : {}),
    ...(window === undefined ? {} : { window }),
    ...(rate === undefined ? {} : { perSecond: Number(rate) }),
  }
}

function changed(changes: readonly string[]): CommandResult {
  if (changes.length === 0) return say('和现在的策略一样，没有改动。')
  return say(['**策略已更新**，下一次排期生效；回到以前请说“策略 回滚 版本号”', ...changes.slice(0, 8).map(line => `· ${line}`)].join('\n'))
}

function history(versions: readonly StrategyVersion[], zone: string): CommandResult {
  if (versions.length === 0) return say('策略还是行业模板，没有改过。')
  const rows = versions.slice(0, 8).map((row, index) => {
    const before = versions[index + 1]
    const what = before ? differences(before.patrols, row.patrols).join('；') : '自行业模板起'
    return `· 第 ${row.version} 版 ${clock(row.at, zone)} ${plain(row.by, 20)}：${plain(what, 120)}`
  })
  return say(['**策略历史**', ...rows].join('\n'))
}
