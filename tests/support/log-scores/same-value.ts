// Whether a found value is the expected one as far as the line can tell; used by score-file.ts.

/** Looked for near the beginning: what comes later is no time of the line. */
const YEAR = /^.{0,60}?(?:\b(?:19|20)\d{2}\b(?!:)|\b\d{10,19}\b)/s
const ZONE = /^.{0,200}?:\d{2}(?:[.,]\d+)?(?:Z\b| ?[+-]\d{2}:?\d{2}\b| (?:UTC|GMT|CES?T)\b)/s
const QUARTER_HOUR = 900_000

const instant = (value: unknown): number => {
  const number = typeof value === 'number' ? value : /^\d{10,13}$/.test(String(value)) ? Number(value) : Date.parse(String(value))
  return number < 1e11 ? number * 1000 : number
}

/** A line without a year or zone may differ by those. */
export function sameMoment(got: unknown, value: unknown, raw: string): boolean {
  const right = instant(value)
  let found = instant(got)
  if (!Number.isFinite(right) || !Number.isFinite(found)) return false
  const second = (at: number): number => Math.floor(at / 1000)
  if (second(found) === second(right)) return true
  if (!YEAR.test(raw)) {
    const date = new Date(found)
    // Compared in the year that brings the two nearest.
    const moved = [-1, 0, 1].map(
      by => Date.UTC(new Date(right).getUTCFullYear() + by, date.getUTCMonth(), date.getUTCDate()) + (found % 86_400_000),
    )
    found = moved.reduce((best, at) => (Math.abs(at - right) < Math.abs(best - right) ? at : best))
  }
  const apart = Math.abs(second(found) - second(right)) * 1000
  return apart === 0 || (!ZONE.test(raw) && apart <= 14 * 3_600_000 && apart % QUARTER_HOUR === 0)
}

export function sameText(got: unknown, value: unknown): boolean {
  const text = (item: unknown): string => String(item).trim().toLowerCase()
  return text(got) === text(value)
}

/** With or without scheme, host and query; as written or decoded. */
export function sameUrl(found: readonly unknown[], value: unknown): boolean {
  const forms = (item: unknown): string[] => {
    const text = String(item)
    const path = text.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '')
    return [text, path, path.split('?')[0]!].filter(form => form !== '')
  }
  const right = new Set([String(value), forms(value)[1] ?? ''].filter(form => form !== ''))
  return found.some(item => forms(item).some(form => right.has(form)))
}
