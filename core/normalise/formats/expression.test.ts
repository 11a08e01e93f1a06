import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { damaged, seeded, shippedFormats } from '../../../tests/support/log-lines.js'
import { compileExpression } from './expression.js'
import { stepsAtMost } from './expression-cost.js'
import { readExpression } from './expression-syntax.js'
import type { Format } from './format.js'

/** What RE2 itself says. */
function groupsOfRe2(source: string, text: string): Record<string, string> | undefined {
  const pattern = RE2JS.compile(source)
  const matcher = pattern.matcher(text)
  if (!matcher.find()) return undefined
  const found: Record<string, string> = {}
  for (const name of Object.keys(pattern.namedGroups())) {
    const value = matcher.group(name)
    if (value !== null && value !== '') found[name] = value
  }
  return found
}

function expressionsOf(value: unknown, into: Set<string>, key = ''): Set<string> {
  if (typeof value === 'string' && (key === 'regex' || key === 'host')) into.add(value)
  else if (Array.isArray(value)) for (const item of value) expressionsOf(item, into, key)
  else if (typeof value === 'object' && value !== null) for (const [name, item] of Object.entries(value)) expressionsOf(item, into, name)
  return into
}

const shipped: { format: Format; sources: string[] }[] = shippedFormats().map(format => ({
  format,
  sources: [...expressionsOf({ ...format, samples: [], ignores: [] }, new Set())],
}))

describe('an expression', () => {
  it.each([
    ['(?P<a>\\w+)=(?P<b>[^;"]*)', 'x; user=bob"', { a: 'user', b: 'bob' }],
    ['^(?P<a>\\d{1,3})(?: (?P<b>\\S+))?$', '17 x', { a: '17', b: 'x' }],
    ['^(?P<a>\\d{1,3})(?: (?P<b>\\S+))?$', '17', { a: '17' }],
    ['[^\\]\\\\-]+(?P<a>[\\]\\\\-])', 'ab\\', { a: '\\' }],
    ['(?P<a>.)$', '名😀', { a: '😀' }],
    ['\\b(?P<a>deny|allow)\\b', 'xdeny deny', { a: 'deny' }],
  ])('%s in %j', (source, text, groups) => {
    expect(compileExpression(source).nativeUpTo).toBeGreaterThan(0)
    expect(compileExpression(source).groups(text)).toEqual(groups)
    expect(groupsOfRe2(source, text)).toEqual(groups)
  })

  it('takes the blanks RE2 knows for blanks, and no others', () => {
    const { test } = compileExpression('a\\sb')

    expect([' ', '\t', '\u00a0', '\u3000', '\v'].map(blank => test(`a${blank}b`))).toEqual([true, true, false, false, false])
  })

  it.each([
    '(a+)+b',
    '(?:a|a)*b',
    '(?:\\w+\\s?)*$',
    '(?:a*)*b',
    '(\\w+\\d+)+x',
    '(?:[a-z]+[0-9]?)+!',
    '(?:a|ab|b)*c',
    '.*.*.*.*x',
    '^(\\S+ )*(\\S+ )*(\\S+ )*x',
    '(?:x?x?x?x?x?x?x?x?x?x?){20}y',
    '(?:(?:a{0,9}){0,9}){0,9}b',
    '\\S+\\S+\\S+\\S+@',
  ])('%s is never left to an engine that goes back', source => {
    expect(compileExpression(source).nativeUpTo).toBe(0)
    expect(compileExpression(source).test('a'.repeat(4_096))).toBe(groupsOfRe2(source, 'a'.repeat(4_096)) !== undefined)
  })

  it.each(['(?i)abc', '\\pL+', '[[:alpha:]]+', '(?s:.)', '\\Qa.b\\E', '(?:(?P<a>x)|y)*z', '\\x41'])('%s is left to RE2', source => {
    expect(compileExpression(source).nativeUpTo).toBe(0)
  })

  it('counts more steps for longer texts and for more ways to share one', () => {
    const steps = (source: string, length: number) => stepsAtMost(readExpression(source)!.tree, length)

    expect(steps('^(?P<a>\\d+) (?P<b>\\S+)$', 4_000)).toBeLessThan(10_000)
    expect(steps('(?P<a>\\d+) x', 4_000)).toBeGreaterThan(4_000 ** 2)
    expect(steps('^.*a.*b$', 1_000)).toBeGreaterThan(1_000 ** 2)
    expect(steps('(a+)+b', 10)).toBe(Infinity)
  })

  it('reads every shipped expression as RE2 does, in samples and in damaged ones', { timeout: 60_000 }, () => {
    const random = seeded(4)
    const lines = shipped.flatMap(({ format }) => format.samples.map(({ line }) => line))
    let native = 0
    for (const { format, sources } of shipped) {
      for (const source of sources) {
        const { nativeUpTo, groups } = compileExpression(source)
        if (nativeUpTo > 0) native += 1
        const texts = format.samples.slice(0, 4).flatMap(({ line }) => {
          const other = lines[Math.floor(random() * lines.length)]!
          return [line, other, damaged(line, other, random), damaged(line, other, random)]
        })
        for (const text of texts.map(one => one.slice(0, 1_024)))
          expect([source, text, groups(text)]).toEqual([source, text, groupsOfRe2(source, text)])
      }
    }
    expect(native).toBeGreaterThan(200)
  })
})
