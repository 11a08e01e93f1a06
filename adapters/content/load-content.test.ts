import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadContent } from './load-content.js'

let base: string
const rule = (id: string) => `title: ${id}\nid: ${id}\nlogsource: {}\ndetection: { k: [x], condition: k }\n`
const entry = (value: string, extra = '') => `- { type: ipv4, value: ${value}, kind: c2, confidence: 0.9, source: s${extra} }\n`

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'content-'))
})
afterEach(() => {
  rmSync(base, { recursive: true, force: true })
})

function write(name: string, text: string | Uint8Array): string {
  const path = join(base, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}
const load = (...folders: string[]) => loadContent(folders.map(folder => join(base, folder)))

describe('loadContent', () => {
  it('reads rules and indicators of any depth and passes over everything else', () => {
    write('a/rules/web/one.yml', rule('one'))
    write('a/rules/README.md', '# no rule')
    write('a/rules/.git/two.yml', rule('two'))
    write('a/indicators/list.yaml', entry('192.0.2.1'))
    write('a/indicators/list.ndjson', '{"type":"domain","value":"bad.example","kind":"c2","confidence":1,"source":"s"}\n\n')

    const { rules, indicators, faults } = load('a')

    expect(rules).toEqual([{ file: 'rules/web/one.yml', text: rule('one') }])
    expect(indicators.map(one => one.value).sort()).toEqual(['192.0.2.1', 'bad.example'])
    expect(faults).toEqual([])
  })

  it('lays a later folder over an earlier one', () => {
    write('a/rules/one.yml', rule('shipped'))
    write('a/rules/two.yml', rule('kept'))
    write('b/rules/one.yml', rule('own'))
    write('a/indicators/z.yaml', entry('192.0.2.1', ', note: shipped'))
    write('b/indicators/a.yaml', entry('192.0.2.1', ', note: own'))

    const { rules, indicators } = load('a', 'b')

    expect(rules.map(one => one.text)).toEqual([rule('kept'), rule('own')])
    expect(indicators.map(one => one.note)).toEqual(['shipped', 'own'])
  })

  it('takes a folder that is not there for an empty one', () => {
    expect(load('nowhere')).toEqual({ rules: [], indicators: [], warnings: [], formats: [], faults: [] })
  })

  it('names file and line of every bad indicator and keeps its neighbours', () => {
    const yaml = write(
      'a/indicators/x.yaml',
      `${entry('192.0.2.1')}${entry('192.0.2.300')}- nonsense\n${entry('192.0.2.2')}- { type: ipv4, value: 192.0.2.3, kind: c2, confidence: 90, source: s }\n${entry('192.0.2.4', ', expires: someday')}`,
    )
    const ndjson = write(
      'a/indicators/y.ndjson',
      '{"type":\n{"type":"md5","value":"0123456789abcdef0123456789abcdef","kind":"malware","confidence":1,"source":"s","expires":"2027-01-01"}\n',
    )

    const { indicators, faults } = load('a')

    expect(indicators.map(one => one.value)).toEqual(['192.0.2.1', '192.0.2.2', '0123456789abcdef0123456789abcdef'])
    expect(indicators[2]?.expires).toBe('2027-01-01T00:00:00.000Z')
    expect(faults.map(({ file, line }) => [file, line])).toEqual([
      [yaml, 2],
      [yaml, 3],
      [yaml, 5],
      [yaml, 6],
      [ndjson, 1],
    ])
    expect(faults[0]?.problem).toContain('value')
    expect(faults[2]?.problem).toContain('confidence')
  })

  it('reads warning lists of both folders, and leaves out a faulty one as a whole, with its line', () => {
    write('a/warning-lists/x.yaml', '- { name: 甲, effect: ignore, networks: [10.0.0.0/8] }\n')
    write('b/warning-lists/y.yaml', '- { name: 乙, effect: shared, domains: [cdn.example] }\n')
    const bad = write('b/warning-lists/z.yaml', '- { name: 丙, effect: ignore }\n- { name: 丁, effect: never }\n')

    const { warnings, faults } = load('a', 'b')

    expect(warnings.map(list => list.name)).toEqual(['甲', '乙'])
    expect(faults.map(({ file, line }) => [file, line])).toEqual([[bad, 2]])
  })

  it('gives rules the licence and link of the nearest pack above them', () => {
    write('a/rules/pack.yaml', 'title: all\nlicense: L1\n')
    write('a/rules/inner/pack.yaml', 'title: inner\nlicense: L2\nlink: https://rules.example/\n')
    write('a/rules/inner/deep/one.yml', rule('one'))
    write('a/rules/two.yml', rule('two'))

    const { rules, faults } = load('a')

    expect(rules.map(one => one.origin)).toEqual([{ license: 'L2', link: 'https://rules.example/' }, { license: 'L1' }])
    expect(faults).toEqual([])
  })

  it('names a pack that says what nobody understands, and loads its rules', () => {
    const path = write('a/rules/pack.yaml', 'title: all\nlicence: L1\n')
    write('a/rules/two.yml', rule('two'))

    const { rules, faults } = load('a')

    expect(rules).toHaveLength(1)
    expect(faults).toMatchObject([{ file: path }])
  })

  it('leaves out files that are too big, no text, or not there any more', () => {
    const big = write('a/rules/big.yml', `#${'x'.repeat(1024 * 1024)}`)
    const binary = write('a/indicators/binary.yaml', new Uint8Array([0xff, 0xfe, 0x00]))
    write('a/rules/good.yml', rule('good'))
    symlinkSync(join(base, 'gone.yml'), join(base, 'a/rules/gone.yml'))
    symlinkSync(join(base, 'a/rules/good.yml'), join(base, 'a/rules/linked.yml'))

    const { rules, faults } = load('a')

    expect(rules.map(one => one.file)).toEqual(['rules/good.yml', 'rules/linked.yml'])
    expect(faults.map(fault => fault.file)).toEqual([big, join(base, 'a/rules/gone.yml'), binary])
  })

  it('bounds what one broken file may say and what an alias may grow to', () => {
    const bomb = Array.from({ length: 9 }, (_, n) => `&a${n + 1} [${`*a${n},`.repeat(9)}]`).join(', ')
    write('a/indicators/bomb.yaml', `- [&a0 [x], ${bomb}]\n${entry('192.0.2.1')}`)
    write('a/indicators/many.ndjson', 'x\n'.repeat(1000))

    const { indicators, faults } = load('a')

    expect(indicators.map(one => one.value)).toEqual(['192.0.2.1'])
    expect(faults).toHaveLength(1 + 21)
  })
})
