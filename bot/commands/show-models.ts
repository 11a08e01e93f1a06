// `模型`: the card of the triage model, and which detection models are at work.
import { z } from 'zod'
import type { Core } from '../../core/core.js'
import { PLATFORM } from '../../core/tenants/tenant.js'
import { models } from '../../core/threats/models/index.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const showModels = defineCommand({
  name: '模型',
  aliases: ['模型卡', 'models'],
  capability: 'see-models',
  risk: 'read',
  rooms: ['ops', 'expert', 'single'],
  help: { group: '研判', summary: '排序模型学了多少、准不准、有没有漂移；有哪些检测模型', examples: ['模型', '模型 uni'] },
  args: z.object({}),
  async run({ tenant, core }) {
    return say(await card(core, tenant.id, tenant.name))
  },
  async runAcross({ core }) {
    return say(await card(core, PLATFORM, '全部单位共用'))
  },
})

async function card(core: Core, tenantId: string, whose: string): Promise<string> {
  const figures = await core.triage.figures(tenantId)
  const measured =
    figures.auc === undefined || figures.calibration === undefined
      ? `留出 ${figures.measured} 条研判，还不足以评估`
      : `留出 ${figures.measured} 条评估：AUC ${figures.auc.toFixed(3)}，校准偏差 ${figures.calibration.toFixed(3)}`
  const strongest = figures.strongest.map(([name, weight]) => `${plain(name, 60)} ${weight > 0 ? '+' : '−'}${Math.abs(weight).toFixed(2)}`)
  return [
    `**排序模型**（${plain(whose, 40)}）版本 ${figures.version}，已学 ${figures.learned} 条研判`,
    measured,
    figures.drift === undefined ? '漂移：未见' : `⚠ 漂移：${figures.drift}。可回退到以前的版本`,
    ...(strongest.length > 0 ? [`影响最大：${strongest.join('，')}`] : []),
    ...(figures.versions.length > 0 ? [`可回退：${figures.versions.join('、')}（回复“回退模型 版本”）`] : []),
    '用途：只排待研判的先后，不隐藏、不定结论；学自分析师的研判与误报。',
    `检测模型：${models.map(model => model.title).join('、')}`,
  ].join('\n')
}
