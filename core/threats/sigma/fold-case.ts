// Unicode case folding, one code point to one code point; used wherever Sigma compares text "ignoring case".

const ASCII = /^[\x00-\x7f]*$/

/** So that `?` stays one character and positions stay meaningful, a letter that folds to several (`ß`, `İ`) keeps its simple form. */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  let out = ''
  for (const character of text) out += foldCharacter(character)
  return out
}

function foldCharacter(character: string): string {
  // Dotless i upper-cases to I, but Unicode folds it to itself.
  if (character === 'ı') return character
  const upper = character.toUpperCase()
  const base = isOne(upper) ? upper : character
  const lower = base.toLowerCase()
  return isOne(lower) ? lower : character
}

function isOne(text: string): boolean {
  return text.length === 1 || (text.length === 2 && text.codePointAt(0)! > 0xffff)
}
