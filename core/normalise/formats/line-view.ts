// One line as the formats look at it: text, envelope, and what every format would otherwise read anew; made by format-set.ts for each line.
import type { Envelope } from '../envelope.js'
import { isBraced, objectOf } from '../json-object.js'
import { cleanCopy, isObject } from '../merge-draft.js'
import { plainPairs } from './read-pairs.js'
import { readHeader, type HeaderRead } from './read-headers.js'

export const RECOGNISED_WITHIN = 4_096

export class LineView {
  /** The line without priority; tabs are kept. */
  readonly line: string
  /** What the envelope leaves over. */
  readonly message: string
  readonly app: string | undefined
  /** The part of the line formats are recognised by: what stands behind it is the sender's text. */
  readonly start: string
  private headerRead: HeaderRead | null | undefined
  private objectRead: Record<string, unknown> | null | undefined
  private pairsRead: { count: number; keys: Record<string, unknown> } | undefined

  constructor(
    readonly envelope: Envelope,
    tabbed: string,
  ) {
    const withTabs = tabbed.includes('\t')
    // Control characters became blanks one by one, so places are the same in both texts.
    this.line = withTabs ? tabbed.slice(-envelope.line.length) : envelope.line
    this.message = withTabs && envelope.message !== '' ? tabbed.slice(-envelope.message.length) : envelope.message
    this.start = this.line.length > RECOGNISED_WITHIN ? this.line.slice(0, RECOGNISED_WITHIN) : this.line
    this.app = envelope.appname?.toLowerCase()
  }

  get header(): HeaderRead | undefined {
    if (this.headerRead === undefined) this.headerRead = readHeader(this.line) ?? null
    return this.headerRead ?? undefined
  }

  /** The JSON object the line ends with. */
  get object(): Record<string, unknown> | undefined {
    if (this.objectRead === undefined)
      this.objectRead = this.messageObject() ?? (this.line === this.message ? undefined : readObject(this.line)) ?? null
    return this.objectRead ?? undefined
  }

  private messageObject(): Record<string, unknown> | undefined {
    const { message } = this.envelope
    // A tab inside a text is no JSON; the envelope has a blank there.
    if (this.message !== message || !isBraced(message)) return readObject(this.message)
    const object = objectOf(this.envelope)
    return object === undefined || Object.keys(object).length === 0 ? undefined : object
  }

  get pairs(): { count: number; keys: Record<string, unknown> } {
    if (this.pairsRead === undefined) {
      const keys: Record<string, unknown> = {}
      this.pairsRead = { count: plainPairs(this.message, keys), keys }
    }
    return this.pairsRead
  }
}

/** An object in the text, or the first of an array; what stands before it does not matter. */
export function readObject(text: string): Record<string, unknown> | undefined {
  const end = text.trimEnd()
  if (!end.endsWith('}') && !end.endsWith(']')) return undefined
  const brace = text.indexOf('{')
  if (brace === -1) return undefined
  const bracket = text.lastIndexOf('[', brace)
  const from = end.endsWith(']') && bracket !== -1 && text.slice(bracket + 1, brace).trim() === '' ? bracket : brace
  try {
    const value: unknown = JSON.parse(end.slice(from))
    const copy = cleanCopy(Array.isArray(value) ? value[0] : value)
    return isObject(copy) && Object.keys(copy).length > 0 ? copy : undefined
  } catch {
    return undefined
  }
}
