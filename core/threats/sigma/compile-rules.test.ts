// What a rule means, case by case, and how a rule that cannot be used is refused.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRules } from './compile-rules.js'
import { foldCase } from './fold-case.js'
import { compilePattern, parsePattern } from './wildcard.js'

interface Case {
  readonly name: string
  readonly rule: string
  readonly events: readonly { readonly event: Record<string, unknown>; readonly match: boolean }[]
}

const cases = JSON.parse(readFileSync(new URL('fixtures/sigma-conformance/cases.json', import.meta.url), 'utf8')) as Case[]

describe('conformance', () => {
  it.each(cases)('$name', ({ rule, events }) => {
    const { ruleSet, refused } = compileRules([{ file: 'case.yml', text: rule }])

    expect(refused).toEqual([])
    for (const { event, match } of events) {
      const matched = ruleSet.match({ logsource: { product: 'test' }, fields: event })
      expect({ event, match: matched.length === 1 }).toEqual({ event, match })
    }
  })
})

function rule(detection: string, more = ''): string {
  return `title: t\nid: r1\nauthor: somebody\nlevel: high\nlogsource: { product: test }\n${more}detection:\n${detection}\n`
}

function matches(detection: string, fields: Record<string, unknown>, placeholders?: Record<string, string[]>): boolean {
  const { ruleSet, refused } = compileRules([{ file: 'a.yml', text: rule(detection) }], placeholders ? { placeholders } : {})
  expect(refused).toEqual([])
  return ruleSet.match({ logsource: { product: 'test' }, fields }).length > 0
}

describe('beyond the shared cases', () => {
  it('null in a list means missing or one of the others', () => {
    const detection = '  s: { a: [null, x] }\n  condition: s'

    expect(matches(detection, {})).toBe(true)
    expect(matches(detection, { a: 'X' })).toBe(true)
    expect(matches(detection, { a: 'y' })).toBe(false)
  })

  it('an empty list matches nothing', () => {
    expect(matches('  s: { a: [] }\n  condition: s', { a: 'x' })).toBe(false)
    expect(matches('  s: { a|contains|all: [] }\n  condition: s', { a: 'x' })).toBe(false)
  })

  it('a question mark is one code point, folded letters beyond ASCII are equal', () => {
    expect(matches('  s: { a: x?y }\n  condition: s', { a: 'x😀y' })).toBe(true)
    expect(matches('  s: { a|endswith: "?y" }\n  condition: s', { a: '😀Y' })).toBe(true)
    expect(matches('  s: { a: ΟΔΟΣ }\n  condition: s', { a: 'οδος' })).toBe(true)
    expect(matches('  s: { a: ПРИВЕТ }\n  condition: s', { a: 'привет' })).toBe(true)
  })

  it('fieldref also compares with contains, startswith and endswith', () => {
    expect(matches('  s: { a|fieldref|endswith: b }\n  condition: s', { a: 'xxAB', b: 'ab' })).toBe(true)
    expect(matches('  s: { a|fieldref|startswith: b }\n  condition: s', { a: 'xxAB', b: 'ab' })).toBe(false)
  })

  it('expand stands for a configured list, and a plain percent sign without it is itself', () => {
    const detection = '  s: { user|expand: "%Administrators%" }\n  condition: s'

    expect(matches(detection, { user: 'Root' }, { Administrators: ['root', 'admin'] })).toBe(true)
    expect(matches(detection, { user: 'bob' }, { Administrators: ['root', 'admin'] })).toBe(false)
    expect(matches('  s: { user: "%x%" }\n  condition: s', { user: '%X%' })).toBe(true)
    expect(compileRules([{ file: 'a.yml', text: rule(detection) }]).refused[0]?.reason).toContain('%Administrators%')
  })

  it('the ISO week of a timestamp, and a bare number as seconds', () => {
    expect(matches('  s: { t|week: 53 }\n  condition: s', { t: '2021-01-03T00:00:00Z' })).toBe(true)
    expect(matches('  s: { t|hour|gte: 22 }\n  condition: s', { t: 82_800 })).toBe(true)
  })

  it('every part of the log source a rule names must fit, what it leaves out is free', () => {
    const { ruleSet } = compileRules([
      { file: 'a', text: 'title: a\nlogsource: { category: webserver }\ndetection: { s: { x: 1 }, condition: s }' },
      { file: 'b', text: 'title: b\nlogsource: { product: linux, service: auth }\ndetection: { s: { x: 1 }, condition: s }' },
    ])
    const titles = (logsource: object) => ruleSet.match({ logsource, fields: { x: 1 } }).map(found => found.title)

    expect(titles({ product: 'windows', category: ['other', 'webserver'] })).toEqual(['a'])
    expect(titles({ product: 'linux', service: ['sshd', 'auth'] })).toEqual(['b'])
    expect(titles({ product: 'linux', service: 'sshd' })).toEqual([])
    expect(titles({})).toEqual([])
  })

  it('filters narrow the rules they name', () => {
    const filter = 'title: f\nlogsource: { product: test }\nfilter:\n  rules: [r1]\n  sel: { user: backup }\n  condition: not sel\n'
    const { ruleSet, loaded } = compileRules([{ file: 'a', text: `${rule('  s: { x: 1 }\n  condition: s')}---\n${filter}` }])
    const count = (fields: Record<string, unknown>) => ruleSet.match({ logsource: { product: 'test' }, fields }).length

    expect(loaded).toBe(1)
    expect(count({ x: 1 })).toBe(1)
    expect(count({ x: 1, user: 'backup' })).toBe(0)
  })
})

describe('refusals', () => {
  it.each([
    ['  s: { a|foo: x }\n  condition: s', 'foo'],
    ['  s: { a|re: "(?=x)" }\n  condition: s', '正则'],
    ['  s: { a|re: "(x)\\\\1" }\n  condition: s', '正则'],
    ['  s: { a|cidr: 10.0.0.0/33 }\n  condition: s', '网段'],
    ['  s: { a: x }\n  condition: t', '未定义'],
    ['  s: { a: x }\n  condition: 1 of t_*', '没有对应'],
    ['  s: { a: x }\n  condition: s | count() > 5', '管道'],
    ['  s: { a: x }\n  condition: s and', '不完整'],
    ['  s: { a: x }\n  condition: (s', '括号'],
    ['  s: { a: x }\n  condition: s s', '缺少 and'],
    ['  s: { a: x }', 'condition'],
    ['  s: { a: { b: c } }\n  condition: s', '取值'],
    ['  s: { a|gt: x }\n  condition: s', '数字'],
    ['  s: { a|base64: "x*" }\n  condition: s', '通配符'],
    ['  s: {}\n  condition: s', '空的映射'],
  ])('%s', (detection, reason) => {
    const { loaded, refused } = compileRules([{ file: 'bad.yml', text: rule(detection) }])

    expect(loaded).toBe(0)
    expect(refused).toMatchObject([{ file: 'bad.yml', id: 'r1', title: 't' }])
    expect(refused[0]?.reason).toContain(reason)
  })

  it('a bad rule, a broken file and a repeated id never stop the others', () => {
    const good = rule('  s: { a: x }\n  condition: s')
    const { loaded, refused } = compileRules([
      { file: '1.yml', text: 'a: [' },
      { file: '2.yml', text: '- 1' },
      { file: '3.yml', text: `${good}---\n${good}` },
      { file: '4.yml', text: '' },
      { file: '5.yml', text: 'title: c\ncorrelation: { type: event_count }' },
    ])

    expect(loaded).toBe(1)
    expect(refused.map(item => item.file)).toEqual(['1.yml', '2.yml', '3.yml', '5.yml'])
  })

  it('no text whatever makes it throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (key, value) => {
        const text = JSON.stringify({ title: 't', logsource: {}, detection: { s: { [`a|${key}`]: value }, condition: value || 's' } })
        const { ruleSet } = compileRules([{ file: 'f', text }])
        ruleSet.match({ logsource: {}, fields: { a: value } })
      }),
      { numRuns: 200 },
    )
  })
})

it('wildcards agree with a plain recursive reading', () => {
  const slow = (pattern: string, text: string): boolean => {
    if (pattern === '') return text === ''
    if (pattern[0] === '*') return slow(pattern.slice(1), text) || (text !== '' && slow(pattern, text.slice(1)))
    return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && slow(pattern.slice(1), text.slice(1))
  }
  const letters = (alphabet: string[], maxLength: number) => fc.array(fc.constantFrom(...alphabet), { maxLength }).map(all => all.join(''))

  fc.assert(
    fc.property(letters(['a', 'b', '*', '?'], 8), letters(['a', 'b'], 10), (pattern, text) => {
      expect(compilePattern(parsePattern(pattern), false).test(foldCase(text))).toBe(slow(pattern, text))
    }),
    { numRuns: 2_000 },
  )
})

it('skipping rules by their needs changes no answer', () => {
  const values = ['a', 'A*', '*b', '*\\b', 'c:\\x\\b', '1', '', '*']
  fc.assert(
    fc.property(
      fc.constantFrom(...values),
      fc.constantFrom('', '|contains', '|endswith', '|startswith', '|cased'),
      fc.constantFrom('s', 'not s', 's or t', 's and not t'),
      fc.constantFrom<unknown>('a', 'AB', 'c:\\x\\B', 'x/b', 1, null, undefined, ['q', 'b'], ''),
      (value, modifier, condition, field) => {
        const text = JSON.stringify({ title: 't', logsource: {}, detection: { s: { [`f${modifier}`]: value }, t: { g: 'x' }, condition } })
        const { ruleSet } = compileRules([{ file: 'f', text }])
        const fields = field === undefined ? {} : { f: field }
        const indexed = ruleSet.match({ logsource: {}, fields }).length
        // The same rule behind "or not missing" has no needs and is always tried.
        const always = JSON.stringify({
          title: 't',
          logsource: {},
          detection: { s: { [`f${modifier}`]: value }, t: { g: 'x' }, condition: `not (not (${condition}))` },
        })
        const plain = compileRules([{ file: 'f', text: always }]).ruleSet.match({ logsource: {}, fields }).length

        expect(indexed).toBe(plain)
      },
    ),
    { numRuns: 1_000 },
  )
})
