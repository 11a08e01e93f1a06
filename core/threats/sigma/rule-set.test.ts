// That skipping rules by their needs never changes an answer: generated rules and events, judged both ways.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRules } from './compile-rules.js'
import { needsOfRegex } from './regex-needs.js'
import type { SigmaEvent } from './rule.js'

// Few pieces, so that rules and events meet often.
const piece = fc.constantFrom(
  'a',
  'B',
  '\\cmd.exe',
  '/x',
  '-enc ',
  '4688',
  'K',
  'ß',
  'µ',
  'ſ',
  'привет',
  'ПРИВЕТ',
  '😀',
  ' ',
  'true',
  '.',
  '--',
)
const text = fc.array(piece, { maxLength: 5 }).map(parts => parts.join(''))
const pattern = fc
  .array(fc.oneof({ weight: 4, arbitrary: piece }, fc.constantFrom('*', '?', '\\*', '\\\\')), { maxLength: 5 })
  .map(parts => parts.join(''))
const scalar = fc.oneof(text, fc.constantFrom<unknown>(4688, '4688', true, null, '', 1e21, 0, '10.1.2.3'))
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.record({ e: scalar, g: fc.array(scalar, { maxLength: 2 }) }),
)
const field = fc.constantFrom('f', 'g', 'd.e', 'd.e.g', 'missing')
const fields = fc.record({ f: value, g: value, d: value, 'd.e': value }, { requiredKeys: [] })

const plainEntry = fc.tuple(
  fc.constantFrom(
    '',
    '|contains',
    '|endswith',
    '|startswith',
    '|contains|all',
    '|cased',
    '|contains|windash',
    '|base64offset|contains',
    '|neq',
    '|wide|base64offset|contains',
  ),
  fc.oneof(pattern, fc.array(pattern, { maxLength: 4 }), fc.constantFrom<unknown>(4688, null, true, '*', [])),
)
const regex = fc.constantFrom(
  'a+B',
  'cmd\\.exe$',
  '(?i)(enc|k)',
  '[ab]x?',
  '^4688$',
  'a(?:B|\\\\cmd)',
  'B{2,}',
  '\\d{4}',
  '(a|)B',
  'x*',
  's',
)
const special = fc.oneof(
  fc.tuple(fc.constantFrom('|re', '|re|i'), regex),
  fc.tuple(fc.constant('|exists'), fc.boolean()),
  fc.tuple(fc.constantFrom('|gte', '|lt'), fc.constant(4688)),
  fc.tuple(fc.constant('|cidr'), fc.constant('10.0.0.0/8')),
  fc.tuple(fc.constantFrom('|fieldref', '|fieldref|contains'), fc.constant('g')),
)
const entry = fc
  .tuple(field, fc.oneof({ weight: 3, arbitrary: plainEntry }, special))
  .map(([name, [modifiers, wanted]]): [string, unknown] => [`${name}${modifiers}`, wanted])
const identifier = fc.oneof(
  { weight: 3, arbitrary: fc.array(entry, { minLength: 1, maxLength: 3 }).map(entries => Object.fromEntries(entries)) },
  fc.array(pattern, { minLength: 1, maxLength: 3 }),
  fc.array(pattern, { minLength: 1, maxLength: 2 }).map(words => ({ '|all': words })),
)
const condition = fc.constantFrom(
  's',
  's and t',
  's or t',
  's and not t',
  'not s',
  '1 of them',
  'all of them',
  '(s or t) and not (s and t)',
)
const rule = fc.record({ s: identifier, t: identifier, condition })

function compiled(detections: readonly unknown[]) {
  return compileRules(
    detections.map((detection, index) => ({
      file: `${index}.yml`,
      text: JSON.stringify({ title: `r${index}`, logsource: index % 3 === 0 ? { product: 'p' } : {}, detection }),
    })),
  ).ruleSet
}

describe('the prefilter', () => {
  it('changes no answer, whatever the rules and events', () => {
    let matched = 0
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 12 }),
        fc.array(fields, { minLength: 1, maxLength: 12 }),
        (detections, list) => {
          const ruleSet = compiled(detections)
          for (const one of list) {
            const event: SigmaEvent = { logsource: { product: 'p' }, fields: one }
            const found = ruleSet.match(event)
            matched += found.length
            expect(found).toEqual(ruleSet.matchByTryingAll(event))
          }
        },
      ),
      { numRuns: 400 },
    )
    expect(matched).toBeGreaterThan(1_000)
  })

  it('stays right when it has been tuned to the stream, and when values repeat', () => {
    const ruleSet = compiled([
      { s: { 'f|contains': 'often', 'g|contains': 'seldom' }, condition: 's' },
      { s: { f: ['often one', 'often two'] }, condition: 's' },
      { s: ['seldom'], condition: 's' },
    ])

    for (let n = 0; n < 10_000; n += 1) {
      const fields = { f: n % 2 === 0 ? 'OFTEN one' : `often ${n}`, g: n % 97 === 0 ? 'Seldom' : `x${n}` }
      const found = ruleSet.match({ logsource: {}, fields }).map(one => one.title)
      const expected = [...(n % 97 === 0 ? ['r0'] : []), ...(n % 2 === 0 ? ['r1'] : []), ...(n % 97 === 0 ? ['r2'] : [])]
      // The first rule is bound to a product this event does not have.
      expect(found).toEqual(expected.filter(title => title !== 'r0'))
    }
  })

  it('takes what a partial log source leaves out for unknown', () => {
    const ruleSet = compiled([
      { s: { f: 'x' }, condition: 's' },
      { s: { f: 'x' }, condition: 's' },
    ])
    const titles = (logsource: object) => ruleSet.match({ logsource, fields: { f: 'x' } }).map(one => one.title)

    expect(titles({})).toEqual(['r1'])
    expect(titles({ partial: true })).toEqual(['r0', 'r1'])
    expect(titles({ partial: true, product: 'q' })).toEqual(['r1'])
  })
})

it.each([
  ['abc', ['abc']],
  ['ab+c', ['ab']],
  ['ab?cd', ['cd']],
  ['(foo|bar)baz', ['baz']],
  ['(?:foo|bar)', ['bar', 'foo']],
  ['(foo|)', ['present']],
  ['x{0,3}[yz]', ['present']],
  ['(?i)FOO\\.exe', ['foo.exe']],
  ['a.b', ['present']],
  ['\\pL+foo', ['present']],
])('a regular expression %s needs %j', (source, wanted) => {
  const found = JSON.stringify(needsOfRegex('f', source))

  for (const one of wanted) expect(found).toContain(one)
})
