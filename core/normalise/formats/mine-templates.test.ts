// Templates of unknown lines: what repeats stays, what differs becomes a piece, and a flood of lines stays bounded.
import { expect, it } from 'vitest'
import { mineTemplates, patternOf } from './mine-templates.js'
import { compilePattern } from './text-pattern.js'

const lines = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `gate denied user${i} from 192.0.2.${i % 200}:${5000 + i} rule=R${i} after ${i} tries`)

it('one template stands for lines that differ in their values', () => {
  const [template, ...others] = mineTemplates(lines(50))

  expect(others).toEqual([])
  expect(template?.lines).toBe(50)
  expect(patternOf(template!)).toBe(
    'gate denied %{NOTSPACE:text1} from %{IP:ip2}:%{PORT:port2} rule=%{NOTSPACE:rule} after %{INT:number4} tries',
  )
})

it('its pattern reads every one of the lines', () => {
  const [template] = mineTemplates(lines(20))
  const pattern = compilePattern(patternOf(template!))

  for (const line of lines(20)) {
    const keys: Record<string, unknown> = {}
    expect(pattern.match(line, keys), line).toBe(true)
    expect(keys['ip2']).toMatch(/^192\.0\.2\./)
  }
})

it('the most frequent comes first, and there are never more than 500', () => {
  const many = Array.from(
    { length: 2_000 },
    (_, i) => `${'abcdefghij'[i % 10]}${'klmnopqrst'[Math.floor(i / 10) % 10]}${'uvwxyz'[i % 6]} ${'x '.repeat(i % 90)}end`,
  )
  const templates = mineTemplates([...many, ...lines(300)])

  expect(templates.length).toBeLessThanOrEqual(500)
  expect(templates.map(({ lines: count }) => count)).toEqual(templates.map(({ lines: count }) => count).sort((a, b) => b - a))
})
