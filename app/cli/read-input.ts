// Text of a file, or of stdin for `-`, within a limit; and its lines, streamed.
import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { MAX_MESSAGE_BYTES, messageText } from '../../adapters/shared/message-text.js'
import { AppError } from '../../core/errors.js'

const NEWLINE = 0x0a
/** Events of `detect` may be longer than a log line. */
const MAX_LINE = 16 * 1024 * 1024

/** @throws NOT_FOUND, REQUEST_INVALID when it is larger than `limit` bytes */
export async function readText(file: string, limit: number): Promise<string> {
  try {
    if ((await stat(file)).size > limit) throw new AppError('REQUEST_INVALID', { problem: `${file} 超过 ${limit} 字节` })
    return await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('NOT_FOUND', { what: file }, { cause })
  }
}

/** Lines one by one; memory does not grow with the file. A last line that is empty is none. @throws NOT_FOUND */
export async function* readLines(file: string): AsyncGenerator<string> {
  for await (const lines of readLineBatches(file)) yield* lines
}

/**
 * The same in batches, which is several times faster for many short lines. Lines are UTF-8 or GB 18030, each by itself; one of more than
 * 16 MiB comes as an empty one. @throws NOT_FOUND
 */
export async function* readLineBatches(file: string): AsyncGenerator<string[]> {
  if (file !== '-') await stat(file).catch((cause: unknown) => Promise.reject(new AppError('NOT_FOUND', { what: file }, { cause })))
  const input = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1024 * 1024 })
  let rest: Buffer = Buffer.alloc(0)
  let skipping = false
  for await (const chunk of input as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.concat([rest, typeof chunk === 'string' ? Buffer.from(chunk) : chunk])
    const end = bytes.lastIndexOf(NEWLINE)
    rest = bytes.subarray(end + 1)
    if (end !== -1) {
      const lines = textLines(bytes.subarray(0, end))
      if (skipping) lines[0] = ''
      skipping = false
      yield lines
    }
    if (rest.length > MAX_LINE) skipping = true
    if (skipping) rest = Buffer.alloc(0)
  }
  if (rest.length > 0 || skipping) yield [skipping ? '' : lineText(rest)]
}

function textLines(bytes: Buffer): string[] {
  if (isUtf8(bytes)) return bytes.toString('utf8').split('\n').map(withoutReturn)
  const lines: string[] = []
  let from = 0
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
    lines.push(lineText(bytes.subarray(from, end)))
    from = end + 1
  }
  lines.push(lineText(bytes.subarray(from)))
  return lines
}

function lineText(bytes: Buffer): string {
  return withoutReturn(isUtf8(bytes) ? bytes.toString('utf8') : messageText(bytes.subarray(0, MAX_MESSAGE_BYTES)).text)
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
