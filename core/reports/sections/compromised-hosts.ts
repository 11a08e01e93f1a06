// 失陷与可疑主机: hosts a person judged compromised or highly suspicious and that are not clean yet.
import { openAtEnd } from '../../metrics/handling.js'
import type { CaseRow } from '../../metrics/case-rows.js'
import { outwardLabel } from '../../tickets/incident-states.js'
import { localMoment } from '../../tenants/local-time.js'
import { verdictCodeLabel } from '../../threats/terms.js'
import { defineSection, table } from '../section.js'

const MOST = 30

export const compromisedHosts = defineSection<readonly CaseRow[]>({
  id: 'compromised-hosts',
  title: { weekly: '失陷与可疑主机', other: '失陷主机清单与状态' },
  in: ['weekly', 'monthly', 'quarterly', 'annual', 'custom'],
  load: async ({ metrics }) =>
    (await openAtEnd(metrics.context)).filter(({ verdict }) => verdict?.code === 'compromised' || verdict?.code === 'highly_suspicious'),
  write: (rows, { timeZone }) =>
    rows.length === 0
      ? '期末没有未闭环的失陷或高可疑主机。'
      : [
          table(
            ['主机', '结论', '事件', '单号', '状态', '发现'],
            rows
              .slice(0, MOST)
              .map(row => [
                row.victim.ip ?? row.victim.host ?? '未知',
                verdictCodeLabel[row.verdict!.code],
                row.title,
                row.number,
                outwardLabel[row.state],
                localMoment(row.createdAt, timeZone),
              ]),
          ),
          ...(rows.length > MOST ? [`另有 ${rows.length - MOST} 台，见附表。`] : []),
        ].join('\n\n'),
})
