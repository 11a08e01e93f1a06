// CSV and XML of format files; used by compile-steps.ts.

/** Fields of one CSV line; quotes as RFC 4180, a broken quote belongs to its field. */
export function splitColumns(text: string, separator: string, max: number): string[] {
  if (!text.includes('"')) return text.split(separator, max).map(part => part.trim())
  const out: string[] = []
  let at = 0
  while (out.length < max && at <= text.length) {
    let from = at
    while (text[from] === ' ') from += 1
    if (text[from] === '"') {
      let close = from + 1
      for (;;) {
        close = text.indexOf('"', close)
        if (close === -1 || text[close + 1] !== '"') break
        close += 2
      }
      const next =
        close === -1
          ? -1
          : text.startsWith(separator, close + 1) || close + 1 >= text.length
            ? close + 1
            : text.indexOf(separator, close + 1)
      if (close !== -1 && next !== -1) {
        out.push(text.slice(from + 1, close).replaceAll('""', '"'))
        at = next + separator.length
        continue
      }
    }
    const end = text.indexOf(separator, at)
    if (end === -1) {
      out.push(text.slice(at).trim())
      break
    }
    out.push(text.slice(at, end).trim())
    at = end + separator.length
  }
  return out
}

const TAG = /<(\/?)([\w:.-]{1,64})((?:\s{1,16}[\w:.-]{1,64}\s{0,4}=\s{0,4}(?:"[^"]{0,8192}"|'[^']{0,8192}')){0,40})\s{0,16}(\/?)>/g
const ATTRIBUTE = /([\w:.-]{1,64})\s{0,4}=\s{0,4}(?:"([^"]*)"|'([^']*)')/g
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
const MAX_TAGS = 500

/**
 * Elements and attributes as flat keys: `<a b="1"><c>2</c><Data Name="d">3</Data></a>` is `a.b`, `c`, and `d`. No document types, no
 * entities but the five; counts what it found.
 */
export function readXml(text: string, into: Record<string, unknown>): number {
  let count = 0
  let open = ''
  let name: string | undefined
  let from = -1
  TAG.lastIndex = text.indexOf('<')
  if (TAG.lastIndex < 0) return 0
  for (let match = TAG.exec(text); match !== null && count < MAX_TAGS; match = TAG.exec(text)) {
    const [whole, slash, tag, attributes, empty] = match
    const local = (tag ?? '').replace(/^.*:/, '')
    if (slash === '/') {
      if (open === local && from !== -1) put(name ?? local, text.slice(from, match.index))
      open = ''
      from = -1
      continue
    }
    name = undefined
    for (const [, key = '', double, single] of (attributes ?? '').matchAll(ATTRIBUTE)) {
      const value = double ?? single ?? ''
      if (key === 'Name' && local === 'Data') name = value
      else put(`${local}.${key}`, value)
    }
    count += 1
    open = empty === '/' ? '' : local
    from = empty === '/' ? -1 : match.index + whole.length
  }
  return count

  function put(key: string, raw: string): void {
    const value = raw.replace(/&(lt|gt|quot|apos|amp|#\d{1,6}|#x[0-9a-fA-F]{1,5});/g, (all, entity: string) =>
      entity.startsWith('#') ? character(entity, all) : (ENTITIES[entity] ?? all),
    )
    if (!Object.hasOwn(into, key) && key !== '__proto__') into[key] = value.trim()
  }
}

function character(entity: string, otherwise: string): string {
  const code = entity[1] === 'x' ? parseInt(entity.slice(2), 16) : Number(entity.slice(1))
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : otherwise
}
