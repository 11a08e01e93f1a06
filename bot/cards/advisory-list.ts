// A customer's advisories as lines; said by `预警` and `热点`. Pure.
import { AdvisoryDetails } from '../../core/cases/advisory-service.js'
import type { Case } from '../../core/cases/case.js'
import { caseStateLabel } from '../../core/cases/case-tables.js'
import { relevanceLabel } from '../../core/cases/match-advisory.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { clock, plain } from './format.js'

export function advisoryList(rows: readonly Case[], tenant: Tenant, what: '预警' | '热点'): string {
  if (rows.length === 0) return `最近没有发布过${what}。想知道某个漏洞有没有影响，说“影响 CVE-…”。`
  const lines = rows.map(row => {
    const { relevance, cves } = AdvisoryDetails.parse(row.details)
    const cve = cves[0] === undefined ? '' : `${cves[0]} `
    return `· ${clock(row.createdAt, tenant.timeZone)} 【${relevanceLabel[relevance ?? 'none']}】${cve}${plain(row.title, 50)}　${caseStateLabel(row)}　${row.number}`
  })
  return [`**最近的${what}**`, ...lines].join('\n')
}
