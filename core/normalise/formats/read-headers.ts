// CEF and LEEF: header and extension of ArcSight's and QRadar's event formats; used by format-set.ts, once for each line that holds one.

export interface HeaderRead {
  readonly kind: 'cef' | 'leef'
  readonly vendor: string
  readonly product: string
  readonly keys: Record<string, unknown>
}

const MAX_KEYS = 400
const CEF = /(?:^|[\s>:\]])CEF: ?(\d{1,2}(?:\.\d)?)\|/
/** Version, vendor, product, version, id, name, severity of one or two digits or a word. */
const BARE = /^[01]\|(?=[^|]{1,63}\|[^|]{1,63}\|[^|]{0,63}\|[^|]{0,99}\|[^|]{0,255}\|[\w-]{1,9}\|)/
const LEEF = /(?:^|[\s>:\]])LEEF: ?([12](?:\.\d)?)\|/

/** Undefined when the text holds neither. */
export function readHeader(text: string): HeaderRead | undefined {
  if (text.includes('CEF:')) {
    const match = CEF.exec(text)
    if (match !== null) return readCef(text, match.index + match[0].length)
  }
  if (text.includes('LEEF:')) {
    const match = LEEF.exec(text)
    if (match !== null) return readLeef(text, match.index + match[0].length, match[1] ?? '1')
  }
  // A relay that takes `CEF:` for a program's name leaves this over.
  const bare = BARE.exec(text)
  if (bare !== null && text.includes('=', bare[0].length)) return readCef(text, bare[0].length)
  return undefined
}

/** `count` parts up to bars that are not escaped, and where the rest begins. */
function parts(text: string, from: number, count: number): { values: string[]; end: number } | undefined {
  const values: string[] = []
  let begin = from
  for (let at = from; at < text.length && values.length < count; at += 1) {
    const char = text[at]
    if (char === '\\') at += 1
    else if (char === '|') {
      values.push(
        text
          .slice(begin, at)
          .replace(/\\([|\\])/g, '$1')
          .trim(),
      )
      begin = at + 1
    }
  }
  return values.length < count ? undefined : { values, end: begin }
}

function readCef(text: string, from: number): HeaderRead | undefined {
  // Some senders leave the extension and its bar out.
  const header = parts(text, from, 6) ?? parts(`${text}|`, from, 6)
  if (header === undefined) return undefined
  const [vendor = '', product = '', version = '', signature = '', name = '', severity = ''] = header.values
  const keys: Record<string, unknown> = { cefVersion: version, signatureId: signature, name, severity }
  extension(text.slice(header.end), keys)
  // `cs1Label=Policy cs1=default` is `Policy: default`.
  for (const key of Object.keys(keys)) {
    if (!key.endsWith('Label')) continue
    const label = keys[key]
    const value = keys[key.slice(0, -5)]
    if (typeof label === 'string' && label !== '' && value !== undefined && !Object.hasOwn(keys, label) && label !== '__proto__')
      keys[label] = value
  }
  return { kind: 'cef', vendor, product, keys }
}

const CEF_KEY = /[\w.[\]-]{1,64}(?:\s{0,2})=/y

/** A value ends before the last blank-separated word that is followed by an unescaped `=`. */
function extension(text: string, keys: Record<string, unknown>): void {
  let at = 0
  while (at < text.length && (text[at] === ' ' || text[at] === '\t')) at += 1
  for (let count = 0; count < MAX_KEYS && at < text.length; count += 1) {
    CEF_KEY.lastIndex = at
    const match = CEF_KEY.exec(text)
    if (match === null) {
      const blank = text.indexOf(' ', at)
      if (blank === -1) return
      at = blank + 1
      continue
    }
    const key = match[0].slice(0, -1).trim()
    const from = at + match[0].length
    let end = text.length
    for (let blank = nextBlank(text, from); blank !== -1; blank = nextBlank(text, blank + 1)) {
      CEF_KEY.lastIndex = blank + 1
      if (CEF_KEY.test(text)) {
        end = blank
        break
      }
    }
    if (!Object.hasOwn(keys, key) && key !== '__proto__') {
      const value = text.slice(from, end).trim()
      keys[key] = value.includes('\\')
        ? value.replace(/\\([=\\|nr])/g, (_, char: string) => (char === 'n' || char === 'r' ? ' ' : char))
        : value
    }
    at = end + 1
  }
}

function nextBlank(text: string, from: number): number {
  const blank = text.indexOf(' ', from)
  const tab = text.indexOf('\t', from)
  return blank === -1 ? tab : tab === -1 ? blank : Math.min(blank, tab)
}

function readLeef(text: string, from: number, version: string): HeaderRead | undefined {
  const header = parts(text, from, 4) ?? parts(`${text}|`, from, 4)
  if (header === undefined) return undefined
  const [vendor = '', product = '', productVersion = '', id = ''] = header.values
  let rest = text.slice(header.end)
  let separator = '\t'
  const own = version.startsWith('2') ? /^([^|=]{0,6})\|/.exec(rest) : null
  if (own !== null) {
    rest = rest.slice(own[0].length)
    separator = leefSeparator(own[1] ?? '')
  }
  const keys: Record<string, unknown> = { leefVersion: productVersion, signatureId: id }
  // Relays turn tabs into blanks or `#011`; then the pairs are told by their keys.
  const given = rest.includes(separator)
    ? separator
    : rest.includes('#011')
      ? '#011'
      : rest.includes('^') && !rest.includes('\t')
        ? '^'
        : undefined
  if (given === undefined) extension(rest, keys)
  else {
    for (const pair of rest.split(given, MAX_KEYS)) {
      const equals = pair.indexOf('=')
      if (equals < 1 || equals > 64) continue
      const key = pair.slice(0, equals).trim()
      if (!Object.hasOwn(keys, key) && key !== '__proto__') keys[key] = pair.slice(equals + 1).trim()
    }
  }
  return { kind: 'leef', vendor, product, keys }
}

function leefSeparator(text: string): string {
  const hex = /^(?:0x|x)([0-9a-fA-F]{2,4})$/i.exec(text)
  if (hex !== null) return String.fromCharCode(parseInt(hex[1]!, 16))
  return text === '' ? '\t' : text[0]!
}
