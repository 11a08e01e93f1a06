// What the schema found, in Chinese and without the value itself, which may be a secret; used by read-declaration.ts.
import type { z } from 'zod'
import type { Fault, Path } from './faults.js'

const typeNames: Readonly<Record<string, string>> = {
  string: '文字（数字请加引号）',
  number: '数',
  int: '整数',
  array: '列表（没有就写 []）',
  object: '键值',
  record: '键值',
}

/** Handed to `safeParse`; sentences written at the schema itself come first. */
export function issueText(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? '缺少这一项' : `要写成${typeNames[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return issue.input === undefined ? '缺少这一项' : `只能是 ${issue.values.map(String).join('、')}`
    case 'too_small':
      return `不能小于 ${issue.minimum}`
    case 'too_big':
      return `不能大于 ${issue.maximum}`
    default:
      return '写法不对'
  }
}

/** One fault for each unknown key, so that each names its own line. */
export function toFaults(issues: readonly z.core.$ZodIssue[]): Fault[] {
  return issues.flatMap(issue => {
    const path = issue.path.map(part => (typeof part === 'number' ? part : String(part))) satisfies Path
    if (issue.code !== 'unrecognized_keys') return [{ path, problem: issue.message }]
    return issue.keys.slice(0, 100).map(key => ({ path: [...path, key], problem: `不认识这个键，${issue.message}` }))
  })
}
