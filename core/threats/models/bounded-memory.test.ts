// No model remembers more than its cap whatever comes, forgets the stalest first, counts what it forgot, and saves a bounded state.
import { describe, expect, it } from 'vitest'
import type { EcsEvent } from '../../events/event.js'
import { createDetector } from '../detector.js'
import { IndicatorSet } from '../indicators/indicator-set.js'
import { SigmaRuleSet } from '../sigma/rule-set.js'
import { BoundedStories } from './bounded-stories.js'
import { models } from './index.js'

const SOURCES = 90_000
const materials = { rules: new SigmaRuleSet([]), indicators: new IndicatorSet() }

/** A login, a request, a refused connection, in turn; each of another address. */
function event(n: number): EcsEvent {
  const ip = `${10 + (n >> 24)}.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
  const base = {
    '@timestamp': new Date(1_795_000_000_000 + n).toISOString(),
    source: { ip },
    host: { name: `h${n % 97}` },
    user: { name: `u${n}` },
  }
  if (n % 3 === 0)
    return {
      ...base,
      event: { original: 'x', dataset: 'vpn', category: ['authentication'], type: ['start'], action: 'login', outcome: 'failure' },
    }
  if (n % 3 === 1)
    return {
      ...base,
      event: { original: 'x', dataset: 'nginx.access', category: ['web'] },
      http: { request: { method: 'GET' }, response: { status_code: 404 } },
      url: { original: `/p${n}` },
    }
  return {
    ...base,
    event: { original: 'x', dataset: 'fw', category: ['network'], type: ['denied'] },
    destination: { ip: '10.0.0.1', port: n % 60_000 },
  }
}

describe('the memory of the models', () => {
  it('stays under its cap with many more sources than it may remember, and says what it forgot', { timeout: 120_000 }, () => {
    const faults: unknown[] = []
    const detector = createDetector(models, materials, {}, (id, error) => faults.push([id, error]))
    const receivedAt = '2026-11-24T00:00:00.000Z'

    for (let n = 0; n < SOURCES; n += 1_000) {
      const batch = Array.from({ length: 1_000 }, (_, k) => ({ event: event(n + k), receivedAt }))
      detector.judge(batch)
    }

    const stats = detector.stats()
    expect(faults).toEqual([])
    for (const id of ['login-pressure', 'web-probing', 'network-scan']) {
      expect(stats[id]!.kept, id).toBeLessThanOrEqual(50_000)
      expect(stats[id]!.kept, id).toBeGreaterThanOrEqual(5_000)
      expect(stats[id]!.dropped, id).toBeGreaterThan(10_000)
    }
    expect(JSON.stringify(detector.snapshot()).length).toBeLessThan(2_000_000)
  })

  it('holds no more after a million sources than after the first thousands', () => {
    const stories = new BoundedStories<number>(10_000)

    for (let n = 0; n < 1_000_000; n += 1) stories.touch(`source ${n}`, () => n)

    expect(stories.size).toBeLessThanOrEqual(10_000)
    expect(stories.size + stories.dropped).toBe(1_000_000)
    expect(stories.peek('source 989999')).toBeUndefined()
    expect(stories.peek('source 995001')).toBe(995_001)
  })

  it('forgets what was not used for longest', () => {
    const stories = new BoundedStories<string>(10)
    for (let n = 0; n < 100; n += 1) {
      stories.touch('in use', () => 'kept')
      stories.touch(`once ${n}`, () => 'x')
    }

    expect(stories.peek('in use')).toBe('kept')
    expect(stories.peek('once 80')).toBeUndefined()
    expect(stories.peek('once 99')).toBe('x')
    expect(stories.size).toBeLessThanOrEqual(10)
  })

  it('saves the most recent that fit', () => {
    const stories = new BoundedStories<string>(100)
    for (let n = 0; n < 100; n += 1) stories.touch(`k${n}`, () => 'x'.repeat(50))

    const saved = stories.save(50, 620, story => story)

    expect(saved.length).toBeGreaterThan(5)
    expect(JSON.stringify(saved).length).toBeLessThan(700)
    expect(saved.at(-1)![0]).toBe('k99')
  })
})
