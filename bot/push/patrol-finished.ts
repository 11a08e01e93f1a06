// A patrol ended: the group gets the receipt of what it did and felt like; the staff hear of what does not count.
import { patrolStateLabel } from '../../core/patrol/patrol.js'
import { kindLabel } from '../../core/patrol/scope.js'
import { clock, plain } from '../cards/format.js'
import { definePush, type Said } from './push.js'

export const patrolFinished = definePush({
  kind: 'patrol-finished',
  async say({ tx, tenantId, refs }) {
    const run = await tx.patrolRuns.get(tenantId, refs['patrolId'] ?? '')
    const tenant = await tx.tenants.get(tenantId, tenantId)
    if (!run?.receipt || !tenant) return []
    const { receipt, plan } = run
    const skipped = receipt.skipped.slice(0, 3).map(item => `${plain(item.why, 40)} ${item.hosts} 台`)
    const shown = receipt.newHosts.slice(0, 5).map(host => plain(host, 60))
    const control =
      receipt.control === null
        ? '没有可用的对照连接'
        : `对照连接 ${plain(receipt.control, 60)} 前/中/后 ${time(receipt.before)}/${time(receipt.during)}/${time(receipt.after)}${receipt.slowed > 0 ? `，降速 ${receipt.slowed} 次` : ''}`
    const lines = [
      `**巡检回执 ${run.number}** ${kindLabel[run.kind]}：${patrolStateLabel[run.state]}（${clock(run.finishedAt, tenant.timeZone)}）`,
      ...(run.why === null ? [] : [`· ${plain(run.why, 120)}`]),
      `· 覆盖：${plan.hosts} 台中 ${receipt.hostsSeen} 台在线，${receipt.hostsSilent} 台无应答${skipped.length > 0 ? `；未覆盖：${skipped.join('，')}` : ''}`,
      ...(shown.length > 0
        ? [`· 首次见到 ${receipt.newHosts.length} 台：${shown.join('、')}${receipt.newHosts.length > 5 ? ' 等' : ''}`]
        : []),
      ...(run.kind === 'discovery' || run.state === 'void'
        ? []
        : [`· 新发现：${receipt.findings} 项，弱口令账号 ${receipt.weakAccounts} 个（明细只给责任人）`]),
      `· 影响：${receipt.probes} 个探测，峰值 ${receipt.peakPerSecond}/秒；${control}`,
    ]
    const message = { kind: 'markdown' as const, text: lines.join('\n') }
    const level = run.state === 'stopped' || run.state === 'void' ? {} : { level: 'P4' as const }
    const said: Said[] = [{ to: 'butler', subject: run.number, message, lane: 2, ...level }]
    if (run.state === 'void' || run.state === 'partial')
      said.push({
        to: 'ops',
        subject: run.number,
        message: { kind: 'markdown', text: `${plain(tenant.name, 40)} ${lines.slice(0, 3).join('\n')}` },
        lane: 2,
      })
    return said
  },
})

const time = (milliseconds: number | null): string => (milliseconds === null ? '—' : `${milliseconds} ms`)
