// `停扫`: anyone in the group stops every scan at once, without a question.
import { z } from 'zod'
import { kindLabel } from '../../core/patrol/scope.js'
import { defineCommand, say } from '../runtime/command.js'

export const stopScans = defineCommand({
  name: '停扫',
  aliases: ['暂停扫描', '停止扫描', '别扫了', 'stopscan'],
  says: [
    /(?:别|不要|不许|不准|甭)再?(?:给我)?(?:扫|测绘|探测)/,
    /(?:停|中止|终止|暂停|叫停|停掉|停下)[^，,。]{0,6}(?:扫描?|巡检|测绘|探测)/,
    /(?:扫描?|巡检|测绘)[^，,。]{0,12}(?:停掉|停了?|停下来?|中止|终止)(?:吧|掉|了)?[。!！\s]*$/,
  ],
  capability: 'stop-scans',
  risk: 'write',
  isWish: true,
  harmless: true,
  help: { group: '巡检', summary: '立即停止本单位正在进行和排队的扫描，谁都可以', examples: ['停扫', '停扫 PT-uni-261124-001'] },
  args: z.object({ patrol: z.string().optional() }),
  async run({ args, actor, tenant, core }) {
    const runs = await core.patrols.stop(actor, tenant, args.patrol)
    if (runs.length === 0) return say('现在没有正在进行或排队的扫描。如果仍然卡，请说“报障”，我们一起查原因。')
    const names = runs.slice(0, 5).map(run => `${run.number}（${kindLabel[run.kind]}）`)
    return say(`已下令停止 ${names.join('、')}${runs.length > 5 ? ` 等 ${runs.length} 个` : ''}：引擎 5 秒内全部退出，随后给您停止回执。`)
  },
})
