// Where reading stopped in each file of a source, on disk before it counts; used by the file source.
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'

/**
 * A file is known by how it begins and by what stood right before the place reached: names, and numbers of the file system, are used
 * again for other files, and a file may be copied, cut to nothing, or packed.
 */
const Position = z.object({
  path: z.string(),
  device: z.number(),
  inode: z.number(),
  /** Bytes read, of the unpacked content. For binary event logs the number of bytes is 0. */
  offset: z.number().int().min(0),
  /** SHA-256 of the first `headLength` bytes. */
  head: z.string(),
  headLength: z.number().int().min(0),
  /** SHA-256 of the up to 256 bytes before `offset`. */
  tail: z.string(),
  /** Last record of a binary event log. */
  recordId: z.string().optional(),
  /** When something was last read of it, milliseconds since 1970. */
  readAt: z.number(),
})
export type Position = z.infer<typeof Position>

const Stored = z.object({ version: z.literal(1), positions: z.array(Position) })
/** Places of files that are gone are kept in case they come back packed or renamed. */
const KEEP_MILLISECONDS = 8 * 86_400_000
const MAX_POSITIONS = 5_000

export class PositionStore {
  private readonly positions = new Set<Position>()
  constructor(private readonly file: string) {}

  /** True when there was a state to go on from. @throws what the system says, and when the state cannot be understood: starting anew would repeat everything. */
  async load(): Promise<boolean> {
    let text: string
    try {
      text = await readFile(this.file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw error
    }
    for (const position of Stored.parse(JSON.parse(text)).positions) this.positions.add(position)
    return true
  }

  all(): readonly Position[] {
    return [...this.positions]
  }

  /** In place of `before`, where there was one. */
  put(position: Position, before?: Position): void {
    if (before !== undefined) this.positions.delete(before)
    this.positions.add(position)
  }

  /** Resolves when it is on disk. */
  async save(now: number): Promise<void> {
    const recent = [...this.positions].filter(position => now - position.readAt < KEEP_MILLISECONDS)
    const kept = recent.sort((a, b) => b.readAt - a.readAt).slice(0, MAX_POSITIONS)
    this.positions.clear()
    for (const position of kept) this.positions.add(position)
    const next = `${this.file}.next`
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 })
    const handle = await open(next, 'w', 0o600)
    try {
      await handle.writeFile(JSON.stringify({ version: 1, positions: kept }))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(next, this.file)
  }
}
