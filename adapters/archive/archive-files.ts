// The few file operations the archive's writer needs, so that tests can put a full disk in their place.
import { mkdir, open, type FileHandle } from 'node:fs/promises'

export interface SegmentFile {
  /** Bytes written, perhaps fewer than asked. */
  write(bytes: Buffer, from: number, position: number): Promise<number>
  /** Resolves when the bytes would survive a loss of power. */
  sync(): Promise<void>
  truncate(size: number): Promise<void>
  close(): Promise<void>
}

export interface ArchiveFiles {
  /** Makes a tenant's day folder and those above it, durable, unless they are there. */
  makeFolder(path: string): Promise<void>
  /** A new file, its name durable. Rejects with EEXIST when the name is taken. */
  create(path: string): Promise<SegmentFile>
  /** Opens a file again for writing. */
  reopen(path: string): Promise<SegmentFile>
}

export const diskFiles: ArchiveFiles = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o750 })
    // The entry of a folder lies in the one above it. Synced also when it was there: who made it may have died before.
    await syncFolder(parentOf(path))
    await syncFolder(parentOf(parentOf(path)))
  },
  async create(path) {
    const handle = await open(path, 'wx', 0o640)
    try {
      await syncFolder(parentOf(path))
    } catch (error) {
      await handle.close()
      throw error
    }
    return segmentFile(handle)
  },
  reopen: async path => segmentFile(await open(path, 'r+')),
}

function segmentFile(handle: FileHandle): SegmentFile {
  return {
    write: async (bytes, from, position) => (await handle.write(bytes, from, bytes.length - from, position)).bytesWritten,
    sync: () => handle.datasync(),
    truncate: size => handle.truncate(size),
    close: () => handle.close(),
  }
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? '/' : path.slice(0, slash)
}

/** Makes the entries of a folder survive a loss of power. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
