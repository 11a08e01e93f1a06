// Tells whether a file is one that was read before, whatever its name is now; used by the file source.
import { createHash } from 'node:crypto'
import type { Position } from './position-store.js'

export const HEAD_BYTES = 1_024
export const TAIL_BYTES = 256

export function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Reads bytes of the content, unpacked where it is packed; fewer where it ends. */
export type ReadContent = (from: number, length: number) => Promise<Buffer>

/** True when the content begins as it did and still has, before the place reached, what stood there. */
export async function goesOnFrom(position: Position, read: ReadContent): Promise<boolean> {
  const head = await read(0, position.headLength)
  if (head.length < position.headLength || digest(head) !== position.head) return false
  const from = Math.max(0, position.offset - TAIL_BYTES)
  const tail = await read(from, position.offset - from)
  return tail.length === position.offset - from && digest(tail) === position.tail
}
