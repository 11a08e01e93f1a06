import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { evtxChunk, evtxFile } from '../../../tests/support/evtx-chunk.js'
import { silentLogger } from '../../../core/ports/logger.js'
import { startFileSource, type FileSource, type FileSourceOptions } from './index.js'

let folder: string
let log: string
let got: string[]
let open: FileSource[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guanjia-files-'))
  mkdirSync(join(folder, 'logs'))
  log = join(folder, 'logs', 'app.log')
  got = []
  open = []
})
afterEach(async () => {
  for (const source of open) await source.close()
  rmSync(folder, { recursive: true, force: true })
})

async function start(set: Partial<FileSourceOptions> = {}): Promise<FileSource> {
  const source = await startFileSource({
    paths: [log],
    positionFile: join(folder, 'positions.json'),
    logger: silentLogger,
    // Looks are made by the tests.
    pollMilliseconds: 3_600_000,
    retryMilliseconds: 1,
    onBatch: lines => {
      got.push(...lines)
      return Promise.resolve()
    },
    ...set,
  })
  open.push(source)
  return source
}
const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `2026-11-24T08:00:00Z host app[1]: line number ${from + index} 中文`)
const text = (from: number, to: number): string => `${lines(from, to).join('\n')}\n`

describe('a file that grows', () => {
  it('is handed on line by line, the last one when it is whole', async () => {
    writeFileSync(log, `${text(1, 2)}half a`)
    const source = await start()

    await source.look()
    expect(got).toEqual(lines(1, 2))
    appendFileSync(log, ' line\r\n\n')
    await source.look()

    expect(got).toEqual([...lines(1, 2), 'half a line'])
  })

  it('that does not exist yet is reported and read when it comes', async () => {
    const source = await start()
    await source.look()
    expect(source.stats().missing).toEqual([log])

    writeFileSync(log, text(1, 1))
    await source.look()

    expect(got).toEqual(lines(1, 1))
    expect(source.stats().missing).toEqual([])
  })

  it('in GB18030 becomes readable text', async () => {
    writeFileSync(log, Buffer.concat([Buffer.from([0xb5, 0xc7, 0xc2, 0xbc, 0xca, 0xa7, 0xb0, 0xdc]), Buffer.from('\n')]))

    await (await start()).look()

    expect(got).toEqual(['登录失败'])
  })

  it('with lines without end costs no more than 64 KiB of them', async () => {
    writeFileSync(log, `${'x'.repeat(200_000)}`)
    const source = await start()
    await source.look()
    appendFileSync(log, `${'y'.repeat(200_000)}\nnext\n`)
    await source.look()

    expect(got.map(line => line.length)).toEqual([65_536, 4])
    expect(source.stats().oversize).toBe(1)
  })
})

describe('rotation', () => {
  it('by renaming loses nothing and repeats nothing', async () => {
    writeFileSync(log, text(1, 10))
    const source = await start()
    await source.look()

    appendFileSync(log, text(11, 12))
    renameSync(log, `${log}.1`)
    writeFileSync(log, text(13, 14))
    await source.look()
    renameSync(`${log}.1`, `${log}.2`)
    renameSync(log, `${log}.1`)
    writeFileSync(log, text(15, 15))
    await source.look()

    expect(got).toEqual(lines(1, 15))
  })

  it('by copying and cutting to nothing reads the rest from the copy', async () => {
    writeFileSync(log, text(1, 10))
    const source = await start()
    await source.look()

    appendFileSync(log, text(11, 12))
    copyFileSync(log, `${log}.1`)
    truncateSync(log, 0)
    appendFileSync(log, text(13, 14))
    await source.look()

    expect(got.sort()).toEqual(lines(1, 14).sort())
  })

  it('in a declared directory never takes the copy for a new file', async () => {
    writeFileSync(log, text(1, 10))
    const source = await start({ paths: [join(folder, 'logs')] })
    await source.look()
    copyFileSync(log, `${log}.1`)
    await source.look()
    truncateSync(log, 0)
    appendFileSync(log, text(11, 11))
    await source.look()

    expect(got).toEqual(lines(1, 11))
  })

  it('is noticed when the new content has already grown past the place reached', async () => {
    writeFileSync(log, text(1, 3))
    const source = await start()
    await source.look()
    copyFileSync(log, `${log}.1`)
    writeFileSync(log, text(101, 120))

    await source.look()

    expect(got).toEqual([...lines(1, 3), ...lines(101, 120)])
  })

  it('with packing reads what was not read before it was packed', async () => {
    writeFileSync(log, text(1, 10))
    const source = await start()
    await source.look()
    writeFileSync(`${log}.1.gz`, gzipSync(readFileSync(log, 'utf8') + text(11, 12)))
    unlinkSync(log)
    writeFileSync(log, text(13, 13))

    await source.look()
    renameSync(`${log}.1.gz`, `${log}.2.gz`)
    await source.look()

    expect(got.sort()).toEqual(lines(1, 13).sort())
  })

  it('to a number of the file system that was used before starts anew', async () => {
    writeFileSync(log, text(1, 3))
    const first = await start()
    await first.look()
    await first.close()
    // The same inode with other content, as after deleting and creating.
    writeFileSync(log, text(501, 503))

    await (await start()).look()

    expect(got).toEqual([...lines(1, 3), ...lines(501, 503)])
  })

  it('leaves what was packed before the source was declared', async () => {
    writeFileSync(`${log}.5.gz`, gzipSync(text(1, 10)))
    writeFileSync(`${log}.1`, text(11, 20))
    writeFileSync(log, text(21, 22))

    await (await start()).look()

    expect(got).toEqual(lines(21, 22))
  })
})

describe('a restart', () => {
  it('goes on where reading stopped', async () => {
    writeFileSync(log, text(1, 2_500))
    const first = await start()
    await first.look()
    await first.close()
    appendFileSync(log, text(2_501, 2_510))

    await (await start()).look()

    expect(got).toEqual(lines(1, 2_510))
  })

  it('after dying in the middle of a batch offers again what was not acknowledged, and nothing that was', async () => {
    writeFileSync(log, text(1, 3_000))
    const acknowledged: string[] = []
    let batches = 0
    let release = (): void => undefined
    // Not answered: as if the process had died while the second batch was on its way.
    const dying = await start({
      onBatch: batch => {
        batches += 1
        if (batches > 1) return new Promise<void>(resolve => (release = resolve))
        acknowledged.push(...batch)
        return Promise.resolve()
      },
    })
    const look = dying.look()
    while (batches < 2) await new Promise(resolve => setTimeout(resolve, 5))

    await (await start()).look()

    expect([...acknowledged, ...got]).toEqual(lines(1, 3_000))
    const closed = dying.close()
    release()
    await Promise.all([look, closed])
  })

  it('does not begin anew when the kept places cannot be understood', async () => {
    writeFileSync(join(folder, 'positions.json'), '{"version":1,"positions":[{')

    await expect(start()).rejects.toThrow()
  })
})

describe('a taker that refuses', () => {
  it('gets the same lines again and nothing is read meanwhile', async () => {
    writeFileSync(log, text(1, 2_000))
    let refusals = 3
    const offered: number[] = []
    const source = await start({
      onBatch: batch => {
        offered.push(batch.length)
        if (refusals-- > 0) return Promise.reject(new Error('full'))
        got.push(...batch)
        return Promise.resolve()
      },
    })

    await source.look()

    expect(offered).toEqual([1_000, 1_000, 1_000, 1_000, 1_000])
    expect(got).toEqual(lines(1, 2_000))
  })
})

describe('what is declared', () => {
  it('may be a pattern or a directory, without hidden files', async () => {
    for (const name of ['a.log', 'b.log', 'c.txt', '.hidden.log', 'd.log.tmp']) writeFileSync(join(folder, 'logs', name), `${name}\n`)

    await (await start({ paths: [join(folder, 'logs', '*.log')] })).look()
    expect(got.sort()).toEqual(['a.log', 'b.log'])
    got = []
    await (await start({ paths: [join(folder, 'logs')], positionFile: join(folder, 'other.json') })).look()

    expect(got.sort()).toEqual(['a.log', 'b.log', 'c.txt'])
  })

  it('takes a last line without end when nothing came for a minute', async () => {
    writeFileSync(log, 'no end')
    const old = Date.now() / 1000 - 120
    utimesSync(log, old, old)

    await (await start()).look()

    expect(got).toEqual(['no end'])
  })

  it('may be a binary event log, of which new records are read', async () => {
    const file = join(folder, 'logs', 'Security.evtx')
    const event = { id: 4625, channel: 'Security', computer: 'dc1', at: 1_700_000_000_000, commandLine: null, items: [] }
    writeFileSync(file, evtxFile([evtxChunk([event])]))
    const source = await start({ paths: [join(folder, 'logs')] })
    await source.look()
    writeFileSync(file, evtxFile([evtxChunk([event, { ...event, computer: 'dc2' }])]))
    await source.look()

    expect(got.map(line => /<Computer>(.*?)</.exec(line)?.[1])).toEqual(['dc1', 'dc2'])
  })
})
