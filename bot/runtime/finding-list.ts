// The list of findings `漏洞`, `弱口令` and `基线` answer with: what was asked for, how many, the gravest first. Called by those commands.
import type { FindingQuestion } from '../../core/findings/find-findings.js'
import type { Core } from '../../core/core.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { severities, severityLabel, type Severity } from '../../core/threats/terms.js'
import { findingLine } from '../cards/finding-cards.js'
import { plain } from '../cards/format.js'
import { say, type CommandResult } from './command.js'

const SHOWN = 9

/** `高危以上` means high and critical. */
export function levelsOf(severity: Severity | undefined, text: string): readonly Severity[] | undefined {
  if (severity === undefined) return undefined
  return /以上|及以上/.test(text) ? severities.slice(0, severities.indexOf(severity) + 1) : [severity]
}

/** Hosts of an asset, when the sentence names one. */
export async function hostsOf(
  core: Core,
  tenant: Tenant,
  ip: string | undefined,
  asset: string | undefined,
): Promise<readonly string[] | undefined> {
  if (ip === undefined && asset === undefined) return undefined
  const found = await core.assets.find(tenant.id, ip === undefined ? { word: asset } : { ip })
  const hosts = found
    .flatMap(row => [row.address, ...row.addresses.map(({ address }) => address), row.hostname.toLowerCase()])
    .filter(Boolean)
  return [...new Set([...(ip === undefined ? [] : [ip]), ...hosts])]
}

export async function answerList(
  core: Core,
  tenant: Tenant,
  question: FindingQuestion,
  { what, none, more }: { readonly what: string; readonly none: string; readonly more: string },
): Promise<CommandResult> {
  const { rows, total, overdue, isCut } = await core.findings.list(tenant.id, question, SHOWN)
  if (rows.length === 0) return say(none)
  const counts = severities
    .map(level => [level, rows.filter(({ finding }) => finding.severity === level).length] as const)
    .filter(([, n]) => n > 0)
    .map(([level, n]) => `${severityLabel[level]} ${n}`)
  const head = `**${plain(what, 60)}** 未闭环 ${total}${isCut ? '+' : ''} 项${overdue > 0 ? `，超期 ${overdue}` : ''}${total <= SHOWN ? `（${counts.join('、')}）` : '，先列最要紧的'}`
  return say([head, ...rows.map(item => findingLine(item, tenant.timeZone)), more].join('\n'))
}
