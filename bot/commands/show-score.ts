// `评分`: the security score of now, its three dearest deductions, and what each would gain.
import { z } from 'zod'
import { scoreCategoryLabel } from '../../core/scores/score.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const showScore = defineCommand({
  name: '评分',
  aliases: ['分数', '为什么扣分', '安全评分'],
  says: [/评分|(?:安全|得|多少|几|扣|这么低的?)分(?:数|多少|吗|呢|[?？。]*$)|怎么才\s*\d{1,3}\s*分|涨分|提高?分/],
  keepsSentence: true,
  capability: 'see-overview',
  risk: 'read',
  help: { group: '概览', summary: '安全评分、扣分最多的三项与各能涨几分', examples: ['评分'] },
  args: z.object({}),
  async run({ tenant, core }) {
    const { score, top, previous } = await core.scores.now(tenant)
    const change = previous && Math.round((score.value - previous.score) * 10) / 10
    return say(
      [
        `**安全评分 ${score.value}（${score.grade}）**${previous && change !== undefined ? `，比 ${previous.day.slice(5)} ${change > 0 ? `+${change}` : change === 0 ? '持平' : change}` : ''}`,
        ...(score.trusted
          ? []
          : [
              `评分不可信：${score.silentSources
                .slice(0, 3)
                .map(name => plain(name, 24))
                .join('、')} 中断超过 24 小时`,
            ]),
        ...score.caps.map(({ most, why }) => `${why}，总分最高 ${most}`),
        ...(top.length === 0
          ? ['没有扣分项。']
          : top.map(({ category, points, gain }, index) => `${index + 1}. ${scoreCategoryLabel[category]} −${points}，整改后约 +${gain}`)),
        ...(score.unmeasured.length > 0 ? [`尚未测量、没有计入：${score.unmeasured.join('、')}`] : []),
      ].join('\n'),
    )
  },
})
