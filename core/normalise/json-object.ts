// The JSON object a message consists of, read once for all parsers and formats that ask for it; used by parsers/ and by formats/line-view.ts.
import type { Envelope } from './envelope.js'
import { cleanCopy, isObject } from './merge-draft.js'

/** A clean copy; undefined when the message is anything else. Whoever changes it must be the last to ask. */
export function objectOf(envelope: Envelope): Record<string, unknown> | undefined {
  envelope.object ??= objectIn(envelope.message) ?? null
  return envelope.object ?? undefined
}

/** The same for messages whose text holds the marks; null otherwise. Plain lines cost one look. */
export function objectWith(envelope: Envelope, marks: RegExp): Record<string, unknown> | null {
  return isBraced(envelope.message) && marks.test(envelope.message) ? (objectOf(envelope) ?? null) : null
}

/** True for a text between braces, blanks around it aside. */
export function isBraced(text: string): boolean {
  const trimmed = text.trim()
  return trimmed.startsWith('{') && trimmed.endsWith('}')
}

/** A clean copy of the object the text is; undefined when it is anything else. */
export function objectIn(text: string): Record<string, unknown> | undefined {
  if (!isBraced(text)) return undefined
  try {
    const copy = cleanCopy(JSON.parse(text.trim()))
    return isObject(copy) ? copy : undefined
  } catch {
    return undefined
  }
}
