// Text of a file, or of stdin for `-`, within a limit; and its lines, streamed.
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
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

/** Lines one by one; memory does not grow with the file. @throws NOT_FOUND */
export async function* readLines(file: string): AsyncGenerator<string> {
  if (file !== '-') await stat(file).catch((cause: unknown) => Promise.reject(new AppError('NOT_FOUND', { what: file }, { cause })))
  const input = file === '-' ? process.stdin : createReadStream(file)
  for await (const line of createInterface({ input, crlfDelay: Infinity })) yield line
}
