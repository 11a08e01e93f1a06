// How many steps a backtracking engine can need at most for an expression and a text of some length; used by expression.ts to choose the engine.
import { OTHERS, type CharacterSet, type Expression } from './expression-syntax.js'

/**
 * An upper bound, in steps of about a nanosecond: places to begin × characters of a path × ways that have to be tried from one place. A loop
 * counts once where what follows it begins with other characters than the loop's: whoever leaves it early fails at once. Otherwise it counts as often as it can
 * be left. Infinite for loops in loops that can share a text in more than one way.
 */
export function stepsAtMost(tree: Expression, length: number): number {
  const prefix = leadingText(tree)
  const starts = beginsAtStart(tree) ? 1 : length / period(prefix)
  const path = Math.min(length, longest(tree))
  return length + starts * path * waysOf(tree, END, length)
}

/** What may come next: characters, whether a match may be over, and the text that must stand there if there is one. */
interface Follow {
  readonly set: CharacterSet
  readonly text: string
  /** It cannot fail: whatever stands before it is never tried another way. */
  readonly isSure: boolean
}
const NOTHING: CharacterSet = new Array<boolean>(OTHERS + 1).fill(false)
/** Leaving a loop at the end of the expression is a match, and there is nothing to try again. */
const END: Follow = { set: NOTHING, text: '', isSure: true }

function waysOf(node: Expression, follow: Follow, length: number): number {
  switch (node.kind) {
    case 'character':
    case 'edge':
      return 1
    case 'group':
      return waysOf(node.part, follow, length)
    case 'sequence': {
      let ways = 1
      let behind = follow
      for (const part of node.parts.toReversed()) {
        ways *= waysOf(part, behind, length)
        behind = before(part, behind)
      }
      return ways
    }
    case 'choice': {
      const ways = node.parts.map(part => waysOf(part, follow, length))
      const firsts = node.parts.map(part => before(part, follow).set)
      const apart = !node.parts.some(isNullable) && firsts.every((set, at) => firsts.slice(at + 1).every(other => areApart(set, other)))
      return apart ? Math.max(...ways) : ways.reduce((sum, one) => sum + one, 0)
    }
    case 'repeat': {
      const { part, min, max } = node
      const first = before(part, END).set
      // Inside the loop another round may follow.
      const inner = waysOf(part, max > 1 ? { ...follow, set: either(first, follow.set), text: '' } : follow, length)
      const apart = follow.isSure || (areApart(first, follow.set) && !isNullable(part))
      if (max === Infinity) {
        if (inner > 1 || isNullable(part)) return Infinity
        return apart ? 1 : length / period(follow.text)
      }
      return inner ** max * (apart ? 1 : max - min + 1)
    }
  }
}

/** What may come where the node begins. */
function before(node: Expression, follow: Follow): Follow {
  switch (node.kind) {
    case 'character':
      return { set: node.set, text: node.text === undefined ? '' : node.text + follow.text, isSure: false }
    case 'edge':
      // The end of the text is no character of any loop.
      return { set: node.where === 'end' ? NOTHING : follow.set, text: '', isSure: false }
    case 'group':
      return before(node.part, follow)
    case 'sequence':
      return node.parts.reduceRight((behind, part) => before(part, behind), follow)
    case 'choice': {
      const parts = node.parts.map(part => before(part, follow))
      return { set: parts.map(({ set }) => set).reduce(either), text: '', isSure: parts.some(({ isSure }) => isSure) }
    }
    case 'repeat': {
      const { set } = before(node.part, { ...follow, text: '' })
      return node.min === 0 ? { set: either(set, follow.set), text: '', isSure: follow.isSure } : { set, text: '', isSure: false }
    }
  }
}

/** The longest text every match holds. */
export function neededText(tree: Expression): string {
  let best = ''
  let run = ''
  const end = (): void => {
    if (run.length > best.length) best = run
    run = ''
  }
  const walk = (node: Expression): void => {
    if (node.kind === 'character' && node.text !== undefined) run += node.text
    else if (node.kind === 'sequence') node.parts.forEach(walk)
    else if (node.kind === 'group') walk(node.part)
    else if (node.kind === 'repeat' && node.min > 0) {
      end()
      walk(node.part)
      end()
    } else if (node.kind !== 'edge') end()
  }
  walk(tree)
  end()
  return best
}

function isNullable(node: Expression): boolean {
  switch (node.kind) {
    case 'character':
      return false
    case 'edge':
      return true
    case 'group':
      return isNullable(node.part)
    case 'sequence':
      return node.parts.every(isNullable)
    case 'choice':
      return node.parts.some(isNullable)
    case 'repeat':
      return node.min === 0 || isNullable(node.part)
  }
}

function longest(node: Expression): number {
  switch (node.kind) {
    case 'character':
      return 1
    case 'edge':
      return 1
    case 'group':
      return longest(node.part)
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + longest(part), 0)
    case 'choice':
      return node.parts.reduce((sum, part) => sum + longest(part), 0)
    case 'repeat':
      return node.max * longest(node.part)
  }
}

function beginsAtStart(node: Expression): boolean {
  switch (node.kind) {
    case 'edge':
      return node.where === 'start'
    case 'group':
      return beginsAtStart(node.part)
    case 'sequence':
      return node.parts[0] !== undefined && beginsAtStart(node.parts[0])
    case 'choice':
      return node.parts.every(beginsAtStart)
    default:
      return false
  }
}

function leadingText(node: Expression): string {
  if (node.kind === 'sequence') {
    let text = ''
    for (const part of node.parts) {
      if (part.kind !== 'character' || part.text === undefined) break
      text += part.text
    }
    return text
  }
  return node.kind === 'group' ? leadingText(node.part) : ''
}

/** How far apart two places of a text stand at least; 1 when there is no text. */
function period(text: string): number {
  for (let step = 1; step < text.length; step += 1) if (text.startsWith(text.slice(step))) return step
  return Math.max(1, text.length)
}

function areApart(one: CharacterSet, other: CharacterSet): boolean {
  return !one.some((has, code) => has && other[code] === true)
}

function either(one: CharacterSet, other: CharacterSet): CharacterSet {
  return one.map((has, code) => has || other[code] === true)
}
