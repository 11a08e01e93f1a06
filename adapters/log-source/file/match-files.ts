// Finds for each file the place to go on from: by its number in the file system first, then by what it holds. Called by the file source at every look.
import type { Logger } from '../../../core/ports/logger.js'
import { contentReader } from './content.js'
import { isGzip, type FoundFile } from './find-files.js'
import { digest, goesOnFrom } from './identity.js'
import type { Position } from './position-store.js'

/** What begins like another file may be a copy that is still being made; after so long without change it is not. */
const COPY_MILLISECONDS = 60_000
/** Less than this says too little about a file to know it by. */
const MIN_HEAD_BYTES = 64

export interface MatchedFile {
  readonly file: FoundFile
  /** Undefined: a new file, to be read from its beginning. */
  readonly position: Position | undefined
}

export async function matchFiles(
  files: readonly FoundFile[],
  positions: readonly Position[],
  now: number,
  logger: Logger,
): Promise<{ readonly matched: readonly MatchedFile[]; readonly waiting: boolean }> {
  const claimed = new Set<Position>()
  const matched = new Map<FoundFile, Position>()
  const seen = new Set<string>()
  const left: FoundFile[] = []
  for (const file of files) {
    const number = `${file.device}:${file.inode}`
    // A second name of the same file.
    if (seen.has(number)) continue
    seen.add(number)
    const position = positions.find(known => known.device === file.device && known.inode === file.inode && !claimed.has(known))
    if (position !== undefined && (await verified(file, position, logger))) {
      claimed.add(position)
      matched.set(file, position)
    } else left.push(file)
  }
  const out: MatchedFile[] = []
  let waiting = false
  for (const file of left) {
    const found = await byContent(file, positions, claimed, now, logger)
    if (found === 'wait') waiting = true
    else if (found !== undefined) {
      claimed.add(found)
      matched.set(file, found)
    } else if (!file.onlyKnown) out.push({ file, position: undefined })
  }
  for (const [file, position] of matched) out.push({ file, position })
  const order = new Map(files.map((file, index) => [file, index]))
  out.sort((a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0))
  return { matched: out, waiting }
}

async function byContent(
  file: FoundFile,
  positions: readonly Position[],
  claimed: ReadonlySet<Position>,
  now: number,
  logger: Logger,
): Promise<Position | 'wait' | undefined> {
  const read = contentReader(file.path)
  const heads = new Map<number, string>()
  let copyOf = false
  for (const position of positions) {
    if (position.headLength < MIN_HEAD_BYTES || position.recordId !== undefined) continue
    try {
      let head = heads.get(position.headLength)
      if (head === undefined) {
        const bytes = await read(0, position.headLength)
        head = bytes.length < position.headLength ? '' : digest(bytes)
        heads.set(position.headLength, head)
      }
      if (head !== position.head) continue
      const same = await goesOnFrom(position, read)
      if (same && !claimed.has(position)) return position
      // A copy of a file that is still read under its own name, whole or not yet.
      if (same || (file.size < position.offset && now - file.modifiedAt < COPY_MILLISECONDS)) copyOf = true
    } catch (error) {
      logger.debug({ err: error, path: file.path }, 'file could not be compared')
      return 'wait'
    }
  }
  return copyOf ? 'wait' : undefined
}

async function verified(file: FoundFile, position: Position, logger: Logger): Promise<boolean> {
  // Nothing was written since: the content need not be looked at.
  if (file.path === position.path && file.modifiedAt < position.readAt && (isGzip(file.path) || file.size === position.offset)) return true
  try {
    return position.recordId !== undefined || (await goesOnFrom(position, contentReader(file.path)))
  } catch (error) {
    logger.debug({ err: error, path: file.path }, 'file could not be compared')
    return false
  }
}
