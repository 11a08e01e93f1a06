// `扫描进度`: how far the running patrols are, what is still to come, or how the last one ended.
import { z } from 'zod'
import type { Progress } from '../../core/patrol/patrol-service.js'
import { patrolStateLabel } from '../../core/patrol/patrol.js'
import { kindLabel } from '../../core/patrol/scope.js'
import { clock, duration, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const scanProgress = defineCommand({
  name: '扫描进度',
  aliases: ['巡检进度', '巡检状态'],
  says: [/扫(?:描)?(?:完|到哪|得怎么样|了多少|到百分之)/, /(?:扫描|巡检)[^，,。]{0,8}(?:进度|做完|完成|结束)(?:没|了吗|吗)/],
  capability: 'see-overview',
  risk: 'read',
  help: { group: '巡检', summary: '扫描到哪一步、预计何时完成', examples: ['扫描进度'] },
  args: z.object({}),
  async run({ tenant, core, now }) {
    const all = await core.patrols.progress(tenant.id)
    if (all.length === 0) return say('还没有安排过巡检。')
    return say(['**扫描进度**', ...all.map(item => line(item, tenant.timeZone, now))].join('\n'))
  },
})

function line({ run, slices, hostsDone }: Progress, zone: string, now: number): string {
  const head = `· ${run.number} ${kindLabel[run.kind]}：${patrolStateLabel[run.state]}`
  if (run.state === 'planned')
    return `${head}，${clock(run.startAt, zone)} 开始，已完成 ${hostsDone}/${run.plan.hosts} 台${run.why === null ? '' : `（${plain(run.why, 60)}）`}`
  if (run.state !== 'running')
    return `${head}（${clock(run.finishedAt, zone)}），${hostsDone}/${run.plan.hosts} 台${run.why === null ? '' : `，${plain(run.why, 60)}`}`
  const percent = slices === 0 ? 0 : Math.floor((run.slicesDone / slices) * 100)
  // What was measured so far is worth more than what was planned.
  const spent = run.startedAt === null ? 0 : (now - Date.parse(run.startedAt)) / 1000
  const left = run.slicesDone > 0 ? (spent / run.slicesDone) * (slices - run.slicesDone) : run.plan.seconds
  return `${head} ${percent}%，${hostsDone}/${run.plan.hosts} 台，预计还要 ${duration(left)}`
}
