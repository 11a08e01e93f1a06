// The self-inspection table 两高一弱 as sheets: a summary, and one list for each of the three. No account and no password is in it. Pure.
import type { Sheet } from '../ports/spreadsheet.js'
import type { Tenant } from '../tenants/tenant.js'
import { severityLabel } from '../threats/terms.js'
import { localMoment } from '../tenants/local-time.js'
import { placeOf } from './certificate.js'
import type { Listed } from './find-findings.js'
import { findingStateLabel } from './finding-states.js'
import type { Share, TwoHighOneWeak, TwoHighOneWeakList } from './two-high-one-weak.js'

export function inspectionTable(
  tenant: Tenant,
  { figures, list }: { readonly figures: TwoHighOneWeak; readonly list: TwoHighOneWeakList },
): Sheet[] {
  const zone = tenant.timeZone
  const columns = (...titles: string[]) => titles.map(title => ({ title, width: title.length > 4 ? 28 : 18 }))
  const share = (name: string, { open, overdue, fixed, rate, owners }: Share) => [
    name,
    open,
    overdue,
    fixed,
    rate === null ? '尚无记录' : `${Math.round(rate * 100)}%`,
    owners.map(owner => `${owner.name || '无责任人'} ${owner.open}`).join('；'),
  ]
  const row = (name: (item: Listed) => string) => (item: Listed) => [
    item.row.number,
    placeOf(item.finding),
    item.asset?.name ?? '',
    item.asset?.business ?? '',
    name(item),
    severityLabel[item.finding.severity],
    findingStateLabel[item.finding.state],
    item.asset?.ownerName ?? '',
    localMoment(item.finding.firstSeenAt, zone),
    localMoment(item.finding.dueAt, zone),
    item.isOverdue ? '是' : '否',
  ]
  const findingColumns = (name: string) =>
    columns('编号', '位置', '资产', '业务系统', name, '级别', '状态', '责任人', '首次发现', '整改期限', '是否超期')
  return [
    {
      name: '汇总',
      columns: columns('类别', '未整改', '超期', '已整改', '整改率', '责任人分布'),
      rows: [share('高危漏洞', figures.vulnerabilities), share('高危端口', figures.ports), share('弱口令', figures.passwords)],
    },
    { name: '高危漏洞', columns: findingColumns('漏洞名称'), rows: list.vulnerabilities.map(row(({ finding }) => finding.title)) },
    {
      name: '高危端口',
      columns: columns('地址', '端口', '协议', '服务', '资产', '业务系统', '责任人', '首次发现', '最近发现'),
      rows: list.ports.map(({ service, asset }) => [
        service.address,
        service.port,
        service.protocol,
        `${service.name} ${service.product}`.trim(),
        asset?.name ?? '',
        asset?.business ?? '',
        asset?.ownerName ?? '',
        localMoment(service.firstSeenAt, zone),
        localMoment(service.lastSeenAt, zone),
      ]),
    },
    { name: '弱口令', columns: findingColumns('类型'), rows: list.passwords.map(row(() => '弱口令')) },
  ]
}
