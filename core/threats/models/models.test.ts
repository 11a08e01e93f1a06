import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { normalise } from '../../normalise/normalise.js'
import type { ModelMaterials, Sample } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { IndicatorSet } from '../indicators/indicator-set.js'
import { SigmaRuleSet } from '../sigma/rule-set.js'
import { models } from './index.js'

const receivedAt = '2026-11-24T08:30:00.000Z'

function eventsOf(sample: Sample): JudgedEvent[] {
  return sample.lines.map((raw, n) => ({
    event: normalise({ raw, type: 'syslog', receivedAt }),
    receivedAt,
    position: { file: '2026-11-24/w-000001', offset: n },
  }))
}

describe.each(models.map(model => [model.id, model] as const))('model %s', (id, model) => {
  const materials: ModelMaterials = { rules: new SigmaRuleSet([]), indicators: new IndicatorSet(), ...model.samples.materials?.() }
  const run = () => model.create(model.params.parse({}), materials)
  const judge = (sample: Sample): Hit[] => {
    const started = run()
    return eventsOf(sample).flatMap(event => started.push(event))
  }

  it.each(model.samples.fires.map(sample => [sample.what, sample] as const))('speaks about %s', (_, sample) => {
    const hits = judge(sample)

    expect(hits.length).toBeGreaterThan(0)
    for (const hit of hits) {
      expect(hit.modelId).toBe(id)
      expect(hit.reason).toMatch(/^[^\p{Cc}]{5,600}$/u)
      expect(hit.at).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
      expect(hit.evidence.length).toBeGreaterThan(0)
      expect(hit.evidence.length).toBeLessThanOrEqual(5)
      expect(hit.strength).toBeGreaterThan(0)
      expect(hit.strength).toBeLessThanOrEqual(1)
    }
    expect(sample.lines).toContain(hits[0]!.evidence.at(-1)!.raw)
  })

  it.each(model.samples.silent.map(sample => [sample.what, sample] as const))('is silent about %s', (_, sample) => {
    expect(judge(sample)).toEqual([])
  })

  it('has near misses', () => {
    expect(model.samples.silent.length).toBeGreaterThan(0)
  })

  it.each(model.samples.fires.map(sample => [sample.what, sample] as const))('goes on after a restart at any event of: %s', (_, sample) => {
    const events = eventsOf(sample)
    const straight = judge(sample).map(({ ruleId, at, count, reason }) => ({ ruleId, at, count, reason }))

    let state: unknown
    const restarted = events.flatMap(event => {
      const started = run()
      started.restore(state)
      const hits = started.push(event)
      state = JSON.parse(JSON.stringify(started.snapshot()))
      return hits
    })

    expect(restarted.map(({ ruleId, at, count, reason }) => ({ ruleId, at, count, reason }))).toEqual(straight)
  })

  it.each([
    undefined,
    null,
    0,
    'x',
    [],
    {},
    [[]],
    [['k']],
    [['k', 1, 2, 3, 4, 'x']],
    { pairs: [1], crowds: {} },
    [['k', { failures: [[1]] }]],
  ])('falls back to an empty memory for the spoiled state %j', state => {
    const started = run()

    started.restore(state)

    expect(JSON.stringify(started.snapshot())).toBe(JSON.stringify(run().snapshot()))
  })

  it('has a default for every parameter and knows no others', () => {
    expect(model.params.safeParse({}).success).toBe(true)
    expect(model.params.safeParse({ unheardOf: 1 }).success).toBe(false)
  })
})

describe('the list of models', () => {
  it('holds every model of the folder once', () => {
    const files = readdirSync(new URL('.', import.meta.url))
    const declared = files.filter(name => name.endsWith('.samples.ts')).map(name => name.slice(0, -'.samples.ts'.length))

    expect(models.map(model => model.id).sort()).toEqual(declared.sort())
  })
})
