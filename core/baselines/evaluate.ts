// A baseline over collected texts: every check's answer with its evidence, and the score. Pure: the same for a live host, an uploaded file and
// last quarter's snapshot. Called by `guanjia baseline` and the patrol.
import type { Baseline, Check, Test } from './baseline.js'
import { look, pattern } from './leaves.js'
import { masked } from './mask.js'
import { best, inverse, worst, type Outcome } from './outcome.js'

/** What was collected for an input: its text, or why there is none. */
export type Collected = { readonly text: string } | { readonly problem: string }

export interface Evidence {
  readonly input: string
  /** Secrets taken out; none of an input that is secret as a whole. */
  readonly lines: readonly string[]
  readonly compared?: string
}

export interface CheckResult {
  readonly id: string
  readonly title: string
  readonly category: Check['category']
  readonly severity: Check['severity']
  readonly clause: string
  readonly outcome: Outcome
  readonly evidence: readonly Evidence[]
  /** Why it could not be told. */
  readonly problem?: string
  readonly fix: string
  readonly rollback: string
}

export interface BaselineResult {
  readonly id: string
  readonly version: string
  readonly results: readonly CheckResult[]
  readonly counts: Readonly<Record<Outcome, number>>
  /** 符合 ÷ (符合 + 不符合), 0 to 1; null when nothing was judged or more than a tenth could not be. */
  readonly score: number | null
}

const MOST_UNKNOWN = 0.1
/** Characters of a collected text that are looked at. */
const MOST_TEXT = 8 * 1024 * 1024
const MOST_EVIDENCE = 6

export function evaluate(
  baseline: Baseline,
  inputs: Readonly<Record<string, Collected>>,
  params: Readonly<Record<string, string | number | boolean>> = {},
): BaselineResult {
  const values = { ...Object.fromEntries(Object.entries(baseline.params).map(([name, param]) => [name, param.default])), ...params }
  const results = baseline.checks.map(check => judge(check, new Looking(baseline, inputs, values)))
  const counts = { pass: 0, fail: 0, na: 0, unknown: 0 }
  for (const { outcome } of results) counts[outcome]++
  const judged = counts.pass + counts.fail
  const applicable = judged + counts.unknown
  const score = judged === 0 || counts.unknown / applicable > MOST_UNKNOWN ? null : counts.pass / judged
  return { id: baseline.baseline.id, version: baseline.baseline.version, results, counts, score }
}

function judge(check: Check, looking: Looking): CheckResult {
  const { id, category, severity, clause, fix, rollback } = check
  const applies = check.when === undefined ? 'pass' : looking.at(check.when)
  const evidenceOfWhen = looking.take()
  const outcome = applies === 'pass' ? looking.at(check.test) : applies === 'unknown' ? 'unknown' : 'na'
  const evidence = outcome === 'na' ? evidenceOfWhen : looking.take(outcome)
  return {
    id,
    title: looking.filled(check.title),
    category,
    severity,
    clause,
    outcome,
    evidence: evidence.slice(0, MOST_EVIDENCE),
    ...(outcome === 'unknown' && looking.problem !== undefined ? { problem: looking.problem } : {}),
    fix,
    rollback,
  }
}

/** One check's walk through its tree. */
class Looking {
  problem: string | undefined
  private seen: (Evidence & { readonly outcome: Outcome })[] = []
  constructor(
    private readonly baseline: Baseline,
    private readonly inputs: Readonly<Record<string, Collected>>,
    private readonly values: Readonly<Record<string, string | number | boolean>>,
  ) {}

  /** What was seen since the last time; of what decided, when something did. */
  take(outcome?: Outcome): Evidence[] {
    const all = this.seen.splice(0)
    const telling = all.filter(one => one.outcome === outcome)
    return (telling.length > 0 ? telling : all).map(({ outcome: _, ...evidence }) => evidence)
  }

  /** `{max_days}` in titles and wanted values. */
  filled(text: string): string {
    return text.replace(/\{([a-z][a-z0-9_]*)\}/g, (all, name: string) => String(this.values[name] ?? all))
  }

  at(test: Test, block?: { readonly input: string; readonly lines: readonly string[] }): Outcome {
    if ('all' in test) return worst(test.all.map(one => this.at(one, block)))
    if ('any' in test) return best(test.any.map(one => this.at(one, block)))
    if ('none' in test) return inverse(best(test.none.map(one => this.at(one, block))))
    if ('not' in test) return inverse(this.at(test.not, block))
    const lines = test.in === undefined && block !== undefined ? block.lines : this.linesOf(test.in)
    if (lines === undefined) return 'unknown'
    const input = test.in ?? block?.input ?? this.only
    if ('block' in test) {
      const blocks = blocksOf(lines, test.block)
      return blocks.length === 0 ? test['absent-block'] : worst(blocks.map(one => this.at(test.test, { input, lines: one })))
    }
    const wanted = 'value' in test && typeof test.value === 'string' ? { ...test, value: this.filled(test.value) } : test
    const { outcome, lines: telling, compared } = look(wanted as typeof test, lines)
    const secret = this.baseline.inputs[input]?.secret === true
    this.seen.push({
      outcome,
      input,
      lines: secret ? [] : [...(block ? [masked(block.lines[0] ?? '')] : []), ...telling.map(line => masked(line.slice(0, 300)))],
      ...(compared === undefined || secret ? {} : { compared: masked(compared).slice(0, 200) }),
    })
    return outcome
  }

  private get only(): string {
    return Object.keys(this.baseline.inputs)[0] ?? ''
  }

  private linesOf(name = this.only): readonly string[] | undefined {
    const collected = this.inputs[name]
    if (collected !== undefined && 'text' in collected) return collected.text.slice(0, MOST_TEXT).split(/\r?\n/)
    this.problem ??= collected === undefined ? `没有采集到 ${name}` : `${name}：${collected.problem}`
    return undefined
  }
}

/** From each line that fits to the next that is indented no deeper; `#` and `!` end a block as devices write them. */
function blocksOf(lines: readonly string[], header: string): string[][] {
  const compiled = pattern(header)
  const blocks: string[][] = []
  let open: { depth: number; lines: string[] } | undefined
  for (const line of lines) {
    const depth = line.length - line.trimStart().length
    const ends = /^\s*[#!]\s*$/.test(line)
    if (open && (ends || (line.trim() !== '' && depth <= open.depth))) open = undefined
    if (compiled.matcher(line).find()) {
      open = { depth, lines: [line] }
      blocks.push(open.lines)
    } else if (open) open.lines.push(line)
  }
  return blocks
}
