// Reads the structured data of an RFC 5424 message (section 6.3); called by the envelope reader only.

export type StructuredData = Readonly<Record<string, Readonly<Record<string, string>>>>

export interface StructuredDataEnd {
  readonly data: StructuredData
  /** Index of the first character after it. */
  readonly end: number
}

const MAX_ELEMENTS = 32
const MAX_PARAMETERS = 128
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])
const NAME = /[^\s=\]"]{1,64}/y

/** Undefined when there is none at `start`; elements and parameters over the limits are read over. */
export function readStructuredData(text: string, start: number): StructuredDataEnd | undefined {
  const data: Record<string, Record<string, string>> = {}
  if (text[start] === '-') return { data, end: start + 1 }
  let at = start
  let elements = 0
  while (text[at] === '[') {
    const id = nameAt(text, at + 1)
    if (id === undefined) return undefined
    at += 1 + id.length
    const parameters: Record<string, string> = {}
    let count = 0
    while (text[at] === ' ') {
      while (text[at] === ' ') at += 1
      if (text[at] === ']') break
      const name = nameAt(text, at)
      if (name === undefined || text.startsWith('="', at + name.length) === false) return undefined
      const value = quotedAt(text, at + name.length + 2)
      if (value === undefined) return undefined
      at = value.end
      count += 1
      if (count <= MAX_PARAMETERS && !FORBIDDEN.has(name)) parameters[name] = value.text
    }
    if (text[at] !== ']') return undefined
    at += 1
    elements += 1
    if (elements <= MAX_ELEMENTS && !FORBIDDEN.has(id)) data[id] = parameters
  }
  return elements === 0 ? undefined : { data, end: at }
}

function nameAt(text: string, at: number): string | undefined {
  NAME.lastIndex = at
  return NAME.exec(text)?.[0]
}

/** A value up to its closing quote; `\"`, `\\` and `\]` are escapes, any other backslash is itself. */
function quotedAt(text: string, start: number): { text: string; end: number } | undefined {
  let out = ''
  let from = start
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') return { text: out + text.slice(from, at), end: at + 1 }
    if (character === '\\') {
      const next = text[at + 1]
      if (next === '"' || next === '\\' || next === ']') {
        out += text.slice(from, at)
        from = at + 1
        at += 1
      }
    }
  }
  return undefined
}
