// `生成报告`: any report of any days. For staff a new version as a draft to be reviewed; for the customer what there is, at once.
import { z } from 'zod'
import { reportKindLabel, type ReportKind } from '../../core/reports/report.js'
import { isStaff } from '../../core/tenants/roles.js'
import { defineCommand, say } from '../runtime/command.js'
import { answerReport, formatOf, requestOf } from '../runtime/report-answer.js'

const words: readonly (readonly [RegExp, ReportKind])[] = [
  [/一页纸|领导|一页/, 'one-page'],
  [/漏洞|脆弱|弱口令|整改|两高一弱/, 'vulnerability'],
  [/服务总结|服务单|用量/, 'service'],
  [/日报/, 'daily'],
  [/周报/, 'weekly'],
  [/月报/, 'monthly'],
  [/季报|季度/, 'quarterly'],
  [/年报|年度/, 'annual'],
]

export const draftReport = defineCommand({
  name: '生成报告',
  aliases: ['出报告', '起草报告'],
  says: [
    /一页纸|(?:来|出|做|写|整理|生成|给)[^，,。]{0,6}(?:份|个|一下)?[^，,。]{0,10}(?:漏洞|脆弱性|弱口令|专报|专项|应急|整改)[^，,。]{0,6}(?:情况|报告|草稿)?$/,
  ],
  capability: 'see-overview',
  risk: 'read',
  keepsSentence: true,
  help: {
    group: '报告',
    summary: '任意时段、任意资产或类型的报告：一页纸、脆弱性、事件专报、服务总结；运营人员得到待审的新版本',
    examples: ['生成报告 一页纸', '生成报告 漏洞 上周', '生成报告 IN-uni-261124-001'],
  },
  args: z.object({
    incident: z.string().optional(),
    day: z.string().optional(),
    days: z.string().optional(),
    ip: z.string().optional(),
    asset: z.string().max(100).optional(),
    format: z.string().optional(),
    text: z.string().max(2_000).optional(),
  }),
  async run(context) {
    const { args, actor, tenant, core } = context
    const today = core.reports.today(tenant)
    const kind = words.find(([pattern]) => pattern.test(args.text ?? ''))?.[1] ?? 'custom'
    const request =
      args.incident === undefined
        ? requestOf(kind, withDays(kind, args, today), tenant.timeZone, today)
        : { kind: 'incident' as const, period: today, scope: args.incident }
    if (!isStaff(actor.role)) return answerReport(context, await core.reports.make(tenant, request), formatOf(args.format))
    const report = await core.reports.renew(tenant, request, actor.userId)
    if (report.number === '') return answerReport(context, report, formatOf(args.format))
    const changes = report.content?.changes ?? []
    const odd = report.content?.oddities ?? []
    return say(
      [
        `**${report.number}** ${reportKindLabel[report.kind]} ${report.period} 第 ${report.version} 版，草稿。`,
        ...(changes.length > 0 ? [`与上一版：${changes.slice(0, 6).join('；')}`] : []),
        ...odd.slice(0, 4).map(({ what, why }) => `异常：${what}，${why}`),
        odd.length > 0 ? `先说明原因：审报告 ${report.number} 说明：…` : `下一步：审报告 ${report.number} 校数`,
      ].join('\n'),
    )
  },
})

/** Reports without a stretch of their own are of the last seven days unless other days were said. */
function withDays<A extends { day?: string | undefined; days?: string | undefined }>(kind: ReportKind, args: A, today: string): A {
  const isFree = kind === 'custom' || kind === 'one-page' || kind === 'vulnerability' || kind === 'service'
  if (!isFree || args.day !== undefined || args.days !== undefined) return args
  const back = (days: number) => new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10)
  return { ...args, days: `${back(7)} 至 ${back(1)}` }
}
