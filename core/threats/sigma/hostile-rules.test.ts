// Rules nobody in their right mind would write, and events to match: refused with a reason or judged, never a crash, never a stall.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { compileRules } from './compile-rules.js'
import { CorrelationEngine } from './correlation-engine.js'

const LIMITS = { groups: 100, matches: 1_000, snapshot: 10_000 }

/** Everything the product does with rules and events. */
function useAll(text: string, fields: Record<string, unknown>): number {
  const { ruleSet, refused, loaded } = compileRules([{ file: 'f.yml', text }])
  for (const { reason } of refused) expect(reason).toBeTruthy()
  const engine = new CorrelationEngine<number>(ruleSet.correlations, LIMITS)
  for (let at = 0; at < 3; at += 1) {
    const event = { logsource: {}, fields }
    const matched = ruleSet.match(event)
    expect(matched).toEqual(ruleSet.matchByTryingAll(event))
    engine.push(matched, fields, at, at)
  }
  engine.end()
  engine.restore(engine.snapshot(), value => value as number)
  return loaded
}

const word = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'detection',
    'correlation',
    'filter',
    'condition',
    'rules',
    's',
    'all',
    'not',
    '*',
    '|re',
    '|',
    'a|re',
    'a|base64offset|contains',
  ),
)
const tree = fc.letrec<{ node: unknown }>(tie => ({
  node: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.integer(),
    fc.constantFrom<unknown>(null, true, 1e999, '(a+)+$', '[', '%x%', '1 of s*'),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(word, tie('node'), { maxKeys: 4 }),
  ),
})).node
const document = fc.record(
  {
    title: fc.oneof(fc.string(), tree),
    id: fc.constantFrom('a', 'b', 'c'),
    name: fc.constantFrom('x', 'y'),
    level: fc.constantFrom<unknown>('high', 'HIGH', 'none', 7),
    logsource: fc.oneof(fc.constant({}), tree),
    detection: fc.oneof(tree, fc.record({ s: tree, condition: fc.constantFrom('s', 'not s', 's and s') })),
    filter: tree,
    correlation: fc.oneof(
      tree,
      fc.record(
        {
          type: fc.constantFrom('event_count', 'value_count', 'temporal', 'temporal_ordered', 'value_avg', 'value_percentile'),
          rules: fc.array(fc.constantFrom('a', 'b', 'c', 'x', 'y'), { maxLength: 3 }),
          'group-by': fc.array(word, { maxLength: 2 }),
          timespan: fc.constantFrom('1s', '5m', '0s', '999999d', ''),
          condition: fc.oneof(tree, fc.constant({ lt: 3, field: 'a' }), fc.constant({ gte: 1, field: 'a' })),
          aliases: tree,
        },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: [] },
)

describe('hostile rules', () => {
  it('of any shape are refused with a reason or work', () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 4 }), fc.dictionary(word, fc.anything({ maxDepth: 2 })), (documents, fields) => {
        useAll(documents.map(one => stringify(one)).join('---\n'), fields)
      }),
      { numRuns: 400 },
    )
  })

  it('of any text are refused with a reason or work', () => {
    const text = fc.array(
      fc.constantFrom(
        'title: x\n',
        'detection:\n',
        '  s: ',
        '{',
        '[',
        '&a ',
        '*a',
        '---\n',
        '<<: ',
        '!!js/function x',
        '- ',
        '\t',
        ':',
        '? ',
      ),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(text, parts => void useAll(parts.join(''), { a: 1 })),
      { numRuns: 300 },
    )
  })

  it.each([
    ['nested repeats', '(a+)+$', true],
    ['nested repeats of a group', '(?:(?:a|a)*)*b', true],
    ['what expands to a giant', '(?:abcdefgh{1000}){1000}', false],
    ['many repeats', 'x{999}'.repeat(600), false],
    ['a look-around', '(?=a)b', false],
    ['an open bracket', '[', false],
  ])('expressions with %s end soon or are refused', (_, source, isGood) => {
    const rule = JSON.stringify({ title: 't', logsource: {}, detection: { s: { 'f|re': source }, condition: 's' } })

    expect(useAll(rule, { f: `${'a'.repeat(50_000)}!` })).toBe(isGood ? 1 : 0)
  })

  it('with 20,000 values are looked up, not walked', () => {
    const values = Array.from({ length: 20_000 }, (_, n) => `value-${n}`)
    const rule = (key: string) => JSON.stringify({ title: key, logsource: {}, detection: { s: { [key]: values }, condition: 's' } })
    const { ruleSet } = compileRules(['f', 'f|contains', 'f|endswith'].map(key => ({ file: key, text: rule(key) })))
    const titles = (f: string) => ruleSet.match({ logsource: {}, fields: { f } }).map(one => one.title)

    expect(titles('VALUE-19999')).toEqual(['f', 'f|contains', 'f|endswith'])
    expect(titles('x value-500 x')).toEqual(['f|contains'])
    for (let n = 0; n < 2_000; n += 1) expect(titles(`nothing ${n}`)).toEqual([])
  })

  it('of many wildcards stay linear in the text', () => {
    const pattern = Array.from({ length: 200 }, () => 'a*?b').join('*')
    const rule = JSON.stringify({ title: 't', logsource: {}, detection: { s: { f: pattern }, condition: 's' } })

    expect(useAll(rule, { f: 'ab'.repeat(20_000) })).toBe(1)
  })

  it('of conditions nested without end are refused', () => {
    const condition = `${'('.repeat(3_000)}s${')'.repeat(3_000)}`

    expect(useAll(JSON.stringify({ title: 't', logsource: {}, detection: { s: { f: 'x' }, condition } }), { f: 'x' })).toBe(0)
  })
})
