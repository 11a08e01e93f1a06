// Reads `field|modifier|…` and applies the modifiers to one value, left to right (sigma.md 5). Used by entry.ts.
import { base64, base64Offsets, utf16Bytes } from './encodings.js'
import { RuleProblem } from './rule.js'
import { ANY, joined, parsePattern, plainText, withDashes, type Pattern } from './wildcard.js'

/** Lists behind `%name%` of the modifier `expand`. */
export type Placeholders = Readonly<Record<string, readonly string[]>>

const KNOWN = new Set(
  (
    'contains startswith endswith all re i m s windash cidr base64offset base64 fieldref expand wide utf16le utf16be utf16 cased exists ' +
    'gt gte lt lte neq minute hour day week month year'
  ).split(' '),
)
const MAX_ALTERNATIVES = 50_000

export interface Key {
  /** '' for keywords. */
  readonly field: string
  readonly modifiers: readonly string[]
}

/** @throws RuleProblem for a modifier that does not exist */
export function parseKey(key: string): Key {
  const [field = '', ...modifiers] = key.split('|')
  for (const modifier of modifiers) if (!KNOWN.has(modifier)) throw new RuleProblem(`未知的修饰符 ${modifier.slice(0, 40)}`)
  return { field, modifiers }
}

type Operand = Pattern | Buffer

/** The patterns one of which must fit for the value to hold. @throws RuleProblem */
export function patternsOf(text: string, modifiers: readonly string[], placeholders: Placeholders): Pattern[] {
  let operands: Operand[] = modifiers.includes('expand') ? expanded(text, placeholders) : [parsePattern(text)]
  for (const modifier of modifiers) {
    operands = operands.flatMap(operand => applied(operand, modifier))
    if (operands.length > MAX_ALTERNATIVES) throw new RuleProblem(`一个取值展开后超过 ${MAX_ALTERNATIVES} 项`)
  }
  return operands.map(operand => (Buffer.isBuffer(operand) ? [operand.toString('latin1')] : operand))
}

function applied(operand: Operand, modifier: string): Operand[] {
  switch (modifier) {
    case 'contains':
      return [joined([ANY, ...patternOf(operand), ANY])]
    case 'startswith':
      return [joined([...patternOf(operand), ANY])]
    case 'endswith':
      return [joined([ANY, ...patternOf(operand)])]
    case 'windash':
      return [withDashes(patternOf(operand))]
    case 'wide':
    case 'utf16le':
      return [utf16Bytes(textOf(operand, modifier), 'le')]
    case 'utf16be':
      return [utf16Bytes(textOf(operand, modifier), 'be')]
    case 'utf16':
      return [utf16Bytes(textOf(operand, modifier), 'marked')]
    case 'base64':
      return [[base64(bytesOf(operand, modifier))]]
    case 'base64offset':
      return base64Offsets(bytesOf(operand, modifier)).map(text => [text])
    default:
      return [operand]
  }
}

function patternOf(operand: Operand): Pattern {
  return Buffer.isBuffer(operand) ? [operand.toString('latin1')] : operand
}

function textOf(operand: Operand, modifier: string): string {
  const text = Buffer.isBuffer(operand) ? undefined : plainText(operand)
  if (text === undefined) throw new RuleProblem(`修饰符 ${modifier} 不能用于带通配符的值`)
  return text
}

function bytesOf(operand: Operand, modifier: string): Buffer {
  return Buffer.isBuffer(operand) ? operand : Buffer.from(textOf(operand, modifier), 'utf8')
}

/** `%name%` becomes every member of the list; `\%` is a plain percent sign. Members are plain text. */
function expanded(text: string, placeholders: Placeholders): Pattern[] {
  const pieces = text.split(/(?<!\\)%([A-Za-z0-9_.-]{1,64})%/)
  let out: Pattern[] = [[]]
  pieces.forEach((piece, index) => {
    const choices = index % 2 === 0 ? [parsePattern(piece.replaceAll('\\%', '%'))] : members(piece, placeholders)
    if (out.length * choices.length > MAX_ALTERNATIVES) throw new RuleProblem(`占位符展开后超过 ${MAX_ALTERNATIVES} 项`)
    out = out.flatMap(before => choices.map(choice => joined([...before, ...choice])))
  })
  return out
}

function members(name: string, placeholders: Placeholders): Pattern[] {
  const list = Object.hasOwn(placeholders, name) ? placeholders[name] : undefined
  if (list === undefined) throw new RuleProblem(`占位符 %${name}% 没有配置`)
  return list.map(member => [member])
}
