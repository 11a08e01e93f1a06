import { describe, expect, it } from 'vitest'
import { RuleLibrary } from './rule-library.js'

const NOW = '2026-11-24T08:00:00.000Z'
const rule = (id: string, value = 'x') => `title: ${id}\nid: ${id}\nlogsource: {}\ndetection: { s: { f: ${value} }, condition: s }\n`
const files = (texts: Record<string, string>) => ({
  rules: Object.entries(texts).map(([file, text]) => ({ file, text })),
  indicators: [],
  faults: [],
})
const titles = (library: RuleLibrary, value: string) =>
  library.materials.rules.match({ logsource: {}, fields: { f: value } }).map(one => one.id)

describe('RuleLibrary', () => {
  it('takes up changed, new and vanished files', () => {
    const library = new RuleLibrary()
    library.load(files({ a: rule('a'), b: rule('b') }), NOW)
    const status = library.load(files({ a: rule('a', 'y'), c: rule('c') }), NOW)

    expect(status).toMatchObject({ version: 2, rules: 2, problems: [], kept: [] })
    expect([titles(library, 'x'), titles(library, 'y')]).toEqual([['c'], ['a']])
  })

  it.each([
    ['is no YAML any more', 'title: [', /YAML/],
    ['has a rule nobody can compile', `${rule('a')}---\n${rule('a2').replace('f:', 'f|nonsense:')}`, /nonsense/],
  ])('keeps the rules of a file that %s, and says so', (_, text, reason) => {
    const library = new RuleLibrary()
    library.load(files({ a: rule('a'), b: rule('b') }), NOW)

    const status = library.load(files({ a: text, b: rule('b', 'y') }), NOW)

    expect(status.kept).toEqual(['a'])
    expect(status.problems).toMatchObject([{ file: 'a', problem: expect.stringMatching(reason) as string }])
    expect([titles(library, 'x'), titles(library, 'y')]).toEqual([['a'], ['b']])
    // Looked at again unchanged it still says so, and mended it is taken up.
    expect(library.load(files({ a: text, b: rule('b') }), NOW).kept).toEqual(['a'])
    expect(library.load(files({ a: rule('a', 'z'), b: rule('b') }), NOW)).toMatchObject({ kept: [], problems: [] })
    expect(titles(library, 'z')).toEqual(['a'])
  })

  it('loads the good rules of a file that was broken from the beginning, and names file, line and rule of the others', () => {
    const library = new RuleLibrary()
    const status = library.load(files({ a: `${rule('a')}---\ntitle: b\nid: b\n`, c: 'title: x\nlogsource: [\ndetection: }\n' }), NOW)

    expect(status).toMatchObject({ rules: 1, kept: [] })
    expect(status.problems).toMatchObject([
      { file: 'a', what: 'b' },
      { file: 'c', line: 3 },
    ])
  })

  it('warns of a filter that lets only its own events through', () => {
    const filter = 'title: f\nid: f\nlogsource: {}\nfilter: { rules: any, s: { u: x }, condition: s }\n'
    const status = new RuleLibrary().load(files({ a: `${rule('a')}---\n${filter}` }), NOW)

    expect(status.warnings).toMatchObject([{ file: 'a', what: 'f', problem: expect.stringContaining('not') as string }])
  })
})
