// How wide the columns of a table should be: by what stands in them, none too narrow to read. Pure; shared by pdf.ts and docx.ts.

/** A Chinese character is as wide as two Latin letters. */
export const widthOf = (text: string): number => [...text].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 0x2e7f ? 2 : 1), 0)

const LEAST = 5
const MOST = 44

/** Shares of the width, adding up to 1. */
export function columnShares(head: readonly string[], rows: readonly (readonly string[])[]): readonly number[] {
  const wanted = head.map((name, column) => {
    const widths = [name, ...rows.slice(0, 200).map(row => row[column] ?? '')].map(widthOf)
    const mean = widths.reduce((sum, width) => sum + width, 0) / widths.length
    return Math.min(MOST, Math.max(LEAST, widthOf(name) + 1, (mean + Math.max(...widths)) / 2 + 1))
  })
  const all = wanted.reduce((sum, width) => sum + width, 0)
  return wanted.map(width => width / all)
}
