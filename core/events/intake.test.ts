import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '../errors.js'
import type { Archive, RawRecord } from '../ports/archive.js'
import { silentLogger } from '../ports/logger.js'
import type { Queue } from '../ports/queue.js'
import { shardOf, shardQueue } from '../scheduling/shards.js'
import { Intake } from './intake.js'

const MEGABYTE = 'x'.repeat(1024 * 1024)
let appended: string[]
let told: string[]
let counted: string[]
/** What the archive waits for before it answers. */
let disk: () => Promise<void>
let tellFails: boolean
let intake: Intake

beforeEach(() => {
  vi.useFakeTimers()
  appended = []
  told = []
  counted = []
  disk = () => Promise.resolve()
  tellFails = false
  const archive = {
    append: async (tenantId: string, records: readonly RawRecord[]) => {
      await disk()
      appended.push(`${tenantId} ${records.length}`)
    },
  }
  const queue = {
    add: async (name: string, subject: string) => {
      told.push(`${name} ${subject}`)
      if (tellFails) throw new AppError('QUEUE_UNREACHABLE')
    },
  }
  intake = new Intake({
    archive: archive as unknown as Archive,
    queue: queue as unknown as Queue,
    clock: { now: () => 0 },
    logger: silentLogger,
    counted: (tenantId, n) => counted.push(`${tenantId} ${n}`),
  })
})
afterEach(() => vi.useRealTimers())

const record = (raw = 'a line'): RawRecord => ({ sourceId: 's', type: 'raw', receivedAt: '2026-11-24T02:00:00.000Z', raw })
const megabytes = (n: number) => Array<RawRecord>(n).fill(record(MEGABYTE))

describe('accepting', () => {
  it('answers when the records are on disk, then counts them and tells the shard', async () => {
    let written: () => void = () => undefined
    disk = () => new Promise<void>(resolve => (written = resolve))
    let answered = false

    const accepting = intake.accept('uni', [record(), record()]).then(() => (answered = true))
    await vi.advanceTimersByTimeAsync(1000)
    expect([answered, told, counted]).toEqual([false, [], []])
    written()
    await accepting

    expect([appended, counted, told]).toEqual([['uni 2'], ['uni 2'], [`${shardQueue(shardOf('uni'))} uni`]])
  })

  it('nothing is nothing', async () => {
    await intake.accept('uni', [])

    expect([appended, told]).toEqual([[], []])
  })

  it('passes on that the archive cannot be written, and tells nobody', async () => {
    disk = () => Promise.reject(new AppError('ARCHIVE_UNAVAILABLE'))

    await expect(intake.accept('uni', [record()])).rejects.toMatchObject({ code: 'ARCHIVE_UNAVAILABLE' })

    expect([told, counted]).toEqual([[], []])
  })

  it('does not depend on the queue', async () => {
    tellFails = true

    await intake.accept('uni', [record()])

    expect(appended).toEqual(['uni 1'])
  })
})

describe('a full intake', () => {
  it('refuses beyond 128 MB not yet on disk, and takes again when they are', async () => {
    let written: () => void = () => undefined
    disk = () => new Promise<void>(resolve => (written = resolve))
    const first = intake.accept('uni', megabytes(127))
    const second = intake.accept('hos', megabytes(1))

    await expect(intake.accept('uni', [record('x')])).rejects.toMatchObject({ code: 'INTAKE_FULL', facts: { retryAfterSeconds: 1 } })
    written()
    await second
    const third = intake.accept('uni', megabytes(1))
    await expect(intake.accept('uni', [record('x')])).rejects.toMatchObject({ code: 'INTAKE_FULL' })

    expect(appended).toEqual(['hos 1'])
    void first
    void third
  })

  it('is not filled by what could not be written', async () => {
    disk = () => Promise.reject(new AppError('ARCHIVE_UNAVAILABLE'))
    for (let i = 0; i < 3; i++) await expect(intake.accept('uni', megabytes(100))).rejects.toMatchObject({ code: 'ARCHIVE_UNAVAILABLE' })
    disk = () => Promise.resolve()

    await intake.accept('uni', megabytes(100))

    expect(appended).toEqual(['uni 100'])
  })

  it('refuses a batch that alone is too large', async () => {
    await expect(intake.accept('uni', megabytes(129))).rejects.toMatchObject({ code: 'INTAKE_FULL' })
  })
})

describe('telling the shard', () => {
  it('of a burst is done at once and once more after it', async () => {
    for (let i = 0; i < 50; i++) await intake.accept('uni', [record()])
    expect(told).toHaveLength(1)

    await vi.advanceTimersByTimeAsync(100)
    expect(told).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(10_000)

    expect(told).toHaveLength(2)
  })

  it('of a single batch is done once', async () => {
    await intake.accept('uni', [record()])
    await vi.advanceTimersByTimeAsync(10_000)

    expect(told).toHaveLength(1)
    await intake.accept('uni', [record()])
    expect(told).toHaveLength(2)
  })

  it('of one customer does not wait for another', async () => {
    await intake.accept('uni', [record()])
    await intake.accept('hos', [record()])

    expect(told.map(line => line.split(' ')[1])).toEqual(['uni', 'hos'])
  })
})
