import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Archive, ArchivedRecord, RawRecord } from '../../core/ports/archive.js'
import { silentLogger } from '../../core/ports/logger.js'
import { type ArchiveFiles, diskFiles } from './archive-files.js'
import { type ArchiveOptions, makeArchive } from './index.js'

const noon = Date.parse('2026-11-24T12:00:00.000Z')
let folder: string
let now = noon
const open: Archive[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'))
  now = noon
})
afterEach(async () => {
  for (const archive of open.splice(0)) await archive.close()
  await rm(folder, { recursive: true, force: true })
})

function make(options: Partial<ArchiveOptions> = {}): Archive {
  const archive = makeArchive({ folder, writer: 'w1', clock: { now: () => now }, logger: silentLogger, ...options })
  open.push(archive)
  return archive
}

function record(raw: string, receivedAt = new Date(now).toISOString()): RawRecord {
  return { sourceId: 's1', type: 'syslog', receivedAt, raw }
}

async function readAll(
  archive: Archive,
  limit = 1000,
  tenant = 't1',
): Promise<{ records: ArchivedRecord[]; cursors: Readonly<Record<string, number>> }> {
  const records: ArchivedRecord[] = []
  let cursors: Readonly<Record<string, number>> = {}
  for (;;) {
    const page = await archive.read(tenant, cursors, limit)
    records.push(...page.records)
    cursors = page.cursors
    if (!page.more) return { records, cursors }
  }
}

const raws = (records: readonly RawRecord[]): string[] => records.map(item => item.raw)

describe('append and read', () => {
  it('gives back what it took, in order, page by page, and each record at its position', async () => {
    const archive = make({ segmentBytes: 2_000 })
    const texts = Array.from({ length: 100 }, (_, index) => `${index} "\u0000\n好`)

    for (let at = 0; at < 100; at += 10)
      await archive.append(
        't1',
        texts.slice(at, at + 10).map(text => ({ ...record(text), peer: '192.0.2.1' })),
      )
    const { records } = await readAll(archive, 7)

    expect(raws(records)).toEqual(texts)
    expect(new Set(records.map(item => item.position.file)).size).toBeGreaterThan(3)
    expect(await archive.at('t1', records[57]?.position ?? { file: '', offset: 0 })).toEqual(records[57])
    expect(
      await archive.at('t1', { file: records[57]?.position.file ?? '', offset: (records[57]?.position.offset ?? 0) + 1 }),
    ).toBeUndefined()
  })
  it('says that there is more only when there is', async () => {
    const archive = make()
    await archive.append('t1', [record('a'), record('b')])

    expect((await archive.read('t1', {}, 1)).more).toBe(true)
    expect((await archive.read('t1', {}, 2)).more).toBe(false)
    expect(await archive.read('t2', {}, 5)).toEqual({ records: [], cursors: {}, more: false })
  })
  it('opens a new file for a new day and still finds a late record of the day before', async () => {
    const archive = make()
    await archive.append('t1', [record('today')])
    const { cursors } = await readAll(archive)
    await make({ writer: 'w2' }).append('t1', [record('late', '2026-11-23T23:59:59.000Z')])

    const page = await archive.read('t1', cursors, 10)

    expect(raws(page.records)).toEqual(['late'])
    expect(Object.keys(page.cursors)).toEqual(['2026-11-23/w2-000000', '2026-11-24/w1-000000'])
  })
  it('files what waited for days under today, and forgets cursors of old days without reading anything twice', async () => {
    const archive = make()
    await archive.append('t1', [record('old')])
    const first = await readAll(archive)
    now += 10 * 86_400_000
    await archive.append('t1', [record('new'), record('very late', '2026-11-24T12:00:00.000Z')])

    const page = await archive.read('t1', first.cursors, 10)
    const again = await archive.read('t1', page.cursors, 10)

    expect(raws(page.records)).toEqual(['new', 'very late'])
    expect(Object.keys(page.cursors)).toEqual(['2026-12-04/w1-000001'])
    expect(again).toEqual({ records: [], cursors: page.cursors, more: false })
  })
  it('four callers at once keep their own order, and a reader meanwhile sees every record once', async () => {
    const archive = make({ segmentBytes: 20_000 })
    const seen: string[] = []
    let cursors: Readonly<Record<string, number>> = {}
    let writing = true
    const reader = (async () => {
      for (let last = false; ;) {
        const page = await archive.read('t1', cursors, 50)
        seen.push(...raws(page.records))
        cursors = page.cursors
        if (last && !page.more) return
        last = !writing
      }
    })()
    await Promise.all(
      ['a', 'b', 'c', 'd'].map(async caller => {
        for (let at = 0; at < 100; at += 1) await archive.append('t1', [record(`${caller}${at}`), record(`${caller}${at}+`)])
      }),
    )
    writing = false
    await reader

    for (const caller of ['a', 'b', 'c', 'd']) {
      expect(seen.filter(text => text.startsWith(caller))).toEqual(
        Array.from({ length: 100 }, (_, at) => [`${caller}${at}`, `${caller}${at}+`]).flat(),
      )
    }
    expect(seen).toHaveLength(800)
  })
  it('many calls share one sync', async () => {
    let syncs = 0
    const files: ArchiveFiles = {
      ...diskFiles,
      create: async path => {
        const file = await diskFiles.create(path)
        return { ...file, sync: () => ((syncs += 1), file.sync()) }
      },
    }
    const archive = make({ files })

    await Promise.all(Array.from({ length: 200 }, (_, index) => archive.append('t1', [record(String(index))])))

    expect(syncs).toBeLessThan(5)
    expect(raws((await readAll(archive)).records)).toEqual(Array.from({ length: 200 }, (_, index) => String(index)))
  })
})

describe('hostile and damaged input', () => {
  it.each(['../x', 'a/b', '', '.', 'x'.repeat(65), 'a\u0000'])('refuses the tenant id %j', async tenant => {
    const archive = make()

    await expect(archive.append(tenant, [record('x')])).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    await expect(archive.read(tenant, {}, 1)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    await expect(archive.expire(tenant, 200)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })
  it('does not follow a position or cursor out of the tenant', async () => {
    const archive = make()
    await archive.append('t1', [record('secret')])
    await archive.append('t2', [record('mine')])

    expect(await archive.at('t2', { file: '../t1/2026-11-24/w1-000000', offset: 0 })).toBeUndefined()
    expect(await archive.at('t2', { file: '2026-11-24/../../t1/2026-11-24/w1-000000', offset: 0 })).toBeUndefined()
    expect(raws((await archive.read('t2', { '../t1/2026-11-24/w1-000000': 0 }, 5)).records)).toEqual(['mine'])
  })
  it('never reads the torn end of a dead writer, and passes over damaged lines', async () => {
    const archive = make()
    await archive.append('t1', [record('good')])
    const dead = join(folder, 't1', '2026-11-24', 'dead-000000.ndjson')
    const line = JSON.stringify(record('of the dead'))
    await writeFile(dead, `${line}\nnot json\n{"raw":1}\n${'x'.repeat(1_500_000)}\n${line}\n${line.slice(0, 30)}`)
    await writeFile(join(folder, 't1', '2026-11-24', 'notes.txt'), 'x\n')

    const { records, cursors } = await readAll(archive, 1)

    expect(raws(records)).toEqual(['of the dead', 'of the dead', 'good'])
    expect(cursors['2026-11-24/dead-000000']).toBe((await stat(dead)).size - 30)
    expect(await archive.read('t1', cursors, 10)).toEqual({ records: [], cursors, more: false })
    await appendFile(dead, 'y')
    expect((await archive.read('t1', cursors, 10)).more).toBe(false)
  })
  it('refuses a record the port does not allow, and writes nothing of that call', async () => {
    const archive = make()

    await expect(archive.append('t1', [record('ok'), record('好'.repeat(30_000))])).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    await expect(archive.append('t1', [record('x', '../../etc')])).rejects.toMatchObject({ code: 'REQUEST_INVALID' })

    expect((await readAll(archive)).records).toEqual([])
  })
})

describe('a disk that refuses', () => {
  it.each(['write', 'sync'] as const)('rejects when %s fails half way, and what comes later is neither torn nor moved', async where => {
    let full = false
    const refuse = () => Object.assign(new Error('no space'), { code: 'ENOSPC' })
    const files: ArchiveFiles = {
      ...diskFiles,
      create: async path => {
        const file = await diskFiles.create(path)
        return {
          ...file,
          async write(bytes, from, position) {
            if (!full || where === 'sync') return await file.write(bytes, from, position)
            if (from > 0) throw refuse()
            return await file.write(bytes.subarray(0, bytes.length - 5), from, position)
          },
          sync: () => (full ? Promise.reject(refuse()) : file.sync()),
        }
      },
    }
    const archive = make({ files })
    await archive.append('t1', [record('before')])
    full = true
    await expect(Promise.all([archive.append('t1', [record('lost'), record('lost too')])])).rejects.toMatchObject({
      code: 'ARCHIVE_UNAVAILABLE',
    })
    full = false
    await archive.append('t1', [record('after')])

    expect(raws((await readAll(archive)).records)).toEqual(['before', 'after'])
    expect(raws((await readAll(make({ writer: 'other' }))).records)).toEqual(['before', 'after'])
  })
  it('says so when the folder cannot be made, and goes on when it can', async () => {
    const place = join(folder, 'sub')
    await writeFile(place, 'a file in the way')
    const archive = make({ folder: place })

    await expect(archive.append('t1', [record('x')])).rejects.toMatchObject({ code: 'ARCHIVE_UNAVAILABLE' })
    await rm(place)
    await archive.append('t1', [record('y')])

    expect(raws((await readAll(archive)).records)).toEqual(['y'])
  })
  it('does not write into a file that is there, even if the writer name was used before', async () => {
    await make().append('t1', [record('first life')])
    const second = make()
    await second.append('t1', [record('second life')])

    expect(raws((await readAll(second)).records)).toEqual(['first life', 'second life'])
  })
  it('takes nothing any more once it is closed', async () => {
    const archive = make()
    const last = archive.append('t1', [record('last')])
    await archive.close()
    await last

    await expect(archive.append('t1', [record('x')])).rejects.toMatchObject({ code: 'ARCHIVE_UNAVAILABLE' })
    expect(raws((await readAll(make({ writer: 'w2' }))).records)).toEqual(['last'])
  })
})

it('expires whole days, never younger than 180', async () => {
  const archive = make()
  for (const day of ['2026-05-27', '2026-05-28', '2026-05-29', '2025-01-01', 'notes'])
    await mkdir(join(folder, 't1', day), { recursive: true })
  await writeFile(join(folder, 't1', '2026-05-27', 'w-000000.ndjson'), `${JSON.stringify(record('x'))}\n`)

  expect(await archive.expire('t1', 300)).toEqual(['2025-01-01'])
  expect(await archive.expire('t1', 1)).toEqual(['2026-05-27'])
  expect(await archive.at('t1', { file: '2026-05-27/w-000000', offset: 0 })).toBeUndefined()
  expect((await readdir(join(folder, 't1'))).sort()).toEqual(['2026-05-28', '2026-05-29', 'notes'])
})

/** A small generator, so that the moments of the kills are the same in every run as far as the machine allows. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

it('what was acknowledged survives kill -9, and nothing torn is read', { timeout: 120_000 }, async () => {
  const random = seeded(42)
  const script = `
    const [module, folder, writer] = process.argv.slice(1)
    const { makeArchive } = await import(module)
    const none = () => undefined
    const logger = { debug: none, info: none, warn: none, error: none, child: () => logger }
    const archive = makeArchive({ folder, writer, clock: { now: () => Date.now() }, logger, segmentBytes: 200_000 })
    const receivedAt = () => new Date().toISOString()
    const loop = async name => {
      for (let n = 0; ; n += 1) {
        const id = writer + '.' + name + '.' + n
        await archive.append('t1', [0, 1, 2].map(part => ({ sourceId: 's', type: 'raw', receivedAt: receivedAt(), raw: id + '.' + part + 'x'.repeat(n % 3000) })))
        process.stdout.write(id + '\\n')
      }
    }
    await Promise.all(['a', 'b', 'c', 'd'].map(loop))
  `
  const acknowledged: string[] = []
  for (let round = 0; round < 10; round += 1) {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script, '--', new URL('./index.ts', import.meta.url).href, folder, `run${round}`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const gone = once(child, 'exit')
    const lines = createInterface({ input: child.stdout })
    const drained = once(lines, 'close')
    const first = once(lines, 'line')
    lines.on('line', line => acknowledged.push(line))
    await first
    await pause(random() * 150)
    child.kill('SIGKILL')
    await Promise.all([gone, drained])
  }

  now = Date.now()
  const { records } = await readAll(make(), 500)
  const read = new Set(records.map(item => item.raw.replace(/x*$/, '')))

  expect(acknowledged.length).toBeGreaterThanOrEqual(10)
  expect(acknowledged.flatMap(id => [0, 1, 2].map(part => `${id}.${part}`)).filter(id => !read.has(id))).toEqual([])
  expect(records.filter(item => !/^run\d\.[abcd]\.\d+\.[012]x*$/.test(item.raw))).toEqual([])
  expect(read.size).toBe(records.length)
})

it('what was acknowledged survives a loss of power, which takes what was not synced from the files of the tenants', async () => {
  const before = make({ writer: 'w-before' })
  await Promise.all(['t1', 't2', 't3'].map(tenant => before.append(tenant, [record(`${tenant} first`), record(`${tenant} second`)])))
  await before.append('t1', [record('t1 third')])
  // Not closed: the process ends here, and the disk keeps only a part of each file.
  for (const tenant of ['t1', 't2', 't3']) {
    const day = join(folder, tenant, (await readdir(join(folder, tenant)))[0]!)
    for (const name of await readdir(day)) await truncate(join(day, name), 10)
  }

  const after = make({ writer: 'w-after' })
  const read = async (tenant: string) => (await after.read(tenant, {}, 100)).records.map(item => item.raw)

  expect(await read('t1')).toEqual(['t1 first', 't1 second', 't1 third'])
  expect(await read('t2')).toEqual(['t2 first', 't2 second'])
  expect(await read('t3')).toEqual(['t3 first', 't3 second'])
})
