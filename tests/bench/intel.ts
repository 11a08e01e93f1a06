// `npm run bench -- intel [--entries 5000000] [--data DIR]`: how fast indicators are found among millions, what they weigh, how soon they are loaded.
// With a folder holding indicators.jsonl.gz and events.jsonl.gz the matches are verified first. The last line is one JSON object.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { indexFiles } from '../../adapters/intel-feed/index-files.js'
import { canonicalValue } from '../../core/threats/indicators/canonical-value.js'
import { IndexBuilder } from '../../core/threats/indicators/index-builder.js'
import { IndicatorIndex } from '../../core/threats/indicators/indicator-index.js'
import type { Indicator, IndicatorLookup, IndicatorType } from '../../core/threats/indicators/indicator.js'
import { IndicatorSet } from '../../core/threats/indicators/indicator-set.js'
import { observedValues, type Observed } from '../../core/threats/models/observed-values.js'
import type { EcsEvent } from '../../core/events/event.js'

const { values } = parseArgs({ options: { entries: { type: 'string', default: '5000000' }, data: { type: 'string' } } })
const entries = Number(values.entries)

/** The n-th made-up indicator; the next n is a near miss when it was not added. */
function made(n: number): Pick<Indicator, 'type' | 'value'> {
  const mixed = Math.imul(n + 1, 0x9e3779b1) >>> 0
  if (n % 10 < 6) return { type: 'domain', value: `${mixed.toString(36)}.h${(n % 977).toString(36)}.example` }
  if (n % 10 < 8)
    return { type: 'ipv4', value: `${11 + ((mixed >>> 24) % 200)}.${(mixed >>> 16) & 255}.${(mixed >>> 8) & 255}.${mixed & 255}` }
  if (n % 10 < 9) return { type: 'sha256', value: mixed.toString(16).padStart(8, '0').repeat(8) }
  return { type: 'url', value: `site${mixed.toString(36)}.example/gate/${n}.php?id=${n % 31}` }
}

function ask(lookup: IndicatorLookup, { type, value }: Pick<Indicator, 'type' | 'value'>): Indicator[] {
  if (type === 'domain') return lookup.domain(value)
  if (type === 'url') return lookup.url(value)
  return type === 'sha256' ? lookup.hash(type, value) : lookup.address(value)
}

const seconds = (since: number) => (performance.now() - since) / 1000
const memory = () => {
  ;(globalThis as { gc?: () => void }).gc?.()
  return Math.round(process.memoryUsage().rss / 1024 / 1024)
}

const folder = mkdtempSync(join(tmpdir(), 'guanjia-intel-'))
try {
  const verified = values.data === undefined ? undefined : verify(values.data)
  const store = indexFiles(folder)
  let began = performance.now()
  const builder = new IndexBuilder(1)
  const common = { kind: 'c2', confidence: 0.9, source: 'bench', addedAt: '2026-11-24T00:00:00.000Z' } as const
  for (let n = 0; n < 2 * entries; n += 2) builder.add({ ...common, ...made(n) })
  await store.save('bench', builder.finish())
  const buildSeconds = seconds(began)
  const before = memory()
  began = performance.now()
  const bytes = (await store.load('bench'))!
  const index = new IndicatorIndex(bytes)
  const loadSeconds = seconds(began)
  // Every second one was added, every other one was not.
  const questions = Array.from({ length: 1_000_000 }, (_, n) => made(Math.floor((n * 2 * entries) / 1_000_000)))
  let wrong = 0
  for (const [at, question] of questions.slice(0, 200_000).entries()) {
    const n = Math.floor((at * 2 * entries) / 1_000_000)
    const found = ask(index, question).some(one => one.value === question.value)
    // Addresses are few enough to be added twice.
    if (found !== (n % 2 === 0) && question.type !== 'ipv4' && question.type !== 'sha256') wrong += 1
  }
  const misses = Array.from({ length: 1_000_000 }, (_, n) => ({
    ...made(2 * n),
    value: `m${n}.${made(2 * n).value}`.slice(0, 60),
    type: 'domain',
  }))
  began = performance.now()
  for (const question of questions) ask(index, question)
  const mixedPerSecond = Math.round(questions.length / seconds(began))
  began = performance.now()
  for (const question of misses) index.domain(question.value)
  const missesPerSecond = Math.round(misses.length / seconds(began))
  if (wrong > 0) process.exitCode = 1
  console.log(
    JSON.stringify({
      entries: index.size,
      megabytes: Math.round(bytes.length / 1024 / 1024),
      buildSeconds: Number(buildSeconds.toFixed(1)),
      loadSeconds: Number(loadSeconds.toFixed(2)),
      mixedPerSecond,
      missesPerSecond,
      rssBefore: before,
      rssAfter: memory(),
      wrong,
      ...(verified === undefined ? {} : { verified }),
    }),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function verify(data: string): { events: number; right: number; missed: number; wrong: number } {
  const read = (name: string) =>
    gunzipSync(readFileSync(join(data, name)))
      .toString()
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
  const set = new IndicatorSet(
    read('indicators.jsonl.gz').map(one => {
      return { type: one['type'] as IndicatorType, value: String(one['value']), kind: 'c2', confidence: 1, source: 'x' }
    }),
  )
  const totals = { events: 0, right: 0, missed: 0, wrong: 0 }
  for (const { event, expect } of read('events.jsonl.gz') as unknown as {
    event: Record<string, never>
    expect: { type: IndicatorType; value: string }[]
  }[]) {
    const found = new Set(
      observedValues(eventOf(event))
        .flatMap(observed => lookUp(set, observed))
        .map(one => `${one.type} ${one.value}`),
    )
    const wanted = new Set(expect.map(({ type, value }) => `${type} ${canonicalValue(type, value) ?? value}`))
    totals.events += 1
    for (const one of found) totals[wanted.has(one) ? 'right' : 'wrong'] += 1
    for (const one of wanted) if (!found.has(one)) totals.missed += 1
  }
  return totals
}

function eventOf(event: Record<string, never>): EcsEvent {
  const { type, src_ip: source, query, dst_ip: ip, dst_port: port, url, host, md5, sha256 } = event
  return {
    '@timestamp': '2025-03-01T00:00:00.000Z',
    event: { original: '', dataset: 'flow' },
    source: { ip: source },
    ...(type === 'dns' ? { dns: { question: { name: query } } } : {}),
    ...(type === 'flow' ? { destination: { ip, port } } : {}),
    ...(type === 'http' ? { url: { full: url, ...(host === undefined ? {} : { domain: host }) } } : {}),
    ...(type === 'file' ? { file: { hash: { md5, sha256 } } } : {}),
  } as unknown as EcsEvent
}

function lookUp(set: IndicatorLookup, observed: Observed): Indicator[] {
  if (observed.type === 'address') return set.address(observed.value, observed.port)
  if (observed.type === 'domain') return set.domain(observed.value)
  return observed.type === 'url' ? set.url(observed.value) : set.hash(observed.type, observed.value)
}
