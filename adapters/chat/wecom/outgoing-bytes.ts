// The bytes and a harmless name of a file that is to be sent; used by every upload to WeCom.
import { extname } from 'node:path'
import { AppError } from '../../../core/errors.js'
import type { OutgoingFile } from '../../../core/ports/chat.js'
import { cleanText } from './clean-text.js'
import { tooLong } from './error-classes.js'

const maxFileBytes = 20 * 1024 * 1024
/** Bytes of UTF-8; leaves room below the 256 that were seen to be taken. */
const maxNameBytes = 200

/** @throws CHAT_REFUSED (TOO_LONG above 20 MB, FILE_INVALID when it is no base64) */
export function outgoingBytes(file: OutgoingFile): { readonly name: string; readonly bytes: Buffer } {
  return { name: fileName(file.name), bytes: decode(file.base64) }
}

/** Node skips what is not base64, which shows in the length. */
function decode(base64: string): Buffer {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  const length = (base64.length / 4) * 3 - padding
  if (length > maxFileBytes) throw tooLong(Math.ceil(length), maxFileBytes)
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== length) throw new AppError('CHAT_REFUSED', { code: 'FILE_INVALID', reaction: 'tell-staff' })
  return bytes
}

/** One name without a path, short enough, with its ending: that is what opens the file on a phone. */
function fileName(name: string): string {
  const flat = cleanText(name).replace(/[/\\\n\t]/g, '_')
  if (Buffer.byteLength(flat) <= maxNameBytes) return flat === '' ? 'file' : flat
  const ending = Buffer.byteLength(extname(flat)) <= 20 ? extname(flat) : ''
  let stem = Array.from(flat.slice(0, maxNameBytes))
  while (Buffer.byteLength(stem.join('') + ending) > maxNameBytes) stem = stem.slice(0, -1)
  return cleanText(stem.join('')) + ending
}
