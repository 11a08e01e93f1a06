// Text of a file, or of stdin for `-`, within a limit; and its lines, streamed.
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { AppError } from '../../core/errors.js'

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

/** Longer lines come as empty ones: nothing we read is that long. */
const MAX_LINE = 16 * 1024 * 1024

/** Lines one by one; memory does not grow with the file. A last line that is empty is none. @throws NOT_FOUND */
export async function* readLines(file: string): AsyncGenerator<string> {
  for await (const lines of readLineBatches(file)) yield* lines
}

/** The same in batches, which is several times faster for many short lines. @throws NOT_FOUND */
export async function* readLineBatches(file: string): AsyncGenerator<string[]> {
  if (file !== '-') await stat(file).catch((cause: unknown) => Promise.reject(new AppError('NOT_FOUND', { what: file }, { cause })))
  const input = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1024 * 1024 })
  input.setEncoding('utf8')
  let rest = ''
  let skipping = false
  for await (const chunk of input) {
    const lines = (rest + (chunk as string)).split('\n')
    rest = lines.pop()!
    if (skipping && lines.length > 0) {
      lines[0] = ''
      skipping = false
    }
    if (skipping || rest.length > MAX_LINE) {
      rest = ''
      skipping = true
    }
    if (lines.length > 0) yield lines.map(withoutReturn)
  }
  if (rest !== '' || skipping) yield [withoutReturn(rest)]
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
