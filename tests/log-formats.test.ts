// The shipped formats on recorded lines of others, on the same lines as other roads bring them, and on damaged ones.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FormatSet } from '../core/normalise/formats/format-set.js'
import { normalise, type Explanation } from '../core/normalise/normalise.js'
import type { EcsEvent } from '../core/events/event.js'
import { shippedFormats, variants } from './support/log-lines.js'
import { figures, type LabelledLine, scoreLines } from './support/log-scores/score-file.js'
import { parseFuzz } from './support/parse-fuzz.js'

const formats = new FormatSet(shippedFormats())
const explained = (raw: string): { event: EcsEvent; won: string } => {
  const explanation: Explanation = { envelope: 'none', won: 'unknown', near: [] }
  const event = normalise({ raw, type: 'raw', receivedAt: '2026-01-01T00:00:00.000Z' }, { formats }, explanation)
  return { event, won: explanation.won.split('#')[0] ?? '' }
}
const at = (event: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], event)

const recorded = (name: string): LabelledLine[] =>
  readFileSync(join(import.meta.dirname, '..', 'core', 'normalise', 'fixtures', 'labelled', `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as LabelledLine)

// A share of each kind of recorded lines, scored by the labels of their makers; the whole of them: npm run campaign -- log-formats.
describe.each(['cn-devices', 'source-detection', 'ecs', 'crowdsec', 'network-os', 'datadog'])('recorded lines of %s', name => {
  const score = scoreLines(recorded(name))
  const { product, recall, precision } = figures(score)
  const misses = (kind: RegExp): string => score.misses.filter(miss => kind.test(miss)).join('\n')

  it('name the right product for 95 % of the lines', () => {
    expect(product, misses(/^PRODUCT/)).toBeGreaterThanOrEqual(0.95)
  })
  it.skipIf(recall === null)('give 97 % of the named fields, and 98 % of what is given is right', () => {
    expect(recall, misses(/^(?:ABSENT|WRONG)/)).toBeGreaterThanOrEqual(0.97)
    expect(precision, misses(/^WRONG/)).toBeGreaterThanOrEqual(0.98)
  })
})

it('knows the same records as other roads bring them', () => {
  const lost: string[] = []
  for (const format of formats.formats)
    for (const sample of format.samples)
      for (const [name, raw] of variants(sample.line)) {
        const { event, won } = explained(raw)
        // The envelope's own time counts where the message has none.
        const wrong = Object.entries(sample.expect).filter(([path, value]) => path !== '@timestamp' && at(event, path) !== value)
        if (won !== format.id || wrong.length > 0)
          lost.push(`${format.id}, ${name}: ${won} ${wrong.map(([path]) => path).join()} ${raw.slice(0, 120)}`)
      }

  expect(lost).toEqual([])
})

it('does not fall over damaged lines', () => {
  expect(parseFuzz({ inputs: 3_000, seed: 7 }).crashes).toEqual([])
})

it('is not told a product by what stands far behind in a line', () => {
  const { won } = explained(`Oct 10 12:34:56 web app[1]: ${'x '.repeat(3_000)}%ASA-6-302013: Built outbound TCP connection 1`)

  expect(won).toBe('unknown')
})
