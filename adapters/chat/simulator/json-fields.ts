// Reads hostile JSON into plain objects with bounded depth; used for frames, webhook bodies and cards.
import { WecomRefusal } from './wecom-refusal.js'

export type Fields = Readonly<Record<string, unknown>>

const maxDepth = 32

/** Parses one JSON object. @throws WecomRefusal 40035 when it is no object, or nested deeper than 32 */
export function parseObject(text: string): Fields {
  if (!isShallow(text)) throw new WecomRefusal(40035, 'invalid parameter, nested too deeply. Warning: wrong json format. ')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const fields = asFields(value)
  if (!fields) throw new WecomRefusal(40035, 'invalid parameter. Warning: wrong json format. ')
  return fields
}

/** Counted before parsing, so that nothing later has to fear recursion. */
function isShallow(text: string): boolean {
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (quoted) {
      if (code === 0x5c) i++
      else if (code === 0x22) quoted = false
    } else if (code === 0x22) quoted = true
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return false
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return true
}

export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

/** A string that is not empty. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}

/** A required string. @throws WecomRefusal 40058 when missing or above `maxBytes` of UTF-8 */
export function requireText(fields: Fields, name: string, path: string, maxBytes: number): string {
  const value = asText(fields[name])
  if (value === undefined) throw new WecomRefusal(40058, `${path} missing or invalid`)
  if (byteLength(value) > maxBytes) throw new WecomRefusal(40058, `${path} exceed max length ${maxBytes}`)
  return value
}

/** A required object. @throws WecomRefusal 40058 */
export function requireFields(fields: Fields, name: string, path: string): Fields {
  const value = asFields(fields[name])
  if (!value) throw new WecomRefusal(40058, `${path} missing or invalid`)
  return value
}

/** A required whole number. @throws WecomRefusal 40058 */
export function requireInteger(fields: Fields, name: string, path: string, min: number, max: number): number {
  const value = fields[name]
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new WecomRefusal(40058, `${path} missing or invalid`)
  }
  return value
}

/** Strict base64: what Node would quietly skip is refused. Undefined when it is not base64. */
export function decodeBase64(text: string): Buffer | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return Buffer.from(text, 'base64')
}
