// Knowledge in compact files: `<folder>/<part>/<source>.ndjson`, one part for each year of a CVE, so that an update rewrites little and reading is one pass.
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { Clock } from '../../core/ports/clock.js'
import type { SourceState, VulnKnowledge } from '../../core/ports/vuln-knowledge.js'
import type { VulnRecord } from '../../core/vulnerabilities/vulnerability.js'
import { readFeed } from './read-feed.js'

/** Sources that bring everything with each file: what is no longer in it is gone. */
const WHOLE: ReadonlySet<string> = new Set(['kev', 'epss', 'debian'])
const States = z.array(
  z.object({
    source: z.enum(['nvd', 'kev', 'epss', 'osv', 'debian', 'cnnvd', 'cnvd']),
    version: z.string(),
    dataDate: z.string(),
    takenAt: z.string(),
    records: z.number(),
  }),
)

/** Who updates at the same time as another process may lose the slower one's records of that source; the last one named in sources.json won. */
export function makeKnowledge({ folder, clock }: { folder: string; clock: Clock }): VulnKnowledge {
  const statesFile = join(folder, 'sources.json')
  async function states(): Promise<SourceState[]> {
    const text = await readFile(statesFile, 'utf8').catch(() => '[]')
    return States.parse(JSON.parse(text))
  }
  return {
    states,
    async update(file) {
      const feed = await readFeed(file)
      const work = join(folder, `.new-${process.pid}-${clock.now()}`)
      await mkdir(work, { recursive: true })
      try {
        const parts = await split(feed.records(), work)
        let records = 0
        const kept = WHOLE.has(feed.source) ? [] : await partsOf(folder)
        for (const part of new Set([...parts, ...kept])) {
          const target = join(folder, part, `${feed.source}.ndjson`)
          if (!parts.has(part)) {
            records += await countLines(target)
            continue
          }
          records += await merge(WHOLE.has(feed.source) ? undefined : target, join(work, part), join(work, `${part}.merged`))
          await mkdir(join(folder, part), { recursive: true })
          await rename(join(work, `${part}.merged`), target)
        }
        if (WHOLE.has(feed.source))
          for (const part of await partsOf(folder))
            if (!parts.has(part)) await rm(join(folder, part, `${feed.source}.ndjson`), { force: true })
        const before = (await states()).find(item => item.source === feed.source)
        // Sources that come in pieces are as new as their newest piece.
        const newest = WHOLE.has(feed.source) || before === undefined || before.dataDate < feed.dataDate ? feed : before
        const state: SourceState = {
          source: feed.source,
          version: newest.version,
          dataDate: newest.dataDate,
          takenAt: new Date(clock.now()).toISOString(),
          records,
        }
        const all = [...(await states()).filter(item => item.source !== feed.source), state].sort((a, b) => (a.source < b.source ? -1 : 1))
        await writeFile(`${statesFile}.new`, `${JSON.stringify(all, undefined, 2)}\n`)
        await rename(`${statesFile}.new`, statesFile)
        return state
      } finally {
        await rm(work, { recursive: true, force: true })
      }
    },
    async *all() {
      for (const part of await partsOf(folder)) {
        const byId = new Map<string, VulnRecord[]>()
        for (const name of (await readdir(join(folder, part))).filter(item => item.endsWith('.ndjson')).sort())
          for await (const record of recordsOf(join(folder, part, name))) {
            const known = byId.get(record.id)
            if (known) known.push(record)
            else byId.set(record.id, [record])
          }
        for (const [id, records] of byId) yield { id, records }
      }
    },
  }
}

/** The year of a CVE; everything else together. */
function partOf(id: string): string {
  return /^CVE-(\d{4})-/.exec(id)?.[1] ?? 'other'
}

async function partsOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter(entry => entry.isDirectory() && /^(?:\d{4}|other)$/.test(entry.name))
    .map(entry => entry.name)
    .sort()
}

/** Every record read before anything of the store is touched: a broken file changes nothing. */
async function split(records: AsyncGenerator<VulnRecord>, work: string): Promise<Set<string>> {
  const buffers = new Map<string, string[]>()
  const files = new Map<string, FileHandle>()
  const flush = async (part: string): Promise<void> => {
    const lines = buffers.get(part)
    if (!lines || lines.length === 0) return
    let file = files.get(part)
    if (!file) files.set(part, (file = await open(join(work, part), 'a')))
    await file.appendFile(`${lines.join('\n')}\n`)
    buffers.set(part, [])
  }
  try {
    for await (const record of records) {
      const part = partOf(record.id)
      const lines = buffers.get(part) ?? []
      lines.push(JSON.stringify(record))
      buffers.set(part, lines)
      if (lines.length >= 500) await flush(part)
    }
    for (const part of buffers.keys()) await flush(part)
    return new Set(files.keys())
  } finally {
    for (const file of files.values()) await file.close()
  }
}

/** Old records and new ones; of one number the later modified stays. A package tracker has several records of one number. */
async function merge(old: string | undefined, fresh: string, target: string): Promise<number> {
  const byKey = new Map<string, VulnRecord>()
  for (const path of old === undefined ? [fresh] : [old, fresh])
    for await (const record of recordsOf(path)) {
      const key =
        record.source === 'debian'
          ? `${record.id}|${record.packages[0]?.name ?? ''}`
          : `${record.id}|${record.source === 'osv' || record.source === 'cnvd' ? (record.aliases[0] ?? '') : ''}`
      const known = byKey.get(key)
      if (!known || record.modified >= known.modified) byKey.set(key, record)
    }
  const file = await open(target, 'w')
  try {
    let lines: string[] = []
    for (const record of byKey.values()) {
      lines.push(JSON.stringify(record))
      if (lines.length >= 500) {
        await file.appendFile(`${lines.join('\n')}\n`)
        lines = []
      }
    }
    if (lines.length > 0) await file.appendFile(`${lines.join('\n')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return byKey.size
}

async function* recordsOf(path: string): AsyncGenerator<VulnRecord> {
  const input = createReadStream(path)
  const failed = new Promise<'missing' | undefined>(resolve => {
    input.once('error', error => resolve((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : undefined))
    input.once('open', () => resolve(undefined))
  })
  if ((await failed) === 'missing') return
  // Written by ourselves only.
  for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line !== '') yield JSON.parse(line) as VulnRecord
}

async function countLines(path: string): Promise<number> {
  let count = 0
  for await (const _record of recordsOf(path)) count++
  return count
}
