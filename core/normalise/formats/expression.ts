// Regular expressions of formats (RE2 syntax): run by JavaScript's own engine where that provably stays fast, by RE2 otherwise. Used by compile-format.ts.
import { RE2JS } from 're2js'
import { neededText, stepsAtMost } from './expression-cost.js'
import { readExpression } from './expression-syntax.js'

export interface Expression {
  /** Lines up to this length (characters) are left to JavaScript's engine; 0 when it cannot be proven to be fast. */
  readonly nativeUpTo: number
  test(text: string): boolean
  /** Texts of the named groups of the first match, those without text left out; undefined when nothing matches. */
  groups(text: string): Readonly<Record<string, string>> | undefined
}

/** About four milliseconds, and only for a line made for it. */
const STEPS = 4_000_000
const LENGTHS = [4_096, 3_072, 2_048, 1_536, 1_024, 768, 512, 384]

/** @throws RE2JS's own error for what is no expression */
export function compileExpression(source: string): Expression {
  const re2 = RE2JS.compile(source)
  const names = Object.keys(re2.namedGroups())
  const read = readExpression(source)
  const nativeUpTo = read === undefined ? 0 : (LENGTHS.find(length => stepsAtMost(read.tree, length) <= STEPS) ?? 0)
  const native = read === undefined || nativeUpTo === 0 ? undefined : new RegExp(read.source, 'u')
  const needed = read === undefined ? '' : neededText(read.tree)
  return {
    nativeUpTo,
    test: text =>
      text.includes(needed) && (native !== undefined && text.length <= nativeUpTo ? native.test(text) : re2.matcher(text).find()),
    groups(text) {
      if (!text.includes(needed)) return undefined
      const found: Record<string, string> = {}
      if (native !== undefined && text.length <= nativeUpTo) {
        const match = native.exec(text)
        if (match === null) return undefined
        for (const name of names) {
          const value = match.groups![name]
          if (value !== undefined && value !== '') found[name] = value
        }
        return found
      }
      const matcher = re2.matcher(text)
      if (!matcher.find()) return undefined
      for (const name of names) {
        const value = matcher.group(name)
        if (value !== null && value !== '') found[name] = value
      }
      return found
    },
  }
}
