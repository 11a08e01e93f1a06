// Text of a baseline file to a baseline whose patterns compile, or what is wrong with it and in which line; pure.
import { isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { Baseline, type Test } from './baseline.js'
import { pattern } from './leaves.js'

export interface BaselineFault {
  readonly file: string
  readonly line?: number
  readonly problem: string
}

const MAX_FAULTS = 20

/** Of two with the same id the later one counts; a faulty one is left out. */
export function readBaselines(files: readonly { readonly path: string; readonly text: string }[]): {
  baselines: Baseline[]
  faults: BaselineFault[]
} {
  const baselines = new Map<string, Baseline>()
  const faults: BaselineFault[] = []
  for (const { path, text } of files) {
    const read = readBaseline(text)
    if (read.baseline !== undefined) baselines.set(read.baseline.baseline.id, read.baseline)
    faults.push(...read.faults.map(fault => ({ file: path, ...fault })))
  }
  return { baselines: [...baselines.values()], faults }
}

export function readBaseline(text: string): { baseline?: Baseline; faults: Omit<BaselineFault, 'file'>[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: true, logLevel: 'silent' })
  const [error] = document.errors
  if (error)
    return {
      faults: [{ line: lines.linePos(error.pos[0]).line, problem: `不是有效的 YAML：${error.message.split('\n')[0]!.slice(0, 200)}` }],
    }
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
    }
    return 1
  }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 100 })
  } catch {
    return { faults: [{ line: 1, problem: '别名展开过大' }] }
  }
  const read = Baseline.safeParse(value, { error: z.locales.zhCN().localeError })
  if (!read.success)
    return {
      faults: read.error.issues
        .slice(0, MAX_FAULTS)
        .map(({ path, message }) => ({ line: lineOf(path), problem: `${path.join('.')}：${message}` })),
    }
  const faults = read.data.checks.flatMap((check, index) =>
    [check.when, check.test]
      .flatMap(test => (test === undefined ? [] : problemsOf(test, read.data)))
      .map(problem => ({ line: lineOf(['checks', index]), problem: `${check.id}：${problem}` })),
  )
  return faults.length > 0 ? { faults: faults.slice(0, MAX_FAULTS) } : { baseline: read.data, faults: [] }
}

/** Inputs nobody collects, patterns that do not compile. */
function problemsOf(test: Test, baseline: Baseline): string[] {
  if ('all' in test) return test.all.flatMap(one => problemsOf(one, baseline))
  if ('any' in test) return test.any.flatMap(one => problemsOf(one, baseline))
  if ('none' in test) return test.none.flatMap(one => problemsOf(one, baseline))
  if ('not' in test) return problemsOf(test.not, baseline)
  const inside = 'block' in test ? problemsOf(test.test, baseline) : []
  const unknown = test.in !== undefined && !Object.hasOwn(baseline.inputs, test.in) ? [`没有输入 ${test.in}`] : []
  return [...inside, ...unknown, ...patternsOf(test).flatMap(source => (compiles(source) ? [] : [`写法有误：${source.slice(0, 80)}`]))]
}

function patternsOf(test: Exclude<Test, { all: unknown } | { any: unknown } | { none: unknown } | { not: unknown }>): string[] {
  if ('block' in test) return [test.block]
  if ('match' in test) return [test.match]
  if ('absent-match' in test) return [test['absent-match']]
  if ('count' in test) return [test.count]
  if ('capture' in test) return [test.capture]
  if ('rows' in test) return [...Object.values(test.rows.where), ...Object.values(test.rows.that)]
  if ('mode' in test) return [test.mode.path]
  if ('xml' in test) return Object.values(test.xml.where)
  return []
}

function compiles(source: string): boolean {
  try {
    pattern(source)
    return true
  } catch {
    return false
  }
}
