// CPE names (NISTIR 7695, 7696): parsed from the 2.3 formatted string and the 2.2 URI, and compared attribute by attribute.
export const ANY = '*'
export const NA = '-'

export interface Cpe {
  readonly part: string
  readonly vendor: string
  readonly product: string
  readonly version: string
  readonly update: string
  readonly edition: string
  readonly language: string
  readonly swEdition: string
  readonly targetSw: string
  readonly targetHw: string
  readonly other: string
}

const names = [
  'part',
  'vendor',
  'product',
  'version',
  'update',
  'edition',
  'language',
  'swEdition',
  'targetSw',
  'targetHw',
  'other',
] as const

/** Undefined when it is no CPE name. Values keep the escapes of the formatted string, in lower case. */
export function parseCpe(text: string): Cpe | undefined {
  const name = text.trim().slice(0, 2000)
  if (/^cpe:2\.3:/i.test(name)) return fromParts(splitUnescaped(name.slice('cpe:2.3:'.length)))
  if (/^cpe:\//i.test(name)) return fromUri(name.slice('cpe:/'.length))
  return undefined
}

function fromParts(parts: readonly string[]): Cpe | undefined {
  if (parts.length < 3 || parts.length > 11 || !/^[aoh*-]$/i.test(parts[0] ?? '')) return undefined
  return Object.fromEntries(names.map((name, index) => [name, normal(parts[index] ?? ANY)])) as unknown as Cpe
}

const normal = (value: string): string => (value === '' ? ANY : value.toLowerCase())

function splitUnescaped(text: string): string[] {
  const parts: string[] = []
  let current = ''
  for (let at = 0; at < text.length; at++) {
    const c = text[at] ?? ''
    if (c === '\\') current += c + (text[++at] ?? '')
    else if (c === ':') {
      parts.push(current)
      current = ''
    } else current += c
  }
  return [...parts, current]
}

/** `a:vendor:product:version:update:edition:language`, percent-encoded; the edition may pack five attributes with `~`. */
function fromUri(text: string): Cpe | undefined {
  const parts = text.split(':').map(decodeUri)
  const packed = (text.split(':')[5] ?? '').startsWith('~') ? (text.split(':')[5] ?? '').split('~').slice(1).map(decodeUri) : undefined
  const [part = '', vendor = '', product = '', version = '', update = '', edition = '', language = ''] = parts
  return packed
    ? fromParts([
        part,
        vendor,
        product,
        version,
        update,
        packed[0] ?? '',
        language,
        packed[1] ?? '',
        packed[2] ?? '',
        packed[3] ?? '',
        packed[4] ?? '',
      ])
    : fromParts([part, vendor, product, version, update, edition, language])
}

function decodeUri(value: string): string {
  if (value === '' || value === NA) return value
  const plain = value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => {
    const code = hex.toLowerCase()
    // %01 and %02 stand for the patterns ? and *.
    return code === '01' ? '\u0001' : code === '02' ? '\u0002' : String.fromCharCode(parseInt(code, 16))
  })
  return plain
    .replace(/[^\w\u0001\u0002]/g, c => `\\${c}`)
    .replaceAll('\u0001', '?')
    .replaceAll('\u0002', '*')
}

/** The value without escapes, as versions are compared. */
export function unescaped(value: string): string {
  return value.replace(/\\(.)/g, '$1')
}

/** `unknown`: the asset's value is not known, so it may be. */
export type Relation = 'match' | 'unknown' | 'disjoint'

/** One attribute of a criterion against one of an asset (scanners.md 4). */
export function compareAttribute(criterion: string, asset: string): Relation {
  const wanted = criterion.toLowerCase()
  const given = asset.toLowerCase()
  if (wanted === ANY) return 'match'
  if (given === ANY) return wanted === NA ? 'match' : 'unknown'
  if (wanted === NA || given === NA) return wanted === given ? 'match' : 'disjoint'
  if (unescaped(wanted) === unescaped(given)) return 'match'
  return matchesPattern(wanted, given) ? 'match' : 'disjoint'
}

/** Unescaped `*` at the ends is any text, unescaped `?` one character (none, several in a row at the ends). Linear for these forms. */
function matchesPattern(pattern: string, value: string): boolean {
  const found = /^(\*|\?+)?(.*?)(\*|\?+)?$/s.exec(pattern)
  let lead = found?.[1] ?? ''
  let body = found?.[2] ?? ''
  let tail = found?.[3] ?? ''
  // An escaped sign at the end is no pattern.
  if (tail !== '' && /(?:^|[^\\])(?:\\\\)*\\$/.test(body)) {
    body += tail
    tail = ''
  }
  if (lead === '' && tail === '') return false
  const text = unescaped(body)
  const whole = unescaped(value)
  if (lead === '*' && tail === '*') return whole.includes(text)
  if (lead === '*') return tail === '' ? whole.endsWith(text) : within(whole, text, Infinity, tail.length)
  if (tail === '*') return lead === '' ? whole.startsWith(text) : within(whole, text, lead.length, Infinity)
  lead ||= ''
  return within(whole, text, lead.length, tail.length)
}

function within(whole: string, text: string, before: number, after: number): boolean {
  for (let at = whole.indexOf(text); at !== -1; at = whole.indexOf(text, at + 1))
    if (at <= before && whole.length - at - text.length <= after) return true
  return false
}

/** Whole names: the worst relation of all attributes. */
export function compareCpe(criterion: Cpe, asset: Cpe): Relation {
  let result: Relation = 'match'
  for (const name of names) {
    const relation = compareAttribute(criterion[name], asset[name])
    if (relation === 'disjoint') return 'disjoint'
    if (relation === 'unknown') result = 'unknown'
  }
  return result
}
