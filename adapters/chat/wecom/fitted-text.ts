// A text as it may leave: without what WeCom refuses, within the bytes the channel takes; used by every road for everything people read.
import { cleanText } from './clean-text.js'
import { tooLong } from './error-classes.js'

/** @throws CHAT_REFUSED (TOO_LONG): whoever wrote the text knows what can be left out */
export function fittedText(text: string, maxBytes: number): string {
  const clean = cleanText(text)
  const bytes = Buffer.byteLength(clean)
  if (bytes > maxBytes) throw tooLong(bytes, maxBytes)
  return clean
}
