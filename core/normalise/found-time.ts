// Finds the moment a line names near its beginning, for lines whose envelope and format name none; called by normalise.
import type { TimeContext } from './event-time.js'
import { writtenTime } from './formats/written-time.js'

/** A line's own time stands near its beginning; what comes later may be anything. */
const LOOKED_AT = 200
const CLOCK = String.raw`\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?`
const ZONE = String.raw`(?: ?(?:Z|CES?T|[EMP][SD]T|MSK|JST|(?:GMT|UTC)?[+-]\d{2}:?\d{2}|UTC|GMT)(?![\w:]))?`
const HALF = '(?: ?[AP]M)?'
/** Every part is of bounded length, so a look at any place costs no more than a few dozen characters. */
const MOMENT = new RegExp(
  [
    String.raw`\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:T|[ ,:_-]{1,3})${CLOCK}${ZONE}`,
    String.raw`\d{4}年\d{1,2}月\d{1,2}日 ?${CLOCK}`,
    String.raw`\d{1,2}/[A-Z][a-z]{2}/\d{4}[: ]${CLOCK}${ZONE}`,
    String.raw`\d{1,2}[- ]\p{L}{3,9}[- ]\d{4}[ :,]{1,2}${CLOCK}${ZONE}`,
    String.raw`\d{4} [A-Z][a-z]{2} {1,2}\d{1,2} ${CLOCK}${ZONE}`,
    String.raw`[A-Z][a-z]{2,8} {1,2}\d{1,2},?(?: \d{4})?,? ${CLOCK}${HALF}${ZONE}(?: \d{4}(?!\d))?`,
    String.raw`\d{1,2}/\d{1,2}/\d{4},?[ :-]{1,3}${CLOCK}${HALF}${ZONE}`,
    String.raw`20\d{6}[T ]?\d{2}:?\d{2}:?\d{2}(?:[.,]\d{1,9})?(?!\d)${ZONE}`,
    String.raw`\d{6} {1,2}${CLOCK}`,
  ]
    .map(part => `(?:${part})`)
    .join('|'),
  'gu',
)

/**
 * Milliseconds since 1970 of the first moment in the line's first 200 characters.
 * `atStart` looks only at what the text begins with, brackets and quotes aside, and wants a year.
 */
export function foundTime(line: string, context: TimeContext, atStart = false): number | undefined {
  const text = line.slice(0, LOOKED_AT)
  for (const match of text.matchAll(MOMENT)) {
    if (atStart && !/^[\s["(-]{0,3}$/.test(text.slice(0, match.index))) return undefined
    // A digit before belongs to a longer number, which is no date.
    if (/[\d.]/.test(text[match.index - 1] ?? '')) continue
    const at = writtenTime(match[0], context)
    if (at === undefined || (atStart && !/\d{4}[-/.年]|[-/ ]\d{4}[ :]/.test(match[0]))) continue
    return at
  }
  return undefined
}
