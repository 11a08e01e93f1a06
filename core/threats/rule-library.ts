// The detection content of this process and how it got there: loaded, reloaded when files change, never worse than what was there.
// Made by app/roles/worker.ts; the detectors of all tenants share the compiled rules.
import type { ModelMaterials } from './define-model.js'
import type { Indicator } from './indicators/indicator.js'
import { IntelBook } from './indicators/intel-book.js'
import type { WarningList } from './indicators/warning-lists.js'
import { DgaNet } from './learned/dga-net.js'
import { compileRules, type CompileOptions, type SourceFile } from './sigma/compile-rules.js'
import type { RefusedRule } from './sigma/rule.js'

export interface ContentProblem {
  /** The rule's file, or the indicator's source. */
  readonly file: string
  readonly line?: number
  /** The rule's id or title, or the indicator's value. */
  readonly what?: string
  readonly problem: string
}

export interface Content {
  readonly rules: readonly SourceFile[]
  readonly indicators: readonly Indicator[]
  /** What a list may call bad and is not. */
  readonly warnings?: readonly WarningList[]
  readonly faults: readonly ContentProblem[]
  /** The trained net of content/models/dga.json. */
  readonly dga?: unknown
}

/** For `规则`-like commands, logs and metrics. */
export interface LibraryStatus {
  /** Counts up with every load. */
  readonly version: number
  readonly loadedAt: string
  readonly rules: number
  readonly correlations: number
  readonly indicators: number
  /** What is not in use, and why. */
  readonly problems: readonly ContentProblem[]
  /** In use, but probably not meant as it is written. */
  readonly warnings: readonly ContentProblem[]
  /** Files whose new state could not be used: the rules of before are still at work. */
  readonly kept: readonly string[]
}

export class RuleLibrary {
  private state: { readonly materials: ModelMaterials; readonly status: LibraryStatus } | undefined
  /** Text of each rule file as it is in use. */
  private used = new Map<string, SourceFile>()
  private broken: ReadonlySet<string> = new Set()

  /** @param book of the process: gets the content's indicators beside those of the feeds */
  constructor(
    private readonly options: CompileOptions = {},
    private readonly book = new IntelBook(),
  ) {}

  get materials(): ModelMaterials {
    return this.state!.materials
  }

  get status(): LibraryStatus {
    return this.state!.status
  }

  /** Never throws: what cannot be used is named in the status. @param now ISO time */
  load(content: Content, now: string): LibraryStatus {
    let files = content.rules
    let compiled = compileRules(files, this.options)
    const refusedNow = compiled.refused
    const worse = new Set(refusedNow.map(({ file }) => file).filter(file => this.isWorse(file, files)))
    if (worse.size > 0) {
      files = files.map(file => (worse.has(file.file) ? this.used.get(file.file)! : file))
      compiled = compileRules(files, this.options)
    }
    this.used = new Map(files.map(file => [file.file, file]))
    this.broken = new Set(compiled.refused.map(({ file }) => file))
    this.book.load(content)
    const { lookup, warnings, refused: unusable } = this.book
    const net = loadNet(content.dga)
    const kept = [...worse].sort()
    const refused = [...compiled.refused, ...refusedNow.filter(({ file }) => worse.has(file))]
    const status: LibraryStatus = {
      version: (this.state?.status.version ?? 0) + 1,
      loadedAt: now,
      rules: compiled.ruleSet.rules.length,
      correlations: compiled.ruleSet.correlations.length,
      indicators: content.indicators.length - unusable.length,
      problems: [
        ...content.faults,
        ...net.problems,
        ...refused.map(problemOf),
        ...unusable.map(({ indicator, problem }) => ({ file: indicator.source, what: indicator.value.slice(0, 200), problem })),
        ...warnings.refused.map(({ list, value }) => ({ file: list, what: value.slice(0, 200), problem: '不是地址、网段或域名' })),
      ],
      warnings: compiled.warnings.map(problemOf),
      kept,
    }
    this.state = {
      materials: { rules: compiled.ruleSet, indicators: lookup, warnings, ...(net.dga === undefined ? {} : { dga: net.dga }) },
      status,
    }
    return status
  }

  /** The file was wholly good before and has been changed since. */
  private isWorse(file: string, files: readonly SourceFile[]): boolean {
    const before = this.used.get(file)
    return before !== undefined && !this.broken.has(file) && files.some(one => one.file === file && one.text !== before.text)
  }
}

function loadNet(value: unknown): { dga?: DgaNet; problems: ContentProblem[] } {
  if (value === undefined) return { problems: [] }
  try {
    return { dga: DgaNet.load(value), problems: [] }
  } catch (error) {
    return { problems: [{ file: 'models/dga.json', problem: error instanceof Error ? error.message.slice(0, 300) : String(error) }] }
  }
}

function problemOf({ file, line, id, title, reason }: RefusedRule): ContentProblem {
  const what = (id ?? title)?.slice(0, 200)
  return { file, problem: reason, ...(line === undefined ? {} : { line }), ...(what === undefined ? {} : { what }) }
}
