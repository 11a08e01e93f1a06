// 风险清单与建议: what the expert wrote (action, owner, date, gain); until then what the score itself suggests, marked as such.
import { scoreInput } from '../../scores/score-service.js'
import { scoreCategoryLabel, topDeductions, type ScoreCategory } from '../../scores/score.js'
import type { Advice } from '../report.js'
import { defineSection, table } from '../section.js'

const hint: Readonly<Record<ScoreCategory, string>> = {
  incidents: '尽快闭环未处理的事件，优先失陷主机与超期事件',
  vulnerabilities: '按期限修复严重与高危漏洞，来不及的先做缓解',
  weak_passwords: '更换弱口令并开启双因素',
  baseline: '整改不符合项',
  exposure: '关闭或限源高危端口与违规暴露',
  coverage: '恢复中断的日志源，补齐接入',
  timeliness: '改进响应时效',
}

interface Data {
  readonly written: readonly Advice[]
  readonly suggested: ReturnType<typeof topDeductions>
}

export const advice = defineSection<Data>({
  id: 'advice',
  title: '风险与建议',
  in: ['monthly', 'quarterly', 'annual', 'custom', 'one-page', 'vulnerability'],
  async load({ tables, tenant, metrics, advice: written }) {
    return { written, suggested: topDeductions(await scoreInput(tables, tenant, metrics.context.until)) }
  },
  write: ({ written, suggested }) =>
    written.length > 0
      ? table(
          ['措施', '责任人', '期限', '预期收益'],
          written.map(item => [item.action, item.owner, item.due, item.gain]),
        )
      : suggested.length === 0
        ? '没有需要整改的扣分项。'
        : [
            '按期末扣分自动给出，落地建议由专家补充：',
            table(
              ['扣分项', '建议', '预计涨分'],
              suggested.map(item => [scoreCategoryLabel[item.category], hint[item.category], `${item.gain}`]),
            ),
          ].join('\n\n'),
})
