// An exposure, configuration change, advisory or service order went a step further: who has to act gets a card, the others a line.
import type { Case } from '../../core/cases/case.js'
import { AdvisoryDetails } from '../../core/cases/advisory-service.js'
import { caseStateLabel } from '../../core/cases/case-tables.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import type { CardWithCommands } from '../cards/incident-cards.js'
import { advisoryCard, changeCard, openingCard, orderCard, rollBackCard } from '../cards/case-cards.js'
import { plain } from '../cards/format.js'
import { definePush, type Said } from './push.js'
import { nameOf } from './views.js'

/** What the ops room has to do when a case comes into a state. */
const forStaff: Readonly<Record<string, string>> = {
  'exposure:re_probing': '请从外网复测，回复“收敛 {number} 复测通过”或“复测未通过”',
  'configuration_change:violating': '请给出回退方案：“回退 {number} 方案 …”',
  'configuration_change:rolling_back': '客户已同意回退，完成后回复“回退 {number} 核验通过 …”',
  'service_order:requested': '请界定范围：“服务 界定 {number} 2人天 目标 … 期限 30天”',
  'service_order:authorized': '请排期：“服务 排期 {number} 明天”',
  'service_order:scheduled': '到场后回复“签到 {number}”',
  'service_order:rework': '客户未通过验收，返工后重新签到',
  'advisory:checking': '请安排核查，完成后回复“跟进预警 {number} 已关闭 …”',
}

export const caseChanged = definePush({
  kind: 'case-changed',
  async say({ tx, tenantId, refs }) {
    const row = await tx.cases.get(tenantId, refs['caseId'] ?? '')
    const tenant = await tx.tenants.get(tenantId, tenantId)
    // What has moved on is told by its own announcement.
    if (!row || !tenant || (row.state !== refs['to'] && row.kind !== 'advisory')) return []
    const who = plain(await nameOf(tx, tenantId, refs['by'] ?? 'system'), 30)
    const line = `**${row.number}** ${plain(row.title, 60)}：${caseStateLabel({ ...row, state: refs['to'] ?? '' })}（${who}）${plain(refs['why'] ?? '', 160)}`
    const asked = cardFor(row, tenant, refs)
    const said: Said[] = [
      asked
        ? { to: 'butler', subject: row.number, message: { kind: 'card', card: asked.card }, commands: asked.commands, ...levelOf(row) }
        : { to: 'butler', subject: row.number, message: { kind: 'markdown', text: line }, ...levelOf(row) },
    ]
    const staff = forStaff[`${row.kind}:${refs['to'] ?? ''}`]
    if (staff !== undefined) {
      const text = `${line}\n单位：${plain(tenant.name, 40)}。${staff.replace('{number}', row.number)}`
      const ring =
        tenant.manager && row.kind === 'service_order' ? { mention: { text: `${row.number} 请跟进`, userIds: [tenant.manager] } } : {}
      said.push({ to: 'ops', subject: row.number, message: { kind: 'markdown', text }, ...ring })
    }
    return said
  },
})

function cardFor(row: Case, tenant: Tenant, refs: Readonly<Record<string, string>>): CardWithCommands | undefined {
  switch (`${row.kind}:${refs['to'] ?? ''}`) {
    case 'exposure:ownership_confirming':
      return openingCard(row, tenant)
    case 'configuration_change:reviewing':
      return changeCard(row)
    case 'configuration_change:advice_sent':
      return rollBackCard(row, refs['why'] ?? '')
    case 'advisory:published':
      return advisoryCard(row)
    case 'service_order:scoped':
    case 'service_order:confirmed':
    case 'service_order:accepting':
      return orderCard(row, tenant)
    default:
      return undefined
  }
}

/** News that nobody asked for is within the group's budget; a running case always leaves. */
function levelOf(row: Case): Pick<Said, 'level'> {
  if (row.kind === 'advisory' && row.origin !== null) {
    const relevance = AdvisoryDetails.safeParse(row.details).data?.relevance
    return { level: relevance === 'affected' ? 'P2' : relevance === 'possible' ? 'P3' : 'P4' }
  }
  return {}
}
