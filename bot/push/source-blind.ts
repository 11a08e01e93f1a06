// A customer's source went silent, is not understood, has a wrong clock or lost messages: the ops room hears what and what to do.
import { clock, plain } from '../cards/format.js'
import { definePush } from './push.js'

export const sourceBlind = definePush({
  kind: 'source-blind',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    if (!tenant) return []
    const text = `**接入异常** ${plain(tenant.name, 60)} 的日志源 ${plain(refs['source'] ?? '', 64)}：${said(refs, tenant.timeZone)}`
    return [{ to: 'ops', subject: '', message: { kind: 'markdown', text }, lane: 1 }]
  },
})

function said(refs: Readonly<Record<string, string>>, zone: string): string {
  switch (refs['problem']) {
    case 'silent':
      return `按它平时的节奏不该这么久没有日志，最近一条 ${clock(refs['lastEventAt'] ?? null, zone)}。请检查设备、链路和转发配置；这段时间的威胁可能看不见。`
    case 'unparsed':
      return `近两小时有 ${refs['share'] ?? ''}% 的日志无法识别（原文已留存）。可用 \`guanjia formats learn 文件\` 生成解析草稿。`
    case 'skewed':
      return `时钟偏差约 ${refs['skewMinutes'] ?? ''} 分钟（正数为设备偏慢）。请检查对时（NTP）和时区，否则关联分析会不准。`
    case 'dropped':
      return `入库前丢失 ${refs['count'] ?? ''} 条（UDP 来得太快）。建议改用 TCP 发送或错开高峰。`
    default:
      return '状态异常。'
  }
}
