// What was wrong with a customer's source is over: the ops room hears it, so that nobody goes on looking.
import { clock, plain } from '../cards/format.js'
import { definePush } from './push.js'

const WORDS: Readonly<Record<string, string>> = { silent: '重新有日志', unparsed: '日志已能识别', skewed: '时钟已校准' }

export const sourceSeen = definePush({
  kind: 'source-seen',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    if (!tenant) return []
    const since = clock(refs['since'] ?? null, tenant.timeZone)
    const text = `**接入恢复** ${plain(tenant.name, 60)} 的日志源 ${plain(refs['source'] ?? '', 64)}：${WORDS[refs['problem'] ?? ''] ?? '恢复正常'}（异常自 ${since}）`
    return [{ to: 'ops', subject: '', message: { kind: 'markdown', text }, lane: 2 }]
  },
})
