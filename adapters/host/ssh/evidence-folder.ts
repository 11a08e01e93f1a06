// Keeps evidence as it was taken, with who took what when; used by the host driver. One folder for each disposal, never overwritten.
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EvidenceFile } from '../../../core/ports/host.js'

export interface Custody {
  /** The disposal's number. */
  readonly reference: string
  /** Address of the host it was taken from. */
  readonly device: string
  readonly takenAt: string
  readonly files: readonly EvidenceFile[]
}

export interface EvidenceStore {
  /** Writes the archive and its custody record; the same archive twice is one. */
  keep(tar: Buffer, custody: Custody): Promise<{ readonly id: string; readonly sha256: string }>
}

/** `<folder>/<reference>/<hash>.tar` and `.json` beside it, readable by the product's user only. */
export function evidenceFolder(folder: string): EvidenceStore {
  return {
    async keep(tar, custody) {
      const sha256 = createHash('sha256').update(tar).digest('hex')
      const id = `${custody.reference}/${sha256.slice(0, 16)}`
      await mkdir(join(folder, custody.reference), { recursive: true, mode: 0o700 })
      const record = JSON.stringify({ ...custody, archive: { sha256, bytes: tar.length } }, undefined, 2)
      // An archive stands under its own hash: what is there already is the same.
      await writeOnce(join(folder, `${id}.tar`), tar)
      await writeOnce(join(folder, `${id}.json`), `${record}\n`)
      return { id, sha256 }
    },
  }
}

async function writeOnce(path: string, content: Buffer | string): Promise<void> {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o400 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
