// Reads a GNU tar archive in memory, to see for oneself that it holds what the host said; pure, used by the host driver.
import { createHash } from 'node:crypto'
import type { EvidenceFile } from '../../../core/ports/host.js'

const BLOCK = 512

/** Every file with its hash; undefined when it is no whole archive. Names come without the leading dot. */
export function readTar(tar: Buffer): readonly EvidenceFile[] | undefined {
  const files: EvidenceFile[] = []
  let longName: string | undefined
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK)
    if (header.every(byte => byte === 0)) return files
    const bytes = Number.parseInt(text(header, 124, 12), 8)
    if (!Number.isSafeInteger(bytes) || bytes < 0 || at + BLOCK + bytes > tar.length) return undefined
    const content = tar.subarray(at + BLOCK, at + BLOCK + bytes)
    const type = String.fromCharCode(header[156] ?? 0)
    if (type === 'L') longName = text(content, 0, bytes)
    else {
      const path = (longName ?? text(header, 0, 100)).replace(/^\./, '')
      longName = undefined
      if (type === '0' || type === '\0') files.push({ path, bytes, sha256: createHash('sha256').update(content).digest('hex') })
    }
    at += BLOCK + Math.ceil(bytes / BLOCK) * BLOCK
  }
  return undefined
}

function text(from: Buffer, start: number, length: number): string {
  const part = from.subarray(start, start + length)
  const end = part.indexOf(0)
  return part
    .subarray(0, end < 0 ? part.length : end)
    .toString('utf8')
    .trim()
}
