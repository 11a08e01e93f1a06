// The summary as a picture for a phone: the lines of the group's message, large enough to be read in the chat.
import type { DocumentSource } from '../../core/ports/documents.js'
import { readable } from './blocks.js'
import { pixels } from './chart.js'
import { widthOf } from './column-widths.js'
import { FONT_NAME } from './fonts.js'

const WIDTH = 540
const LINE = 34
/** Widths of a Latin letter that go on a line. */
const FITS = 54
const FITS_TITLE = 40
const CLOSING = /[，。、；：！？）】》」』”’%]/
const MOST_LINES = 24

const escape = (text: string) => text.replaceAll(/[&<>"']/g, sign => `&#${sign.codePointAt(0)};`)
/** The signs of Markdown are not for eyes. */
const bare = (line: string) => readable(line).replaceAll(/\*\*|\\(?=[^\w\s])/g, '')

export function renderCard(source: DocumentSource): Buffer {
  const [head = source.title, ...lines] = source.brief.map(bare)
  const shown = lines.flatMap(line => wrapped(line, FITS)).slice(0, MOST_LINES)
  const title = wrapped(head, FITS_TITLE)
  const top = 36 + title.length * LINE
  const height = top + 40 + shown.length * LINE + 48
  const text = (line: string, y: number, size: number, colour: string) =>
    `<text x="32" y="${y}" font-family="${FONT_NAME}" font-size="${size}" fill="${colour}">${escape(line)}</text>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}"><rect width="100%" height="100%" fill="#fff"/><rect width="100%" height="${top}" fill="#1e4f8a"/>${title
    .map((line, index) => text(line, 46 + index * LINE, 22, '#fff'))
    .join(
      '',
    )}${shown.map((line, index) => text(line, top + 44 + index * LINE, 18, '#1f2933')).join('')}${text(`云端安全管家 ${source.number}`, height - 20, 13, '#64748b')}</svg>`
  return pixels(svg, WIDTH, height).png
}

function wrapped(line: string, fits: number): string[] {
  const lines: string[] = []
  let now = ''
  for (const sign of line) {
    // No line begins with a closing mark.
    if (widthOf(now + sign) > fits && !(CLOSING.test(sign) && widthOf(now) < fits + 4)) {
      lines.push(now)
      now = ''
    }
    now += sign
  }
  return now === '' ? lines : [...lines, now]
}
