// In which order a customer's findings are repaired, and why: asset value, threat, exploitability, controls of domain.md 8, every term shown. Pure.
import type { Asset } from '../assets/asset.js'
import { priorityOf, type Priority } from '../vulnerabilities/priority.js'
import { isPublicAddress } from './due-date.js'
import type { FindingCase } from './finding-case.js'
import type { Finding } from './finding.js'

/** CVSS stands in for what carries none: the middle of its band (GB/T 30279 reads the bands as CVSS 3 does). */
const middle = { critical: 9.5, high: 8, medium: 5.5, low: 2, info: 0 } as const

export function findingPriority(finding: Finding, row: FindingCase | undefined, asset: Asset | undefined): Priority {
  const severity = row?.assessment?.verdict === 'lowered' ? row.assessment.severity : finding.severity
  const lowered = severity !== finding.severity
  return priorityOf({
    assetValue: asset?.value ?? 3,
    cvss: lowered ? middle[severity] : (finding.details.cvss.score ?? middle[severity]),
    exploited: false,
    // A password that was guessed needs no exploit; some scanners say that there is one.
    publicExploit:
      finding.kind === 'weak_credential' || /is_exploit=true|\bexploit(?:able|ed)?\b.*\b(?:true|yes)\b/i.test(finding.details.evidence),
    epssPercentile: null,
    exposure: isPublicAddress(finding.host) ? 'internet' : 'inside',
    controls: finding.state === 'mitigated' ? 0.4 : 0,
  })
}
