// Which files a declared path means now: the file itself, what lies in a directory, what a pattern fits. Called by the file source at every look.
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** More files than this are left out and reported. */
export const MAX_FILES = 1_000
const HIDDEN = /^\.|~$|\.(?:sw[a-p]|tmp|part|filepart)$/
const COMPRESSED = /\.(?:zip|bz2|xz|zst|lz4|Z|7z)$/

export interface FoundFile {
  readonly path: string
  readonly device: number
  readonly inode: number
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
  /**
   * Read only when it goes on from a place that is known: an earlier part of a declared file (`x.log.1`, `x.log-20261124`), or anything
   * compressed. What was there before the source was declared stays unread.
   */
  readonly onlyKnown: boolean
}

export interface Found {
  readonly files: readonly FoundFile[]
  /** Left out because there were too many. */
  readonly left: number
  /** Declared paths of which nothing is there, or that may not be read. */
  readonly missing: readonly string[]
}

/** `*` and `?` stand for characters of the last part of the path only. Symbolic links are followed for files, not for directories. */
export async function findFiles(paths: readonly string[]): Promise<Found> {
  const found = new Map<string, FoundFile>()
  const missing: string[] = []
  let left = 0
  for (const declared of paths) {
    const names = await candidates(declared)
    let any = false
    for (const { path, onlyKnown } of names) {
      const file = await look(path, onlyKnown)
      if (file === undefined) continue
      any ||= !onlyKnown
      const known = found.get(path)
      if (known !== undefined && !known.onlyKnown) continue
      if (known === undefined && found.size >= MAX_FILES) left += 1
      else found.set(path, file)
    }
    if (!any) missing.push(declared)
  }
  // What was rotated away is read before what followed it.
  return {
    files: [...found.values()].sort(
      (a, b) => Number(b.onlyKnown) - Number(a.onlyKnown) || a.modifiedAt - b.modifiedAt || (a.path < b.path ? -1 : 1),
    ),
    left,
    missing,
  }
}

interface Candidate {
  readonly path: string
  readonly onlyKnown: boolean
}

async function candidates(declared: string): Promise<Candidate[]> {
  const info = await stat(declared).catch(() => undefined)
  if (info?.isDirectory() === true) return within(declared, () => true)
  const pattern = basename(declared)
  const folder = dirname(declared)
  if (/[*?]/.test(pattern)) {
    const names = await within(folder, fits(pattern))
    // Whoever asks for packed files by name wants them read.
    return isGzip(pattern) ? names.map(({ path }) => ({ path, onlyKnown: false })) : names
  }
  const parts = await within(folder, name => isEarlierPart(name, pattern))
  return [...parts.map(({ path }) => ({ path, onlyKnown: true })), { path: declared, onlyKnown: false }]
}

async function within(folder: string, accepts: (name: string) => boolean): Promise<Candidate[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter(name => !HIDDEN.test(name) && !COMPRESSED.test(name) && accepts(name))
    .map(name => ({ path: join(folder, name), onlyKnown: isGzip(name) }))
}

export function isGzip(name: string): boolean {
  return name.endsWith('.gz')
}

/** `x.log.1`, `x.log.2.gz`, `x.log-20261124`, `x-20261124.log`. */
function isEarlierPart(name: string, current: string): boolean {
  const plain = isGzip(name) ? name.slice(0, -3) : name
  if (plain.startsWith(current)) return plain === current ? name !== current : /^[.\-_]\d[\d.\-_T]*$/.test(plain.slice(current.length))
  const dot = current.lastIndexOf('.')
  if (dot <= 0 || !plain.endsWith(current.slice(dot)) || !plain.startsWith(current.slice(0, dot))) return false
  return /^[.\-_]\d[\d.\-_T]*$/.test(plain.slice(dot, plain.length - (current.length - dot)))
}

/** A plain walk instead of a regular expression: patterns are the operator's, and no pattern may cost time. */
function fits(pattern: string): (name: string) => boolean {
  return name => {
    let at = 0
    let star = -1
    let retry = 0
    let place = 0
    while (place < name.length) {
      const wanted = pattern[at]
      if (wanted === '*') {
        star = at++
        retry = place
      } else if (wanted !== undefined && (wanted === '?' || wanted === name[place])) {
        at += 1
        place += 1
      } else if (star !== -1) {
        at = star + 1
        place = ++retry
      } else return false
    }
    while (pattern[at] === '*') at += 1
    return at === pattern.length
  }
}

async function look(path: string, onlyKnown: boolean): Promise<FoundFile | undefined> {
  const info = await stat(path).catch(() => undefined)
  if (info?.isFile() !== true) return undefined
  return { path, device: info.dev, inode: info.ino, size: info.size, modifiedAt: info.mtimeMs, onlyKnown }
}
