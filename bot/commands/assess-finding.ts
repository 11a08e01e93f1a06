// `评估`: an expert says that a finding matters less than it looks, and on what that rests; when it no longer holds the finding is back.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { assess, conditionLabel, severityChange } from '../../core/findings/assessment.js'
import type { AssessmentCondition } from '../../core/findings/finding-case.js'
import { clock, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const EXAMPLE = '评估 FD-uni-261124-001 低危 仅内网可达 条件未暴露'
const rests: readonly (readonly [RegExp, AssessmentCondition['kind']])[] = [
  [/未暴露|不暴露|仅内网|内网可达/, 'not-public'],
  [/(?:版本|服务)不变/, 'same-service'],
  [/端口(?:已|保持)?关闭/, 'port-closed'],
  [/价值(?:不超过|≤|<=)\s*[1-5]/, 'value-at-most'],
]

export const assessFinding = defineCommand({
  name: '评估',
  aliases: ['assess'],
  capability: 'assess-findings',
  risk: 'write',
  help: {
    group: '脆弱性',
    summary: '专家降低级别或判误报：写明级别、理由与前提（未暴露、服务不变、端口关闭、价值不超过N、时长），前提不成立自动恢复',
    examples: [EXAMPLE, '评估 FD-uni-261124-001 误报 已打反向移植补丁 服务不变'],
  },
  args: z.object({
    finding: z.string(),
    severity: z.enum(['critical', 'high', 'medium', 'low', 'info']).optional(),
    seconds: z.number().positive().optional(),
    text: z.string().max(500).default(''),
  }),
  async run({ args: { finding, severity, seconds, text }, actor, tenant, core }) {
    const isFalse = /误报/.test(text)
    if (!isFalse && severity === undefined) throw new AppError('ARGUMENT_MISSING', { what: '级别（或“误报”）', example: EXAMPLE })
    const named = rests.filter(([pattern]) => pattern.test(text)).map(([, kind]) => kind)
    const value = /价值(?:不超过|≤|<=)\s*([1-5])/.exec(text)?.[1]
    const { row, assessment } = await assess(
      core.transactions,
      actor,
      tenant.id,
      { number: finding },
      {
        verdict: isFalse ? 'false_positive' : 'lowered',
        severity: severity ?? 'info',
        reason: text.replace(/^(?:严重|[高中低]危|提示|误报)\s*/, ''),
        rests: [...named, ...(seconds === undefined ? [] : (['until'] as const))],
        value: value === undefined ? undefined : Number(value),
        seconds,
      },
    )
    return say(
      `**${row.number}** 已评估：${severityChange(assessment)}，期限 ${clock((await core.findings.story(tenant.id, row.number)).finding.dueAt, tenant.timeZone)}。\n前提：${plain(assessment.conditions.map(conditionLabel).join('；'), 200)}；不再成立时自动恢复跟踪。`,
    )
  },
})
