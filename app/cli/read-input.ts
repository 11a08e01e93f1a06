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

/** Lines one by one, UTF-8 or GB 18030 each by itself; memory does not grow with the file, what is longer than 16 MiB is cut. @throws NOT_FOUND */
export async function* readLines(file: string): AsyncGenerator<string> {
  if (file !== '-') await stat(file).catch((cause: unknown) => Promise.reject(new AppError('NOT_FOUND', { what: file }, { cause })))
  const input = file === '-' ? process.stdin : createReadStream(file)
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of input as AsyncIterable<Buffer | string>) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    let from = 0
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
      yield lineText(Buffer.concat([rest, bytes.subarray(from, end)]))
      rest = Buffer.alloc(0)
      from = end + 1
    }
    // Beyond the limit a line is read over.
    if (rest.length < MAX_LINE) rest = Buffer.concat([rest, bytes.subarray(from)])
  }
  if (rest.length > 0) yield lineText(rest)
}

function lineText(bytes: Buffer): string {
  const line = bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes
  return isUtf8(line) ? line.toString('utf8') : messageText(line.subarray(0, MAX_MESSAGE_BYTES)).text
}
