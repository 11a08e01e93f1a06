// What correlations mean, case by case; that restarts change nothing; that memory stays bounded; and how unusable ones are refused.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRules } from './compile-rules.js'
import { CorrelationEngine } from './correlation-engine.js'

interface Case {
  readonly name: string
  readonly rules: string
  readonly events: readonly { readonly t: number; readonly event: Record<string, unknown> }[]
  readonly expect: readonly { readonly rule: string; readonly group: Record<string, string>; readonly first_at: number }[]
  readonly none: readonly { readonly rule: string; readonly group: Record<string, string> }[]
}

const packed = readFileSync(new URL('fixtures/sigma-correlation/cases.json.gz', import.meta.url))
const cases = JSON.parse(gunzipSync(packed).toString('utf8')) as Case[]
const LIMITS = { groups: 10_000, matches: 1_000_000, snapshot: 10_000_000 }
const number = (value: unknown) => (typeof value === 'number' ? value : undefined)

interface Told {
  readonly rule: string
  readonly group: string
  readonly at: number
}

function run(rules: string, events: Case['events'], { restartEvery = 0, limits = LIMITS } = {}) {
  const { ruleSet, refused } = compileRules([{ file: 'case.yml', text: rules }])
  expect(refused).toEqual([])
  let engine = new CorrelationEngine<number>(ruleSet.correlations, limits)
  const told: Told[] = []
  const keep = (fired: ReturnType<typeof engine.push>) => {
    for (const { correlation, group, tokens } of fired)
      told.push({ rule: correlation.rule.title, group: groupText(group), at: tokens.at(-1)! })
  }
  events.forEach(({ t, event }, index) => {
    if (restartEvery > 0 && index % restartEvery === 0) {
      const saved: unknown = JSON.parse(JSON.stringify(engine.snapshot()))
      engine = new CorrelationEngine<number>(ruleSet.correlations, limits)
      engine.restore(saved, number)
    }
    keep(engine.push(ruleSet.match({ logsource: { product: 'test' }, fields: event }), event, t * 1000, index))
  })
  keep(engine.end())
  return { told, counts: engine.counts, snapshot: engine.snapshot(), ruleSet }
}

function groupText(group: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(group).sort())
}

describe('the shared cases', () => {
  it.each(cases)('$name', ({ rules, events, expect: expected, none }) => {
    const { told } = run(rules, events)
    const first = (rule: string, group: Record<string, string>) => told.find(one => one.rule === rule && one.group === groupText(group))?.at

    for (const { rule, group, first_at } of expected) expect({ rule, group, at: first(rule, group) }).toEqual({ rule, group, at: first_at })
    for (const { rule, group } of none) expect({ rule, group, at: first(rule, group) }).toEqual({ rule, group, at: undefined })
  })

  it('give the same when the state is saved and taken up again at every third event', () => {
    for (const { rules, events } of cases) expect(run(rules, events, { restartEvery: 3 }).told).toEqual(run(rules, events).told)
  })
})

const base = (action: string) =>
  `title: ${action}\nid: id-${action}\nname: ${action}\nlogsource: { product: test }\ndetection: { s: { action: ${action} }, condition: s }\n`
const rules = (correlation: string, more = '') =>
  `${base('a')}---\n${base('b')}---\n${base('c')}---\ntitle: C\nid: c-id\nname: C-name\ncorrelation: ${correlation}\n${more}`
const at = (t: number, action: string, more: Record<string, unknown> = {}) => ({ t, event: { action, u: 'x', ...more } })
const times = (correlation: string, events: Case['events']) =>
  run(rules(correlation), events).told.flatMap(one => (one.rule === 'C' ? [one.at] : []))

describe('firing', () => {
  const count = '{ type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: { gte: 2 } }'

  it('comes once while the condition stays true, and again after a whole timespan', () => {
    expect(
      times(
        count,
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(t => at(t, 'a')),
      ),
    ).toEqual([1, 11])
  })

  it('comes again once the condition has been false in between, if only between two events', () => {
    expect(times(count, [at(0, 'a'), at(1, 'a'), at(10.6, 'a')])).toEqual([1, 2])
  })

  it('of a condition nothing completes comes when the window closes, at the last event of it', () => {
    const few = '{ type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: { lt: 3 } }'

    expect(times(few, [at(0, 'a'), at(3, 'a'), at(11, 'c')])).toEqual([1])
    expect(times(few, [at(0, 'a'), at(3, 'a'), at(4, 'a'), at(11, 'c')])).toEqual([])
    expect(times(few, [at(0, 'a')])).toEqual([0])
  })

  it('counts an event that two of the rules match once', () => {
    const both = `${base('a')}---\ntitle: again\nid: again\nlogsource: { product: test }\ndetection: { s: { action: a }, condition: s }\n`
    const text = `${both}---\ntitle: C\ncorrelation: { type: event_count, rules: [a, again], timespan: 1m, condition: { gte: 2 } }\n`

    expect(run(text, [at(0, 'a'), at(1, 'a')]).told.map(one => one.at)).toEqual([1])
  })

  it('of temporal rules may ask for fewer than all of them', () => {
    const some = '{ type: temporal, rules: [a, b, c], group-by: [u], timespan: 1m, condition: { gte: 2 } }'

    expect(times(some, [at(0, 'a'), at(1, 'a'), at(2, 'c')])).toEqual([2])
  })

  it('in order takes matches of the same time in any order of arrival', () => {
    expect(times('{ type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 1m }', [at(5, 'b'), at(5, 'a')])).toEqual([1])
    expect(times('{ type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 1m }', [at(4, 'b'), at(5, 'a')])).toEqual([])
  })

  it('by the nearest-rank percentile', () => {
    const high = '{ type: value_percentile, rules: [a], timespan: 1m, condition: { field: n, percentile: 90, gte: 9 } }'
    const values = (...list: number[]) => list.map((n, t) => at(t, 'a', { n }))

    expect(times(high, values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))).toEqual([8])
    expect(times(high, values(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 9))).toEqual([])
  })
})

describe('late events', () => {
  const count = '{ type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: { gte: 3 } }'

  it('take their place in the windows they belong to', () => {
    expect(times(count, [at(0, 'a'), at(8, 'a'), at(5, 'a')])).toEqual([2])
    expect(times('{ type: temporal_ordered, rules: [a, b], timespan: 10s }', [at(5, 'b'), at(4, 'a')])).toEqual([1])
  })

  it('beyond the reach of the window are counted and dropped', () => {
    const { told, counts } = run(rules(count), [at(0, 'a'), at(1, 'a'), at(20, 'a'), at(2, 'a')])

    expect(told.filter(one => one.rule === 'C')).toEqual([])
    expect(counts.late).toBe(1)
  })

  it('shuffled within the window find what the ordered stream finds', () => {
    const stream = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.constantFrom('a', 'b')), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(stream, list => {
        const events = list.map(([t, action]) => at(t, action))
        const sorted = [...events].sort((x, y) => x.t - y.t)
        for (const correlation of [count, '{ type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 10s }'])
          expect(times(correlation, events).length > 0).toBe(times(correlation, sorted).length > 0)
      }),
      { numRuns: 200 },
    )
  })
})

it('agrees with a plain reading of the definition over random streams', () => {
  const event = fc.record({
    gap: fc.integer({ min: 0, max: 6 }),
    action: fc.constantFrom('a', 'b', 'c'),
    u: fc.constantFrom('x', 'y'),
    n: fc.integer({ min: 0, max: 4 }),
  })
  const judged: Record<string, (window: readonly { action: string; n: number }[]) => boolean> = {
    '{ type: event_count, rules: [a, b], group-by: [u], timespan: 10s, condition: { gt: 2, lte: 4 } }': w =>
      [3, 4].includes(w.filter(e => e.action !== 'c').length),
    '{ type: value_count, rules: [a, b], group-by: [u], timespan: 10s, condition: { field: n, gte: 3 } }': w =>
      new Set(w.flatMap(e => (e.action === 'c' ? [] : [e.n]))).size >= 3,
    '{ type: value_sum, rules: [a], group-by: [u], timespan: 10s, condition: { field: n, gte: 6 } }': w =>
      w.reduce((sum, e) => sum + (e.action === 'a' ? e.n : 0), 0) >= 6,
    '{ type: temporal, rules: [a, b, c], group-by: [u], timespan: 10s }': w => new Set(w.map(e => e.action)).size === 3,
    '{ type: temporal_ordered, rules: [a, b, c], group-by: [u], timespan: 10s }': w => /a.*b.*c/.test(w.map(e => e.action).join('')),
  }
  fc.assert(
    fc.property(fc.array(event, { maxLength: 25 }), list => {
      // Times of their own, so that the order of arrival is the order of time.
      let t = 0
      const events = list.map(({ gap, ...rest }) => ({ t: (t += gap + 1), event: rest }))
      for (const [correlation, isTrue] of Object.entries(judged)) {
        const concerned = correlation.match(/rules: \[([^\]]*)\]/)![1]!.split(', ')
        const { told } = run(rules(correlation), events)
        for (const u of ['x', 'y']) {
          const first = events.findIndex(
            ({ t: now, event: e }, index) =>
              e.u === u &&
              concerned.includes(e.action) &&
              isTrue(events.slice(0, index + 1).flatMap(one => (one.event.u === u && one.t > now - 10 ? [one.event] : []))),
          )
          const found = told.find(one => one.rule === 'C' && one.group === groupText({ u }))
          expect(found?.at ?? -1).toBe(first)
        }
      }
    }),
    { numRuns: 60 },
  )
})

describe('bounds', () => {
  const count = '{ type: event_count, rules: [a], group-by: [u], timespan: 1h, condition: { gte: 3 } }'
  const limits = { groups: 50, matches: 80, snapshot: 2_000 }

  it('forget the stalest groups first, say how many, and save no more than they may', () => {
    const strangers = Array.from({ length: 500 }, (_, n) => at(n / 10, 'a', { u: `u${n}` }))
    const { told, counts, snapshot } = run(rules(count), [...strangers, at(60, 'a'), at(61, 'a'), at(62, 'a')], { limits })

    expect(told.map(one => one.group)).toEqual([groupText({ u: 'x' })])
    expect(counts.groups).toBeLessThanOrEqual(50)
    expect(counts.dropped).toBeGreaterThanOrEqual(450)
    expect(JSON.stringify(snapshot).length).toBeLessThan(3_000)
  })

  it('hold for a flood in one group, which still counts right', () => {
    const sum = '{ type: value_sum, rules: [a], timespan: 1h, condition: { field: n, gte: 100 } }'
    const flood = Array.from({ length: 20_000 }, (_, n) => at(n / 1000, 'a', { n: 1 }))

    const { told, counts } = run(rules(sum), flood)

    expect(told.find(one => one.rule === 'C')?.at).toBe(99)
    expect(counts.matches).toBeLessThan(6_000)
  })

  it('take up no spoiled state', () => {
    const { ruleSet } = compileRules([{ file: 'x', text: rules(count) }])
    fc.assert(
      fc.property(fc.anything(), state => {
        const engine = new CorrelationEngine<number>(ruleSet.correlations, LIMITS)
        engine.restore(state, number)
        engine.restore({ version: 1, watermark: null, correlations: { 'c-id': state } }, number)
        expect(engine.counts.groups).toBe(0)
      }),
      { numRuns: 200 },
    )
  })
})

describe('what stands behind a correlation', () => {
  it('gives no alert of its own unless it generates', () => {
    const body = 'type: event_count, rules: [a], timespan: 1m, condition: { gte: 2 }'
    const silent = (correlation: string) => {
      const { ruleSet } = compileRules([{ file: 'x', text: rules(correlation) }])
      return ruleSet.rules.map(rule => ruleSet.isSilent(rule))
    }

    expect(silent(`{ ${body} }`)).toEqual([true, false, false])
    expect(silent(`{ ${body}, generate: true }`)).toEqual([false, false, false])
  })

  it('may be another correlation, in whatever order they are written', () => {
    const inner =
      '---\ntitle: I\nid: i\nname: inner\ncorrelation: { type: event_count, rules: [a], group-by: [u], timespan: 1m, condition: { gte: 2 } }\n'
    const outer = '{ type: temporal_ordered, rules: [inner, b], group-by: [u], timespan: 1m }'

    expect(run(rules(outer, inner), [at(0, 'a'), at(1, 'a'), at(2, 'b')]).told).toEqual([
      { rule: 'I', group: groupText({ u: 'x' }), at: 1 },
      { rule: 'C', group: groupText({ u: 'x' }), at: 2 },
    ])
  })

  it.each([
    ['{ type: nonsense, rules: [a], timespan: 1m }', '类型'],
    ['{ type: temporal, timespan: 1m }', 'rules'],
    ['{ type: temporal, rules: [a, gone], timespan: 1m }', '没有装入'],
    ['{ type: temporal, rules: [a, C-name], timespan: 1m }', '成环'],
    ['{ type: temporal, rules: [a, b] }', 'timespan'],
    ['{ type: temporal, rules: [a, b], timespan: 5w }', 'timespan'],
    ['{ type: event_count, rules: [a], timespan: 1m }', 'condition'],
    ['{ type: event_count, rules: [a], timespan: 1m, condition: { gte: x } }', '数字'],
    ['{ type: event_count, rules: [a], timespan: 1m, condition: { over: 3 } }', 'over'],
    ['{ type: event_count, rules: [a], timespan: 1m, condition: { gte: 1000000 } }', '上限'],
    ['{ type: value_count, rules: [a], timespan: 1m, condition: { gte: 3 } }', 'field'],
    ['{ type: temporal, rules: [a], timespan: 1m, aliases: { x: { other: f } } }', 'other'],
    ['[1]', '映射'],
  ])('%s is refused', (correlation, reason) => {
    const { loaded, refused } = compileRules([{ file: 'x', text: rules(correlation) }])

    expect(loaded).toBe(3)
    expect(refused).toMatchObject([{ id: 'c-id' }])
    expect(refused[0]?.reason).toContain(reason)
  })
})
