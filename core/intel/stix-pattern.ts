// STIX 2.1 patterns (OASIS, section 9) as far as single comparisons stand for themselves; used by read-stix.ts. Linear: one pass of a tokenizer.
import type { IndicatorType } from '../threats/indicators/indicator.js'

export interface PatternValue {
  readonly type: IndicatorType
  readonly value: string
}

const MAX_PATTERN = 20_000
const MAX_VALUES = 500
const TOKEN =
  /\s+|(\[|\]|\(|\)|,)|'((?:[^'\\]|\\.)*)'|(<=|>=|!=|=|<|>)|t'[^']*'|([A-Za-z_][\w:\-]*(?:\.(?:'[^']*'|[\w\-*]+)|\[(?:\d{1,5}|\*)\])*|-?\d+(?:\.\d+)?)/gy

interface Token {
  readonly kind: 'sign' | 'text' | 'operator' | 'word'
  readonly text: string
}
interface Comparison {
  readonly path: string
  readonly values: readonly string[]
}
/** Each inner list holds at once (AND), any of them is enough (OR). */
type Alternatives = readonly (readonly Comparison[])[]

/** Everything a hit on which is a hit of the pattern; the reason (Chinese) when there is nothing of the kind. */
export function readPattern(pattern: string): readonly PatternValue[] | string {
  if (pattern.length > MAX_PATTERN) return '模式太长'
  const tokens = tokenize(pattern)
  if (tokens === undefined) return '模式不合语法'
  try {
    const reader = new PatternReader(tokens)
    const values = reader.observations().flatMap(valuesOf)
    if (values.length === 0) return '模式要求几个条件同时成立，或用了不支持的比较'
    return values.slice(0, MAX_VALUES)
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
}

class Unreadable extends Error {}

function tokenize(pattern: string): Token[] | undefined {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < pattern.length) {
    const found = TOKEN.exec(pattern)
    if (found === null) return undefined
    const [whole, sign, text, operator, word] = found
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign })
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.replaceAll(/\\(.)/g, '$1') })
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else if (whole.startsWith('t')) tokens.push({ kind: 'text', text: whole.slice(2, -1) })
  }
  return tokens
}

class PatternReader {
  private at = 0
  private depth = 0
  constructor(private readonly tokens: readonly Token[]) {}

  /** `[…] OR […]`; what wants several observations is refused. */
  observations(): Alternatives {
    const found: (readonly Comparison[])[] = []
    let only = true
    for (;;) {
      found.push(...this.observation())
      only = this.qualifiers() && only
      if (this.at >= this.tokens.length) break
      const word = this.word()
      if (word !== 'OR') throw new Unreadable(`模式要求先后或同时有几个观测（${word.slice(0, 20)}）`)
    }
    if (!only) throw new Unreadable('模式要求重复或限定时间内出现')
    return found
  }

  private observation(): Alternatives {
    this.enter()
    let found: Alternatives
    if (this.isSign('(')) {
      this.at += 1
      found = this.observation()
      while (this.peek()?.text === 'OR') {
        this.at += 1
        found = [...found, ...this.observation()]
      }
      this.sign(')')
    } else {
      this.sign('[')
      found = this.alternatives()
      this.sign(']')
    }
    this.depth -= 1
    return found
  }

  /** False when they change what is meant: START … STOP does not, REPEATS and WITHIN do. */
  private qualifiers(): boolean {
    let plain = true
    for (;;) {
      const word = this.peek()?.text
      if (word === 'START' || word === 'STOP') this.at += 2
      else if (word === 'REPEATS' || word === 'WITHIN') {
        plain = false
        this.at += 3
      } else return plain
    }
  }

  private alternatives(): Alternatives {
    let found = this.together()
    while (this.peek()?.text === 'OR') {
      this.at += 1
      found = [...found, ...this.together()]
    }
    return found
  }

  private together(): Alternatives {
    let found = this.term()
    while (this.peek()?.text === 'AND') {
      this.at += 1
      const more = this.term()
      found = found.flatMap(one => more.map(other => [...one, ...other]))
      if (found.length > MAX_VALUES) throw new Unreadable('模式太复杂')
    }
    return found
  }

  private term(): Alternatives {
    if (!this.isSign('(')) return [[this.comparison()]]
    this.enter()
    this.at += 1
    const found = this.alternatives()
    this.sign(')')
    this.depth -= 1
    return found
  }

  private comparison(): Comparison {
    const path = this.word().toLowerCase().replaceAll("'", '')
    const negated = this.peek()?.text === 'NOT'
    if (negated) this.at += 1
    const operator = this.next()
    if (operator.text === 'IN') {
      this.sign('(')
      const values = [this.next().text]
      while (this.isSign(',')) {
        this.at += 1
        values.push(this.next().text)
      }
      this.sign(')')
      return { path, values: negated ? [] : values }
    }
    const value = this.next().text
    return { path, values: !negated && (operator.text === '=' || operator.text === 'ISSUBSET') ? [value] : [] }
  }

  private enter(): void {
    this.depth += 1
    if (this.depth > 50) throw new Unreadable('模式嵌套太深')
  }
  private peek(): Token | undefined {
    return this.tokens[this.at]
  }
  private isSign(text: string): boolean {
    const token = this.peek()
    return token?.kind === 'sign' && token.text === text
  }
  private next(): Token {
    const token = this.tokens[this.at]
    if (token === undefined) throw new Unreadable('模式没有写完')
    this.at += 1
    return token
  }
  private word(): string {
    const token = this.next()
    if (token.kind !== 'word') throw new Unreadable('模式不合语法')
    return token.text
  }
  private sign(text: string): void {
    const token = this.next()
    if (token.kind !== 'sign' || token.text !== text) throw new Unreadable('模式不合语法')
  }
}

const HASHES: readonly (readonly [RegExp, IndicatorType])[] = [
  [/^(?:file|artifact):hashes\.md5$/, 'md5'],
  [/^(?:file|artifact):hashes\.sha-?1$/, 'sha1'],
  [/^(?:file|artifact):hashes\.sha-?256$/, 'sha256'],
]

function single({ path, values }: Comparison): PatternValue[] {
  const typed = (type: IndicatorType) => values.map(value => ({ type, value }))
  const hash = HASHES.find(([pattern]) => pattern.test(path))
  if (hash) return typed(hash[1])
  if (path === 'domain-name:value' || /^network-traffic:(?:dst|src)_ref\.(?:host|domain)/.test(path)) return typed('domain')
  if (path === 'url:value') return typed('url')
  if (/^ipv[46]-addr:value$|^network-traffic:(?:dst|src)_ref\.value$/.test(path))
    return values.map(value => ({ type: value.includes('/') ? 'cidr' : value.includes(':') ? 'ipv6' : 'ipv4', value }) as const)
  return []
}

/** Of what must hold at once: a hash says it alone, an address with a port is one thing, everything else would be less than was meant. */
function valuesOf(together: readonly Comparison[]): PatternValue[] {
  if (together.length === 1) return single(together[0]!)
  const hash = together.find(({ path }) => HASHES.some(([pattern]) => pattern.test(path)))
  if (hash) return single(hash)
  const port = together.find(({ path }) => path === 'network-traffic:dst_port' || path === 'network-traffic:src_port')
  const others = together.filter(one => one !== port && !/^network-traffic:(?:protocols|dst_ref\.type|src_ref\.type)/.test(one.path))
  if (!port || others.length !== 1) return others.length === 1 ? single(others[0]!) : []
  return single(others[0]!).flatMap(({ type, value }) => {
    if (type !== 'ipv4' && type !== 'ipv6') return []
    return port.values.map(number => ({
      type: `${type}:port` as const,
      value: type === 'ipv4' ? `${value}:${number}` : `[${value}]:${number}`,
    }))
  })
}
