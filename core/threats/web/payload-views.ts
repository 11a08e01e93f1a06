// The readings of one untrusted text of a request, each decoding taken off and bounded; used by judge-request.ts.

/** Longer texts are looked at at both ends only (characters). */
const HEAD = 3_000
const TAIL = 1_000
/** Percent encoding inside percent encoding; what is deeper is not read by any server either. */
const LAYERS = 3
const PERCENT = /%(?:u[0-9a-f]{4}|[0-9a-f]{2})/i
const ENTITY = /&(?:#x?[0-9a-f]{1,7}|lt|gt|amp|quot|apos|colon|lpar|rpar|sol|tab|newline|lbrace|rbrace|lsqb|rsqb|semi|equals);?/gi
const NAMED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  colon: ':',
  lpar: '(',
  rpar: ')',
  sol: '/',
  tab: ' ',
  newline: '\n',
  lbrace: '{',
  rbrace: '}',
  lsqb: '[',
  rsqb: ']',
  semi: ';',
  equals: '=',
}
const ESCAPE = /\\(?:u\{?([0-9a-f]{4,6})\}?|x([0-9a-f]{2})|([0-3][0-7]{2}))/gi
const BASE64 = /^[\w+/-]{12,4000}={0,2}$/
const BASE64_PART = /(?:base64,|["'(\s])([\w+/-]{16,2000}={0,2})/

export interface PayloadView {
  /** Lower case, spaces single, SQL comments taken out; newlines and null bytes are kept. */
  readonly plain: string
  /** As `plain`, without the quotes, backslashes, carets and empty variables that shells ignore inside a word. */
  readonly bare: string
}

/** Both ends of a text that is too long to be looked at whole. */
export function clipped(text: string): string {
  return text.length <= HEAD + TAIL ? text : `${text.slice(0, HEAD)} ${text.slice(-TAIL)}`
}

/** Percent, %u, overlong UTF-8 and `+` resolved once; what is no encoding stays as it is. Never throws. */
export function percentDecoded(text: string, plusIsSpace: boolean): string {
  const spaced = plusIsSpace && text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!PERCENT.test(spaced)) return spaced
  return spaced.replace(/(?:%[0-9a-f]{2})+|%u[0-9a-f]{4}/gi, found =>
    found[1] === 'u' || found[1] === 'U' ? String.fromCharCode(Number.parseInt(found.slice(2), 16)) : bytesToText(found),
  )
}

/** The different readings of a text, the one nearest to the line first; at most eight. */
export function payloadViews(text: string, plusIsSpace: boolean): PayloadView[] {
  const seen = new Set<string>()
  let layer = clipped(text)
  for (let n = 0; n < LAYERS; n += 1) {
    const next = percentDecoded(layer, plusIsSpace && n === 0)
    seen.add(next)
    if (next === layer && n > 0) break
    layer = next
  }
  for (const one of [...seen]) {
    const unescaped = unescapedText(one)
    if (unescaped !== one) seen.add(unescaped)
    const hidden = base64Text(unescaped)
    if (hidden !== undefined) {
      seen.add(hidden)
      seen.add(unescapedText(hidden))
    }
  }
  return [...seen].slice(0, 8).flatMap(one => viewsOf(one))
}

function viewsOf(text: string): PayloadView[] {
  const lower = text.normalize('NFKC').toLowerCase()
  const spaced = viewOf(withoutComments(lower, ' '))
  // `un/**/ion` is a word only when its comment leaves no gap.
  const joined = /\w\/\*/.test(lower) ? [viewOf(withoutComments(lower, ''))] : []
  return [spaced, ...joined]
}

function viewOf(text: string): PayloadView {
  const plain = text.replace(/[^\S\n]+/g, ' ')
  const bare = plain.replace(/\$(?:\{[\w@*]*\}|[@*?!#-]|[a-z_]\w*|\d|\(\s*\))|["'`\\^]/g, '')
  return { plain, bare }
}

/** `/*!50000select*\/` is executed by MySQL: what it holds stays. */
function withoutComments(text: string, gap: string): string {
  if (!text.includes('/*')) return text
  return text
    .replace(/\/\*!\d{0,6}/g, ' ')
    .replace(/\/\*[^*]{0,400}(?:\*(?!\/)[^*]{0,400}){0,20}\*\//g, gap)
    .replaceAll('*/', ' ')
}

function unescapedText(text: string): string {
  let out = text
  if (out.includes('&'))
    out = out.replace(ENTITY, found => {
      const name = found.slice(1).replace(/;$/, '').toLowerCase()
      if (!name.startsWith('#')) return NAMED[name] ?? found
      return character(name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)) ?? found
    })
  if (out.includes('\\'))
    out = out.replace(ESCAPE, (found, unicode: string | undefined, hex: string | undefined, octal: string | undefined) => {
      const code = octal === undefined ? Number.parseInt(unicode ?? hex ?? '', 16) : Number.parseInt(octal, 8)
      return character(code) ?? found
    })
  return out
}

function character(code: number): string | undefined {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

/** What a value or a part of it says in Base64, if that is text. Undefined for hexadecimal digits. */
export function base64Text(text: string): string | undefined {
  const found = BASE64.test(text.trim()) ? text.trim() : BASE64_PART.exec(text)?.[1]
  if (found === undefined || /^[0-9a-f]+$/i.test(found) || found.replace(/=+$/, '').length % 4 === 1) return undefined
  const bytes = Buffer.from(found, 'base64')
  const decoded = bytes.toString('latin1')
  return decoded.length >= 8 && /^[\t\n\r\x20-\x7e]+$/.test(decoded) ? decoded : undefined
}

/** UTF-8 with overlong forms, which some servers accept and scanners therefore send; other bytes are read as Latin-1. */
function bytesToText(encoded: string): string {
  const bytes = encoded
    .slice(1)
    .split('%')
    .map(hex => Number.parseInt(hex, 16))
  let out = ''
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at]!
    const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 1
    const rest = bytes.slice(at + 1, at + length)
    const whole = length > 1 && rest.length === length - 1 && rest.every(byte => (byte & 0xc0) === 0x80)
    const code = whole ? rest.reduce((sum, byte) => (sum << 6) | (byte & 0x3f), first & (0xff >> (length + 1))) : first
    out += character(code) ?? '\0'
    at += whole ? length : 1
  }
  return out
}
