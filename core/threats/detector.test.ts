import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AppError } from '../errors.js'
import { normalise } from '../normalise/normalise.js'
import { defineModel, type Model, type ModelMaterials } from './define-model.js'
import { createDetector } from './detector.js'
import type { Hit, JudgedEvent } from './hit.js'
import { IndicatorSet } from './indicators/indicator-set.js'
import { models } from './models/index.js'
import { SigmaRuleSet } from './sigma/rule-set.js'

const materials: ModelMaterials = { rules: new SigmaRuleSet([]), indicators: new IndicatorSet() }
const receivedAt = '2026-11-24T08:30:00.000Z'
const events = (texts: readonly string[]): JudgedEvent[] =>
  texts.map(raw => ({ event: normalise({ raw, type: 'raw', receivedAt }), receivedAt }))

/** Counts the events it has seen; the word "boom" makes it throw. */
const counting = (id: string): Model =>
  defineModel({
    id,
    title: id,
    params: z.strictObject({ step: z.number().int().min(1).default(1) }),
    create({ step }) {
      let seen = 0
      return {
        push({ event }) {
          if (event.event.original.includes(`boom ${id}`)) throw new Error('boom')
          seen += step
          return [{ modelId: id, count: seen } as Hit]
        },
        snapshot: () => seen,
        restore(state) {
          seen = typeof state === 'number' ? state : 0
        },
      }
    },
    samples: { fires: [], silent: [] },
  })
const told = (hits: readonly Hit[]): string[] => hits.map(hit => `${hit.modelId}${hit.count}`)

describe('createDetector', () => {
  it('shows every event to every model, in order', () => {
    const detector = createDetector([counting('a'), counting('b')], materials)

    expect(told(detector.judge(events(['x', 'y'])))).toEqual(['a1', 'b1', 'a2', 'b2'])
  })

  it('loses nothing but the event a model fails on, and tells once per batch', () => {
    const faults: string[] = []
    const detector = createDetector([counting('a'), counting('b')], materials, {}, id => faults.push(id))

    const hits = detector.judge(events(['x', 'boom a', 'boom a', 'y']))

    expect(told(hits)).toEqual(['a1', 'b1', 'b2', 'b3', 'a2', 'b4'])
    expect(faults).toEqual(['a'])
  })

  it('hands each model the tenant’s parameters', () => {
    const detector = createDetector([counting('a'), counting('b')], materials, { b: { step: 5 } })

    expect(told(detector.judge(events(['x'])))).toEqual(['a1', 'b5'])
  })

  it('refuses overrides that do not fit, naming all of them', () => {
    const bad = { 'password-guessing': { attempts: 0, windowSeconds: 'long' }, 'intel-match': { unheard: 1 }, 'no-such-model': {} }

    const make = () => createDetector(models, materials, bad)

    expect(make).toThrow(AppError)
    expect(make).toThrow(/CONFIGURATION_INVALID/)
    for (const word of ['password-guessing.attempts', 'password-guessing.windowSeconds', 'intel-match', 'unheard', 'no-such-model'])
      expect(make).toThrow(new RegExp(word))
  })

  it('goes on from a saved state, also when the list of models has changed', () => {
    const before = createDetector([counting('a'), counting('gone')], materials)
    before.judge(events(['x', 'y']))
    const after = createDetector([counting('a'), counting('new')], materials)

    after.restore(JSON.parse(JSON.stringify(before.snapshot())))

    expect(told(after.judge(events(['z'])))).toEqual(['a3', 'new1'])
  })

  it.each([undefined, null, 'x', 7, [], {}, { version: 2, models: { a: 9 } }, { version: 1 }, { version: 1, models: null }])(
    'begins anew from the state %j',
    state => {
      const detector = createDetector([counting('a')], materials)

      detector.restore(state)

      expect(told(detector.judge(events(['z'])))).toEqual(['a1'])
    },
  )

  it('bears a thousand odd events with all models', () => {
    const faults: unknown[] = []
    const detector = createDetector(models, materials, {}, (_, error) => faults.push(error))
    const odd = [
      '',
      '{"event":{"category":["authentication"],"outcome":"failure","count":1e300},"source":{"ip":{}},"user":{"name":[1]},"process":{"pid":"x"}}',
      '{"event":{"category":["authentication"],"outcome":"success","type":"start"},"source":"192.0.2.1","user":null,"host":7}',
      '{"@timestamp":"-271821-04-20T00:00:00Z","event":{"category":"web"},"url":{"original":5},"http":{"response":{"status_code":{}}}}',
      '{"message":{"a":1},"dns":[],"file":null,"sshd":{"method":{}},"event":{"action":"ssh_login","category":["authentication"],"outcome":"failure"},"source":{"address":"x"}}',
    ]

    detector.judge(events(Array.from({ length: 1_000 }, (_, n) => odd[n % odd.length]!)))

    expect(faults).toEqual([])
    expect(() => JSON.stringify(detector.snapshot())).not.toThrow()
  })
})
