// Takes out of a text what no reader should get: control characters and marks that turn the reading direction; called for every mail.

const turning = '\\u202A-\\u202E\\u2066-\\u2069'
const inBody = new RegExp(`(?![\\n\\t])[\\p{Cc}\\p{Cs}${turning}]`, 'gu')
const inLine = new RegExp(`[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\s${turning}\\uFEFF]+`, 'gu')

/** Line breaks and tabs stay. */
export function cleanBody(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(inBody, '')
}

/** One line, as a subject or a name has to be; a line break becomes a space, so that no header can begin after it. */
export function cleanLine(text: string): string {
  return text.replace(inLine, ' ').trim()
}

/** At most `most` characters, never half of one; what was cut ends with `…`. */
export function shortened(text: string, most: number): string {
  const characters = Array.from(text)
  return characters.length <= most ? text : `${characters.slice(0, Math.max(most - 1, 0)).join('')}…`
}
