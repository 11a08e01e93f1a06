import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Archive, ArchiveQuestion, RawRecord } from '../../core/ports/archive.js'
import { silentLogger } from '../../core/ports/logger.js'
import { makeArchive } from './index.js'

const START = Date.parse('2026-11-24T00:00:00.000Z')
let folder: string
let now = START
const open: Archive[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-search-'))
  now = START
})
afterEach(async () => {
  for (const archive of open.splice(0)) await archive.close()
  await rm(folder, { recursive: true, force: true })
})

function make(writer: string, segmentBytes = 64 * 1024 * 1024): Archive {
  const archive = makeArchive({ folder, writer, clock: { now: () => now }, logger: silentLogger, segmentBytes })
  open.push(archive)
  return archive
}
/** Seconds after the start. */
const at = (second: number) => new Date(START + second * 1000).toISOString()
const record = (raw: string, second: number): RawRecord => ({ sourceId: 's1', type: 'syslog', receivedAt: at(second), raw })
const ask = (archive: Archive, text: string, more: Partial<ArchiveQuestion> = {}, tenant = 't1') =>
  archive.search(tenant, { text, whole: false, from: at(0), to: at(86_400), limit: 100, milliseconds: 60_000, ...more })

describe('search of the archive', () => {
  it('finds every line, newest first, over several files and writers, and says it looked through everything', async () => {
    const [one, two] = [make('w1', 3_000), make('w2', 3_000)]
    for (let n = 0; n < 100; n += 1) await (n % 3 === 0 ? two : one).append('t1', [record(`${n % 10 === 0 ? 'NEEDLE' : 'straw'} ${n}`, n)])

    const found = await ask(one, 'needle')

    expect(found.records.map(item => item.raw)).toEqual([90, 80, 70, 60, 50, 40, 30, 20, 10, 0].map(n => `NEEDLE ${n}`))
    expect(found).toMatchObject({ matched: 10, reached: at(0) })
    expect(await one.at('t1', found.records[3]!.position)).toMatchObject({ raw: 'NEEDLE 60' })
  })

  it('keeps to the time asked for and to the tenant', async () => {
    const archive = make('w1')
    await archive.append('t1', [record('needle 1', 1), record('needle 2', 2), record('needle 3', 3)])
    await archive.append('t2', [record('needle of another', 2)])

    const found = await ask(archive, 'needle', { from: at(2), to: at(3) })

    expect(found.records.map(item => item.raw)).toEqual(['needle 2'])
    expect((await ask(archive, 'another')).records).toEqual([])
  })

  it('hands back no more than asked for, and says from when on it has looked', async () => {
    const archive = make('w1')
    const lines = Array.from({ length: 60_000 }, (_, n) => record(`needle ${n} ${'x'.repeat(100)}`, n))
    for (let from = 0; from < lines.length; from += 10_000) await archive.append('t1', lines.slice(from, from + 10_000))

    const found = await ask(archive, 'needle', { limit: 5 })

    expect(found.records.map(item => item.raw.slice(0, 12))).toEqual([59_999, 59_998, 59_997, 59_996, 59_995].map(n => `needle ${n}`))
    expect(found.matched).toBeGreaterThanOrEqual(5)
    expect(found.reached > at(0)).toBe(true)
  })

  it('stops when its time is over, with what it has', async () => {
    const archive = make('w1')
    await archive.append('t1', [record('needle', 1)])

    expect(await ask(archive, 'needle', { milliseconds: 0 })).toEqual({ records: [], matched: 0, reached: at(86_400) })
  })

  it.each([
    ['1.2.3.4', 'from 1.2.3.4 port 22', true],
    ['1.2.3.4', 'from 1.2.3.4:22', true],
    ['1.2.3.4', 'src=1.2.3.4.', true],
    ['1.2.3.4', 'from 11.2.3.4 port 22', false],
    ['1.2.3.4', 'from 1.2.3.45', false],
    ['1.2.3.4', '9.1.2.3.4', false],
    ['2001:db8::1', 'from 2001:db8::1 to', true],
    ['2001:db8::1', 'from 2001:db8::12', false],
    ['evil.example', 'query www.EVIL.example. IN A', true],
    ['evil.example', 'query notevil.example', false],
    ['evil.example', 'query evil.example.org', false],
  ])('%s whole in “%s”: %s', async (text, raw, isThere) => {
    const archive = make('w1')
    await archive.append('t1', [record(raw, 1)])

    expect((await ask(archive, text, { whole: true })).records).toHaveLength(isThere ? 1 : 0)
  })

  it.each(['引号"和\\反斜杠', 'Ünïcode 大小写', '\t制表'])('finds what JSON writes differently: %j', async text => {
    const archive = make('w1')
    await archive.append('t1', [record(`before ${text} after`, 1)])

    expect((await ask(archive, text)).records).toHaveLength(1)
  })

  it('does not take the fields around the line for the line', async () => {
    const archive = make('w1')
    await archive.append('t1', [record('nothing', 1)])

    for (const text of ['sourceId', 'syslog', '2026-11-24']) expect((await ask(archive, text)).records).toEqual([])
  })
})
