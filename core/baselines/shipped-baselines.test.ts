// Every shipped check gives the answers of its own samples; all 67 are there, each with its clause; hostile texts cost time in proportion to them.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Baseline } from './baseline.js'
import { evaluate } from './evaluate.js'
import { readBaseline, readBaselines } from './read-baseline.js'

const folder = new URL('../../content/baselines/', import.meta.url)
const files = readdirSync(folder)
  .filter(name => name.endsWith('.yaml'))
  .map(path => ({ path, text: readFileSync(new URL(path, folder), 'utf8') }))
const { baselines, faults } = readBaselines(files)

const given = (texts: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { text }]))
const only = (baseline: Baseline, id: string): Baseline => ({ ...baseline, checks: baseline.checks.filter(check => check.id === id) })
const checks = baselines.flatMap(baseline => baseline.checks.map(check => [check.id, baseline, check] as const))

describe('the shipped baselines', () => {
  it('are read without a fault and hold every check once', () => {
    expect(faults).toEqual([])
    expect(checks).toHaveLength(67)
    expect(new Set(checks.map(([id]) => id)).size).toBe(67)
  })

  it.each(checks)('%s answers as its samples say', (id, baseline, check) => {
    for (const sample of check.samples) {
      const [result] = evaluate(only(baseline, id), given(sample.given)).results

      expect(result?.outcome, JSON.stringify(sample.given)).toBe(sample.outcome)
    }
    // A check that cannot fail proves nothing.
    expect(check.samples.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['pass', 'fail']))
  })

  it.each(checks)('%s says that it cannot tell when nothing was collected', (id, baseline) => {
    expect(evaluate(only(baseline, id), {}).results[0]?.outcome).toBe('unknown')
  })

  it.each(baselines.map(baseline => [baseline.baseline.id, baseline] as const))('%s takes a hostile text in its stride', (_, baseline) => {
    const hostile = `${'a'.repeat(200_000)}\n${'permit any any '.repeat(20_000)}\n${'((((('.repeat(10_000)}\n<a ${'b="c" '.repeat(5_000)}`
    const inputs = given(Object.fromEntries(Object.keys(baseline.inputs).map(name => [name, hostile])))

    const { results } = evaluate(baseline, inputs)

    expect(results).toHaveLength(baseline.checks.length)
  })
})

describe('evidence', () => {
  it('names the lines with their secrets taken out', () => {
    const network = baselines.find(one => one.baseline.id === 'network-device')!
    const config = ' local-user admin password cipher %^%#Hidden%^%#\nsnmp-agent community read cipher Secret2 acl 2001'

    const shown = JSON.stringify(evaluate(network, given({ config })))

    expect(shown).toContain('local-user admin password cipher ***')
    expect(shown).not.toMatch(/Hidden|Secret2/)
  })

  it('gives no score when more than a tenth could not be told', () => {
    const linux = baselines.find(one => one.baseline.id === 'linux-server')!

    const { score, counts } = evaluate(linux, given({ passwd: 'root:x:0:0:root:/root:/bin/bash' }))

    expect(counts.pass).toBe(1)
    expect(score).toBeNull()
  })
})

describe('a file that is wrong', () => {
  it.each([
    ['baseline: [', 1, 'YAML'],
    ['baseline: { id: x1, title: 甲乙, version: 1.0.0, target: x1 }\ninputs: {}\nchecks:\n  - id: bad\n', 4, 'id'],
  ])('is refused with its line: %s', (text, line, words) => {
    const { baseline, faults: found } = readBaseline(text)

    expect(baseline).toBeUndefined()
    expect(found[0]?.line).toBe(line)
    expect(JSON.stringify(found)).toContain(words)
  })

  it('names a pattern that does not compile and an input nobody collects', () => {
    const text = files
      .find(({ path }) => path === 'redis.yaml')!
      .text.replace("absent-match: '^\\s*root\\s*$'", "absent-match: '(('")
      .replace('in: acl, match', 'in: nothing, match')

    expect(JSON.stringify(readBaseline(text).faults)).toMatch(/没有输入 nothing.*写法有误|写法有误.*没有输入 nothing/)
  })
})
