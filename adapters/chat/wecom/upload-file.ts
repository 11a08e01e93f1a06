// Brings a file to WeCom in pieces (doc 101463) and returns the id it may be sent by; called by WecomChat before a file message.
import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import { generateReqId, WsCmd } from '@wecom/aibot-node-sdk'
import { AppError, isAppError } from '../../../core/errors.js'
import type { OutgoingFile } from '../../../core/ports/chat.js'
import { cleanText } from './clean-text.js'
import { tooLong } from './error-classes.js'
import type { RobotConnection } from './robot-connection.js'

const maxFileBytes = 20 * 1024 * 1024
const pieceBytes = 512 * 1024
/** The service answers "system busy" to many pieces at once. */
const atOnce = 2
const maxMilliseconds = 120_000
/** Bytes of UTF-8; leaves room below the 256 that were seen to be taken. */
const maxNameBytes = 200
const retryAfterSeconds = 30

type Send = (command: string, body: object) => Promise<Readonly<Record<string, unknown>>>

/**
 * The SDK's own `uploadMedia` hides the error code of a refused piece in a sentence and cannot be stopped; its frames are used here instead.
 * As long as this has not returned, nothing has reached the chat: an answer that did not come is no unknown outcome.
 * @throws CHAT_UNREACHABLE, CHAT_REFUSED (TOO_LONG, FILE_INVALID, or WeCom's code), CHAT_BUSY
 */
export async function uploadFile(connection: RobotConnection, chatId: string, file: OutgoingFile): Promise<string> {
  const bytes = decode(file.base64)
  const deadline = AbortSignal.timeout(maxMilliseconds)
  const send: Send = (command, body) => {
    if (deadline.aborted) throw new AppError('CHAT_UNREACHABLE', { robot: connection.robot.name, retryAfterSeconds })
    return connection.command(chatId, client => client.reply({ headers: { req_id: generateReqId(command) } }, body, command))
  }
  try {
    return await upload(send, fileName(file.name), bytes)
  } catch (error) {
    if (!isAppError(error, 'CHAT_OUTCOME_UNKNOWN')) throw error
    throw new AppError('CHAT_UNREACHABLE', { robot: connection.robot.name, retryAfterSeconds }, { cause: error })
  }
}

async function upload(send: Send, filename: string, bytes: Buffer): Promise<string> {
  const pieces = Math.ceil(bytes.length / pieceBytes)
  const started = await send(WsCmd.UPLOAD_MEDIA_INIT, {
    type: 'file',
    filename,
    total_size: bytes.length,
    total_chunks: pieces,
    md5: createHash('md5').update(bytes).digest('hex'),
  })
  const uploadId = id(started['upload_id'])
  for (let first = 0; first < pieces; first += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, pieces - first) }, (_, i) => first + i)
    await Promise.all(
      some.map(index => {
        const piece = bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes)
        return twice(() =>
          send(WsCmd.UPLOAD_MEDIA_CHUNK, { upload_id: uploadId, chunk_index: index, base64_data: piece.toString('base64') }),
        )
      }),
    )
  }
  const finished = await send(WsCmd.UPLOAD_MEDIA_FINISH, { upload_id: uploadId })
  return id(finished['media_id'])
}

/** The same piece may come twice, so one lost answer does not cost the whole file. */
async function twice<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (!isAppError(error, 'CHAT_OUTCOME_UNKNOWN')) throw error
    return call()
  }
}

/** Node skips what is not base64, which shows in the length. */
function decode(base64: string): Buffer {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  const length = (base64.length / 4) * 3 - padding
  if (length > maxFileBytes) throw tooLong(Math.ceil(length), maxFileBytes)
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== length) throw new AppError('CHAT_REFUSED', { code: 'FILE_INVALID' })
  return bytes
}

/** One name without a path, short enough, with its ending: that is what opens the file on a phone. */
function fileName(name: string): string {
  const flat = cleanText(name).replace(/[/\\\n\t]/g, '_')
  if (Buffer.byteLength(flat) <= maxNameBytes) return flat === '' ? 'file' : flat
  const ending = Buffer.byteLength(extname(flat)) <= 20 ? extname(flat) : ''
  let stem = Array.from(flat.slice(0, maxNameBytes))
  while (Buffer.byteLength(stem.join('') + ending) > maxNameBytes) stem = stem.slice(0, -1)
  return cleanText(stem.join('')) + ending
}

function id(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 1024) throw new AppError('CHAT_REFUSED', { code: 'UPLOAD_WITHOUT_ID' })
  return value
}
