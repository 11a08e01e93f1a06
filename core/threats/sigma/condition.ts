// Parses Sigma's `condition` (sigma.md 7) into a tree over identifiers; compile-rule.ts turns the tree into a test.
import { RuleProblem } from './rule.js'

export type Condition =
  | { readonly kind: 'identifier'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }

const MAX_LENGTH = 10_000
const MAX_DEPTH = 64

/** @param identifiers names the detection defines, in order. @throws RuleProblem */
export function parseCondition(text: string, identifiers: readonly string[]): Condition {
  if (text.length > MAX_LENGTH) throw new RuleProblem(`condition 超过 ${MAX_LENGTH} 个字符`)
  if (text.includes('|')) throw new RuleProblem('condition 中的管道写法（| count() 等）已废弃，请改写为 correlation')
  const words = text.match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  let depth = 0

  const isWord = (word: string) => words[at]?.toLowerCase() === word && (word === '(' || word === ')' || isOperator(words[at]!))

  function or(): Condition {
    depth += 1
    if (depth > MAX_DEPTH) throw new RuleProblem('condition 嵌套过深')
    const parts = [and()]
    while (isWord('or')) {
      at += 1
      parts.push(and())
    }
    depth -= 1
    return parts.length === 1 ? parts[0]! : { kind: 'or', parts }
  }

  function and(): Condition {
    const parts = [not()]
    while (isWord('and')) {
      at += 1
      parts.push(not())
    }
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts }
  }

  function not(): Condition {
    let negated = false
    while (isWord('not')) {
      at += 1
      negated = !negated
    }
    const of = primary()
    return negated ? { kind: 'not', of } : of
  }

  function primary(): Condition {
    const word = words[at]
    if (word === undefined) throw new RuleProblem('condition 不完整')
    if (word === '(') {
      at += 1
      const inner = or()
      if (words[at] !== ')') throw new RuleProblem('condition 缺少右括号')
      at += 1
      return inner
    }
    if (word === ')') throw new RuleProblem('condition 中有多余的右括号')
    if (/^(1|any|all)$/i.test(word) && words[at + 1]?.toLowerCase() === 'of') {
      const pattern = words[at + 2]
      if (pattern === undefined || pattern === '(' || pattern === ')') throw new RuleProblem('condition 中 of 之后缺少标识符')
      at += 3
      return { kind: word.toLowerCase() === 'all' ? 'and' : 'or', parts: selected(pattern, identifiers) }
    }
    if (isOperator(word)) throw new RuleProblem(`condition 中 ${word} 的位置不对`)
    if (!identifiers.includes(word)) throw new RuleProblem(`condition 用到未定义的标识符 ${word.slice(0, 80)}`)
    at += 1
    return { kind: 'identifier', name: word }
  }

  const tree = or()
  if (at < words.length) throw new RuleProblem(`condition 中 ${words[at]!.slice(0, 80)} 之前缺少 and 或 or`)
  return tree
}

function isOperator(word: string): boolean {
  return /^(and|or|not)$/i.test(word)
}

function selected(pattern: string, identifiers: readonly string[]): Condition[] {
  const pieces = pattern.split('*')
  const names =
    pattern.toLowerCase() === 'them' ? identifiers.filter(name => !name.startsWith('_')) : identifiers.filter(name => fits(name, pieces))
  if (names.length === 0) throw new RuleProblem(`condition 中 ${pattern.slice(0, 80)} 没有对应的标识符`)
  return names.map(name => ({ kind: 'identifier', name }))
}

function fits(name: string, pieces: readonly string[]): boolean {
  const first = pieces[0]!
  if (pieces.length === 1) return name === first
  const last = pieces.at(-1)!
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at)
    if (found === -1 || found + piece.length > name.length - last.length) return false
    at = found + piece.length
  }
  return true
}
