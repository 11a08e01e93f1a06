// What a format's reader hands its findings to: cuts, masks, merges what is one finding, and accounts for every record of the file.
import type { CoverageFact, Declared, FindingDraft, FindingKind, ScanReading } from '../../core/ports/scan-import.js'
import type { Severity } from '../../core/threats/terms.js'
import { maskSecrets } from './mask-secrets.js'
import { hostName } from './place.js'
import { ScanProblem } from '../shared/scan-problem.js'

/** One file; more has to be split, so that memory stays bounded. */
const MAX_FINDINGS = 200_000
const MAX_RECORDS = 5_000_000
const MAX_INSTANCES = 50
const LONG = 2000
const SHORT = 300

export interface Found {
  readonly kind?: FindingKind
  readonly check: string
  /** What the file counts as one; by default every place of a check counts. */
  readonly problem?: string
  readonly title: string
  readonly severity: Severity
  readonly host?: string
  readonly port?: number | null
  readonly protocol?: string
  readonly instances?: readonly string[]
  readonly cve?: readonly string[]
  readonly cwe?: readonly (string | number)[]
  readonly score?: number | null
  readonly vector?: string | null
  readonly evidence?: string
  readonly description?: string
  readonly solution?: string
  readonly references?: readonly string[]
  readonly toVerify?: boolean
  readonly declared?: Declared
}

export class Collector {
  private readonly byIdentity = new Map<string, FindingDraft & { instances: string[] }>()
  private readonly problems = new Map<string, Severity>()
  private readonly hosts = new Set<string>()
  private readonly records: Record<string, number> = {}
  private readonly warnings = new Set<string>()
  private readonly coverage = new Map<string, CoverageFact>()
  private readonly claims = new Map<string, CoverageFact>()
  private isPartial = false
  private endedAt: string | undefined
  private total = 0

  /** A record that is a finding, or one more place or instance of one. */
  found(given: Found): void {
    const host = hostName(given.host ?? '')
    const port = given.port ?? null
    const protocol = given.protocol ?? (port === null ? '' : 'tcp')
    const check = clean(given.check, 200)
    if (host !== '') this.hosts.add(host)
    const identity = `${host}|${port ?? ''}|${protocol}|${check}`
    const problem = given.problem ?? `${identity}|${given.title}`
    const known = this.byIdentity.get(identity)
    const instances = (given.instances ?? []).map(item => clean(maskSecrets(item), SHORT)).filter(item => item !== '')
    this.count(this.problems.has(problem) ? 'merged' : 'finding')
    if (!this.problems.has(problem)) this.problems.set(problem, given.severity)
    if (known) {
      for (const instance of instances)
        if (known.instances.length < MAX_INSTANCES && !known.instances.includes(instance)) known.instances.push(instance)
      if (order.indexOf(given.severity) < order.indexOf(known.severity)) Object.assign(known, { severity: given.severity })
      // One open place is enough.
      if ((given.declared ?? 'open') === 'open') Object.assign(known, { declared: 'open' })
      return
    }
    if (this.byIdentity.size >= MAX_FINDINGS) throw new ScanProblem(`一个文件里的发现超过 ${MAX_FINDINGS} 条，请拆分后再导入`, 1)
    this.byIdentity.set(identity, {
      kind: given.kind ?? 'vulnerability',
      check,
      problem,
      title: clean(maskSecrets(given.title), SHORT) || check,
      severity: given.severity,
      host,
      port,
      protocol,
      instances: [...new Set(instances)].slice(0, MAX_INSTANCES),
      cve: cveIds(given.cve ?? []),
      cwe: cweIds(given.cwe ?? []),
      cvss: { score: scoreOf(given.score), vector: given.vector ? clean(given.vector, 200) : null },
      evidence: clean(maskSecrets(cut(given.evidence)), LONG),
      description: clean(maskSecrets(cut(given.description)), LONG),
      solution: clean(maskSecrets(cut(given.solution)), LONG),
      references: [...new Set((given.references ?? []).map(item => clean(maskSecrets(item), 500)).filter(item => item !== ''))].slice(
        0,
        20,
      ),
      toVerify: given.toVerify ?? false,
      declared: given.declared ?? 'open',
    })
  }

  /** A record that is not a finding, and why: `passed`, `not-applicable`, `void`, … */
  notFound(reason: string): void {
    this.count(reason)
  }

  host(name: string): void {
    const host = hostName(name)
    if (host !== '') this.hosts.add(host)
  }

  /** Proof: the check (by default all of the engine) ran to its end at this place. */
  covered(place: Place, check = '*'): void {
    remember(this.coverage, place, check)
  }

  /** The run went to this place; which of its checks ran the file does not say. */
  asked(place: Place): void {
    remember(this.claims, place, '*')
  }

  warn(text: string): void {
    if (this.warnings.size < 50) this.warnings.add(clean(maskSecrets(text), SHORT))
  }

  /** The run did not end, or could not ask: said with the reason, and nothing is covered by it. */
  partial(why: string): void {
    this.isPartial = true
    this.warn(why)
  }

  reading(format: string, engine: string): ScanReading {
    const bySeverity: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
    for (const severity of this.problems.values()) bySeverity[severity]++
    return {
      ...(this.endedAt === undefined ? {} : { ranAt: this.endedAt }),
      format,
      engine,
      drafts: [...this.byIdentity.values()],
      findings: this.problems.size,
      bySeverity,
      hosts: [...this.hosts],
      records: this.records,
      partial: this.isPartial,
      warnings: [...this.warnings],
      coverage: this.isPartial ? [] : [...this.coverage.values()],
      claims: this.isPartial ? [] : [...this.claims.values()],
    }
  }

  /** When the run ended, in seconds since 1970; what is no such time is left out. */
  ended(seconds: number): void {
    if (Number.isFinite(seconds) && seconds > 0 && seconds < 4e9) this.endedAt = new Date(seconds * 1000).toISOString()
  }

  private count(reason: string): void {
    this.records[reason] = (this.records[reason] ?? 0) + 1
    if (++this.total > MAX_RECORDS) throw new ScanProblem(`一个文件里的记录超过 ${MAX_RECORDS} 条，请拆分后再导入`, 1)
  }
}

interface Place {
  readonly host: string
  readonly port?: number | null
  readonly protocol?: string
}

function remember(facts: Map<string, CoverageFact>, place: Place, check: string): void {
  const port = place.port ?? null
  const fact = { host: hostName(place.host), port, protocol: place.protocol ?? (port === null ? '' : 'tcp'), check: clean(check, 200) }
  if (fact.host !== '' && facts.size < MAX_FINDINGS) facts.set([fact.host, port ?? '', fact.protocol, fact.check].join('|'), fact)
}

const order: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']

/** Before masking, so that masking never works on megabytes; longer than what is kept, so that nothing unmasked is cut free. */
function cut(text: string | undefined): string {
  return (text ?? '').slice(0, 4 * LONG)
}

/** Control characters out, cut with a sign that it was, half characters never. */
function clean(text: string, length: number): string {
  const plain = text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ' ')
    .trim()
    .toWellFormed()
  return plain.length <= length ? plain : `${plain.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

function cveIds(given: readonly string[]): string[] {
  const found = given.flatMap(text => text.slice(0, 10_000).match(/\bCVE-\d{4}-\d{4,10}\b/gi) ?? [])
  return [...new Set(found.map(id => id.toUpperCase()))].slice(0, 200)
}

function cweIds(given: readonly (string | number)[]): number[] {
  const found = given.map(item => (typeof item === 'number' ? item : Number(/(?:CWE-)?(\d{1,5})/i.exec(item)?.[1] ?? NaN)))
  return [...new Set(found.filter(id => Number.isInteger(id) && id > 0))].slice(0, 20)
}

function scoreOf(score: number | null | undefined): number | null {
  return typeof score === 'number' && Number.isFinite(score) && score >= 0 && score <= 10 ? score : null
}
