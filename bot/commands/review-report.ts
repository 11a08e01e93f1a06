// `审报告`: the steps of a report before it leaves: figures checked, odd ones explained, advice written, tone approved.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { reportStateLabel } from '../../core/reports/report.js'
import { reportTitle } from '../../core/reports/report-text.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

/** The text comes as it was written, its days included, and so with the number. */
const NUMBER = /^\s*RP-[0-9A-Za-z-]+/i
const EXAMPLE = '审报告 RP-uni-261124-001 校数'

export const reviewReport = defineCommand({
  name: '审报告',
  aliases: ['审核报告'],
  capability: 'review-report',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  help: {
    group: '报告',
    summary:
      '审一份草稿：校数（分析师）、说明 异常原因、建议 措施；责任人；期限；收益（高级专家，一行一条）、审定（客户经理）；不带单号列出待审',
    examples: [
      EXAMPLE,
      '审报告 RP-uni-261124-001 说明：开学登录量上升',
      '审报告 RP-uni-261124-001 建议：关闭 3389；李工；11-30；评分约 +3',
    ],
  },
  args: z.object({ report: z.string().optional(), text: z.string().max(4_000).optional() }),
  async run({ args, actor, tenant, core }) {
    const { reportReview } = core
    if (args.report === undefined) {
      const waiting = await reportReview.waiting(tenant.id)
      if (waiting.length === 0) return say('没有待审的报告。')
      return say(
        waiting.map(report => `· ${report.number} ${plain(reportTitle(report, tenant), 60)}，${reportStateLabel[report.state]}`).join('\n'),
      )
    }
    const number = args.report
    const [, step = '', rest = ''] = /^\s*(校数|说明|建议|审定)[\s：:，,]*([\s\S]*)$/.exec((args.text ?? '').replace(NUMBER, '')) ?? []
    if (step === '校数') {
      await reportReview.check(actor, tenant.id, number)
      return say(`**${number}** 已校数。下一步由高级专家写建议：审报告 ${number} 建议：措施；责任人；期限；收益`)
    }
    if (step === '说明') {
      await reportReview.explain(actor, tenant.id, number, rest)
      return say(`**${number}** 已记录异常说明。`)
    }
    if (step === '建议') {
      const report = await reportReview.advise(actor, tenant, number, adviceOf(rest))
      return say(`**${report.number}** 第 ${report.version} 版，已写入建议。下一步由客户经理审定：审报告 ${report.number} 审定`)
    }
    if (step === '审定') {
      const report = await reportReview.approve(actor, tenant.id, number)
      // The file is made now, so that it leaves together with the summary.
      await core.reportFiles.make(report, tenant, 'pdf')
      return say(`**${number}** 已审定。发送请说：发送报告 ${number}`)
    }
    const report = await reportReview.get(tenant.id, number)
    const odd = report.content?.oddities ?? []
    return say(
      [
        `**${number}** ${plain(reportTitle(report, tenant), 60)} 第 ${report.version} 版，${reportStateLabel[report.state]}`,
        ...odd.slice(0, 5).map(({ what, why }) => `异常：${plain(what, 40)}，${why}`),
        ...(report.content?.explanation ? [`说明：${plain(report.content.explanation.text, 200)}`] : []),
        ...(report.content?.changes.length ? [`与上一版：${report.content.changes.slice(0, 5).join('；')}`] : []),
      ].join('\n'),
    )
  },
})

/** One line each: action; owner; date; gain. @throws ARGUMENT_INVALID */
function adviceOf(text: string): { action: string; owner: string; due: string; gain: string }[] {
  const lines = text.split(/\n|｜｜/).filter(line => line.trim() !== '')
  return lines.map(line => {
    const [action = '', owner = '', due = '', gain = '', more] = line.split(/[;；]/).map(part => part.trim())
    if ([action, owner, due, gain].includes('') || more !== undefined)
      throw new AppError('ARGUMENT_INVALID', {
        value: line.slice(0, 40),
        what: '建议（措施；责任人；期限；收益）',
        example: '关闭 3389；李工；11-30；评分约 +3',
      })
    return { action, owner, due, gain }
  })
}
