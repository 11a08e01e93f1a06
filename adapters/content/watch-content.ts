// Tells when files of the content folders have changed and have come to rest; run by app/roles/worker.ts every few seconds.
import { statSync } from 'node:fs'
import { findFiles, type Found } from './content-files.js'

/** Asked again and again. Looking is a walk over some hundred names: no watcher to lose, and it works on every file system. */
export class ContentWatch {
  private settled: string
  private last: string
  constructor(private readonly folders: readonly string[]) {
    this.settled = this.last = this.fingerprint()
  }

  /** True once after a change, when two looks in a row saw the same: a file half written is not read. */
  hasChanged(): boolean {
    const now = this.fingerprint()
    const rests = now === this.last
    this.last = now
    if (!rests || now === this.settled) return false
    this.settled = now
    return true
  }

  private fingerprint(): string {
    const lines: string[] = []
    for (const folder of this.folders)
      for (const kind of ['rules', 'indicators']) {
        const found: Found = new Map()
        findFiles(folder, kind, /\.(?:ya?ml|ndjson)$/, found, [])
        for (const path of found.values()) {
          const facts = statSync(path, { throwIfNoEntry: false })
          lines.push(`${path} ${facts?.mtimeMs ?? 0} ${facts?.size ?? 0} ${facts?.ino ?? 0}`)
        }
      }
    return lines.join('\n')
  }
}
