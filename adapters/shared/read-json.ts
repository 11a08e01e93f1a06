// JSON of scanners: whole documents within a size, and streams of objects (lines, one after another, or one array) with bounded memory.
import { ScanProblem } from './scan-problem.js'
import { lineBreaks } from './decode-text.js'

/** Characters of a document that has to be held as a whole. */
const MAX_DOCUMENT = 128 * 1024 * 1024
const MAX_ITEM = 16 * 1024 * 1024
const MAX_DEPTH = 200

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

export interface JsonItem {
  readonly value: Json
  readonly line: number
}

/** @throws ScanProblem with the line at which it breaks off or is wrong */
export async function jsonDocument(pieces: AsyncIterable<string>, repair: (text: string) => string = text => text): Promise<Json> {
  let text = ''
  for await (const piece of pieces) {
    text += piece
    if (text.length > MAX_DOCUMENT) throw new ScanProblem(`JSON 文件超过 ${MAX_DOCUMENT} 个字符`, 1)
  }
  return parseJson(repair(text.startsWith('\ufeff') ? text.slice(1) : text), 1)
}

/** The objects of a stream: NDJSON, objects one after another with or without commas, or the elements of one top-level array. */
export async function* jsonItems(pieces: AsyncIterable<string>): AsyncGenerator<JsonItem> {
  let buffer = ''
  let line = 1
  let itemLine = 1
  let depth = 0
  let inArray: boolean | undefined
  let inString = false
  let escaped = false
  let start = -1
  let at = 0
  let closed = false
  for await (const piece of pieces) {
    buffer += piece
    for (; at < buffer.length; at++) {
      const c = buffer.charCodeAt(at)
      if (c === 10) line++
      if (inString) {
        if (escaped) escaped = false
        else if (c === 92) escaped = true
        else if (c === 34) inString = false
        continue
      }
      if (c === 34) {
        if (start === -1) throw new ScanProblem('JSON 里应当是对象，却出现了文字', line)
        inString = true
      } else if (c === 123 || c === 91) {
        if (start === -1 && c === 91 && inArray === undefined && depth === 0) {
          inArray = true
          continue
        }
        inArray ??= false
        if (closed) throw new ScanProblem('JSON 数组结束之后还有内容', line)
        if (start === -1) {
          start = at
          itemLine = line
        }
        if (++depth > MAX_DEPTH) throw new ScanProblem(`JSON 嵌套超过 ${MAX_DEPTH} 层`, line)
      } else if (c === 125 || c === 93) {
        if (start === -1) {
          if (c === 93 && inArray === true && !closed) closed = true
          else throw new ScanProblem('JSON 的括号不成对', line)
          continue
        }
        if (--depth === 0) {
          yield { value: parseJson(buffer.slice(start, at + 1), itemLine), line: itemLine }
          buffer = buffer.slice(at + 1)
          at = -1
          start = -1
        }
      } else if (start === -1 && !(c === 44 || c === 32 || c === 9 || c === 10 || c === 13 || c === 0xfeff)) {
        throw new ScanProblem('不是 JSON', line)
      }
    }
    if (start === -1) {
      buffer = ''
      at = 0
    } else if (buffer.length - start > MAX_ITEM) throw new ScanProblem(`一条 JSON 记录超过 ${MAX_ITEM} 个字符`, itemLine)
  }
  if (start !== -1) throw new ScanProblem('最后一条 JSON 记录不完整，文件可能被截断', itemLine)
  if (inArray === true && !closed) throw new ScanProblem('JSON 数组没有结束，文件可能被截断', line)
}

function parseJson(text: string, firstLine: number): Json {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    const position = Number(
      /position (\d+)/.exec((error as Error).message)?.[1] ?? (/Unexpected end/.test((error as Error).message) ? text.length : 0),
    )
    const broken = position >= text.trimEnd().length
    throw new ScanProblem(broken ? 'JSON 不完整，文件可能被截断' : 'JSON 写法不对', firstLine + lineBreaks(text.slice(0, position)))
  }
}

export function object(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}

export function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}

/** Text of a string, number or boolean; `''` for everything else. */
export function str(value: Json | undefined): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** A list of texts from a list, or from one text. */
export function texts(value: Json | undefined): string[] {
  return (Array.isArray(value) ? (value as readonly Json[]) : value === undefined || value === null ? [] : [value])
    .map(str)
    .filter(text => text !== '')
}

export function number(value: Json | undefined): number | null {
  const result = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN
  return Number.isFinite(result) ? result : null
}

/** Value along keys separated by `.`. */
export function at(value: Json | undefined, path: string): Json | undefined {
  let current: Json | undefined = value
  for (const key of path.split('.')) current = object(current)[key]
  return current
}

/**
 * Members of a large document one by one: the elements of the top-level array `key`, or, without a key, every member of the top-level object.
 * Everything else of the document is passed over without being held.
 */
export async function* jsonMembers(
  pieces: AsyncIterable<string>,
  key?: string,
): AsyncGenerator<{ readonly key: string; readonly value: Json; readonly line: number }> {
  const wantedDepth = key === undefined ? 1 : 2
  let buffer = ''
  let at = 0
  let start = -1
  let startLine = 1
  let line = 1
  let depth = 0
  let inString = false
  let escaped = false
  let stringStart = -1
  let lastString = ''
  let member = ''
  let done = false
  for await (const piece of pieces) {
    buffer += piece
    for (; at < buffer.length; at++) {
      const c = buffer.charCodeAt(at)
      if (c === 10) line++
      if (inString) {
        if (escaped) escaped = false
        else if (c === 92) escaped = true
        else if (c === 34) {
          inString = false
          if (stringStart !== -1) lastString = buffer.slice(stringStart + 1, at)
          stringStart = -1
        }
      } else if (c === 34) {
        inString = true
        if (depth === 1) stringStart = at
      } else if (c === 58 && depth === 1) member = lastString
      else if (c === 123 || c === 91) {
        if (depth >= MAX_DEPTH) throw new ScanProblem(`JSON 嵌套超过 ${MAX_DEPTH} 层`, line)
        if (depth === 0 && (c !== 123 || done)) throw new ScanProblem('JSON 最外层应当是一个对象', line)
        if (depth === wantedDepth && start === -1 && (key === undefined || member === key)) {
          start = at
          startLine = line
        }
        depth++
      } else if (c === 125 || c === 93) {
        if (--depth < 0) throw new ScanProblem('JSON 的括号不成对', line)
        if (depth === 0) done = true
        if (depth === wantedDepth && start !== -1) {
          yield { key: member, value: parseJson(buffer.slice(start, at + 1), startLine), line: startLine }
          start = -1
        }
      } else if (depth === 0 && c > 32 && c !== 0xfeff) throw new ScanProblem('不是 JSON 对象', line)
    }
    const keep = start !== -1 ? start : stringStart
    if (start !== -1 && buffer.length - start > MAX_ITEM) throw new ScanProblem(`一条 JSON 记录超过 ${MAX_ITEM} 个字符`, startLine)
    if (keep === -1) {
      buffer = ''
      at = 0
    } else {
      buffer = buffer.slice(keep)
      at -= keep
      if (start !== -1) start = 0
      if (stringStart !== -1) stringStart -= keep
    }
  }
  if (!done || inString) throw new ScanProblem('JSON 不完整，文件可能被截断', line)
}
