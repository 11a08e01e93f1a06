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

  /** Whether an envelope stands before the message. */
  get relayed(): boolean {
    return this.message.length !== this.line.length
  }

  /** The part of the message expressions see. */
  get seen(): string {
    return this.message.length > RECOGNISED_WITHIN ? this.message.slice(0, RECOGNISED_WITHIN) : this.message
  }

  private readonly shown = new Map<object, boolean>()
  /** Whether the line, or what a relay's header stands before, fits; asked once for each expression. */
  shows(expression: object, fits: (text: string) => boolean): boolean {
    const known = this.shown.get(expression)
    if (known !== undefined) return known
    const answer = fits(this.start) || (this.relayed && fits(this.seen))
    this.shown.set(expression, answer)
    return answer
  }

  get header(): HeaderRead | undefined {
    if (this.headerRead === undefined)
      this.headerRead = readHeader(this.line) ?? (this.relayed ? readHeader(this.message) : undefined) ?? null
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

/** An object in the text, the first of an array or of several; what stands before and behind does not matter. */
export function readObject(text: string): Record<string, unknown> | undefined {
  const brace = text.indexOf('{')
  if (brace === -1) return undefined
  const end = text.trimEnd()
  const bracket = text.lastIndexOf('[', brace)
  const list = end.endsWith(']') && bracket !== -1 && text.slice(bracket + 1, brace).trim() === ''
  const whole = list || end.endsWith('}') ? parsed(end.slice(list ? bracket : brace)) : undefined
  if (whole !== undefined) return whole
  // Only what begins with an object is read without its end: a brace inside a text is usually no JSON.
  const close = end.startsWith('{') ? closingBrace(end) : -1
  return close === -1 || close === end.length - 1 ? undefined : parsed(end.slice(0, close + 1))
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const copy = cleanCopy(Array.isArray(value) ? value[0] : value)
    return isObject(copy) && Object.keys(copy).length > 0 ? copy : undefined
  } catch {
    return undefined
  }
}

/** Where the object a text begins with ends: -1 when it does not. */
function closingBrace(text: string): number {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === 92) at += 1
      else if (code === 34) quoted = false
    } else if (code === 34) quoted = true
    else if (code === 123) depth += 1
    else if (code === 125) {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return -1
}
