// The named pieces of text patterns (IP, WORD, DATA …), each a scan forward over the text; used by text-pattern.ts.

export interface Piece {
  /**
   * The index behind what belongs to the piece at `from`, or -1.
   * @param stops texts that may stand behind the piece; empty: the end of the text; undefined: not known
   */
  take(text: string, from: number, stops: readonly string[] | undefined): number
  /** Of bounded length: may be looked for behind a DATA. */
  readonly bounded?: true
  /** Takes anything: ends where a bounded piece behind it first fits. */
  readonly anything?: true
}

/** A run of characters; ends early where the text behind it first stands. */
function run(characters: RegExp, min: number, max: number): Piece {
  const table = new Uint8Array(128)
  for (let code = 0; code < 128; code += 1) table[code] = characters.test(String.fromCharCode(code)) ? 1 : 0
  const others = characters.test('中')
  const accepts = (code: number): boolean => (code < 128 ? table[code] === 1 : others)
  return {
    take(text, from, stops) {
      const limit = Math.min(text.length, from + max)
      // Only a stop that begins with a character of the piece can stand inside it.
      const inside = stops?.filter(stop => stop !== '' && accepts(stop.charCodeAt(0)))
      let at = from
      while (at < limit && accepts(text.charCodeAt(at))) {
        if (inside !== undefined && inside.length > 0 && at - from >= min && inside.some(stop => text.startsWith(stop, at))) break
        at += 1
      }
      return at - from < min ? -1 : at
    },
  }
}

/** Anything up to the nearest of what may follow. */
function anything(min: number): Piece {
  return {
    anything: true,
    take(text, from, stops) {
      if (stops === undefined || stops.length === 0) return text.length - from < min ? -1 : text.length
      let end = -1
      for (const stop of stops) {
        const at = text.indexOf(stop, from + min)
        if (at !== -1 && (end === -1 || at < end)) end = at
      }
      // Something that may be missing follows: then the rest belongs to the piece, and what must follow fails by itself.
      return end === -1 ? text.length : end
    },
  }
}

/** Anything up to the last of what may follow. */
const greedy: Piece = {
  take(text, from, stops) {
    if (stops === undefined || stops.length === 0) return text.length
    let end = -1
    for (const stop of stops) end = Math.max(end, text.lastIndexOf(stop))
    return end < from ? text.length : end
  },
}

/** What a bounded regular expression without nested repetition takes at this place. */
function fixed(expression: RegExp): Piece {
  const sticky = new RegExp(expression.source, expression.flags.includes('i') ? 'iy' : 'y')
  return {
    bounded: true,
    take(text, from) {
      sticky.lastIndex = from
      const match = sticky.exec(text)
      return match === null ? -1 : from + match[0].length
    },
  }
}

/** In quotes or without: the quotes do not belong to the value, so quoted values are taken by DQUOTED or DATA between quotes. */
const quoted: Piece = {
  take: (text, from) => {
    if (text[from] !== '"') return -1
    for (let at = from + 1; at < text.length; at += 1) {
      if (text[at] === '\\') at += 1
      else if (text[at] === '"') return at + 1
    }
    return -1
  },
}

const IPV4 = '(?:\\d{1,3}\\.){3}\\d{1,3}'
const IPV6 = '(?:[0-9A-Fa-f]{0,4}:){2,7}(?:(?:\\d{1,3}\\.){3}\\d{1,3}|[0-9A-Fa-f]{0,4})(?:%[\\w.-]{1,16})?'
const MONTH = '[^\\s\\d,;:|"=/\\[\\]()<>]{2,12}\\.?'
const CLOCK = '\\d{1,2}:\\d{2}:\\d{2}(?:[.,:]\\d{1,9})?'
const ZONE = '(?: ?(?:Z|UTC|GMT|CST|[+-]\\d{2}:?\\d{2}))?'

const pieces: Readonly<Record<string, Piece>> = {
  WORD: run(/\w/, 1, 256),
  NOTSPACE: run(/\S/, 1, 8_192),
  NOTCOMMA: run(/[^,]/, 0, 8_192),
  NOTBRACKET: run(/[^\][]/, 0, 8_192),
  NOTPAREN: run(/[^()]/, 0, 8_192),
  NOTQUOTE: run(/[^"]/, 0, 65_536),
  NOTCOLON: run(/[^:]/, 0, 8_192),
  USER: run(/[^\s,;:'"()[\]]/, 1, 256),
  HOST: run(/[\w.:%-]/, 1, 255),
  IPORHOST: run(/[\w.:%-]/, 1, 255),
  INTERFACE: run(/[^\s,;:()]/, 1, 128),
  URI: run(/[^\s"<>]/, 1, 16_384),
  PATH: run(/[^\s"<>|]/, 1, 8_192),
  HEX: run(/[0-9a-fA-F]/, 1, 128),
  MAC: fixed(/[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{4}(?:[.-][0-9A-Fa-f]{4}){2}/),
  IP: fixed(new RegExp(`${IPV4}|${IPV6}`)),
  INT: fixed(/[+-]?\d{1,20}/),
  POSINT: fixed(/\d{1,20}/),
  PORT: fixed(/\d{1,5}/),
  NUMBER: fixed(/[+-]?\d{1,20}(?:\.\d{1,20})?/),
  UUID: fixed(/[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}/),
  QS: quoted,
  DATA: anything(0),
  SOMEDATA: anything(1),
  GREEDYDATA: greedy,
  REST: { take: text => text.length },
  SPACE: run(/\s/, 0, 1_024),
  TIMESTAMP: fixed(
    new RegExp(
      [
        `\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}[T ,]{1,2}${CLOCK}${ZONE}`,
        `\\d{1,2}/[A-Za-z]{3}/\\d{4}[: ]${CLOCK}${ZONE}`,
        `(?:\\w{3},? )?\\d{1,2} ${MONTH} \\d{4} ${CLOCK}${ZONE}`,
        `(?:\\w{3} )?${MONTH} {1,2}\\d{1,2},?(?: \\d{4})? ${CLOCK}(?: \\d{4})?${ZONE}`,
        `\\d{4}年\\d{1,2}月\\d{1,2}日 ?${CLOCK}`,
        `\\d{1,2}/\\d{1,2}/\\d{4} ${CLOCK}(?: [AP]M)?`,
        '\\d{14}',
        '\\d{10}(?:\\d{3})?(?:\\.\\d{1,9})?',
      ].join('|'),
    ),
  ),
}
const aliases: Readonly<Record<string, string>> = {
  IPV4: 'IP',
  IPV6: 'IP',
  HOSTNAME: 'HOST',
  USERNAME: 'USER',
  QUOTEDSTRING: 'QS',
  TIMESTAMP_ISO8601: 'TIMESTAMP',
  SYSLOGTIMESTAMP: 'TIMESTAMP',
  HTTPDATE: 'TIMESTAMP',
  BASE10NUM: 'NUMBER',
  NONNEGINT: 'POSINT',
  URIPATHPARAM: 'URI',
}

export function pieceOf(name: string): Piece | undefined {
  const own = aliases[name] ?? name
  return Object.hasOwn(pieces, own) ? pieces[own] : undefined
}
export const pieceNames: readonly string[] = [...Object.keys(pieces), ...Object.keys(aliases)]
