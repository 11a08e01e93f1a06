// How a source's token is stored and looked up; called by apply and by every intake that is shown a token.
import { createHash } from 'node:crypto'

/** SHA-256, hex: tokens are long and random, so a plain hash suffices and can be searched by index. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex')
}

/** Stands for "has no token"; it is no SHA-256, so no token is ever found by it, and it is unique as the column must be. */
export function withoutToken(sourceId: string): string {
  return `none:${sourceId}`
}
