// Brings a file to WeCom in pieces (doc 101463) and returns the id it may be sent by; called by WecomChat before a file message.
import { createHash } from 'node:crypto'
import { generateReqId, WsCmd } from '@wecom/aibot-node-sdk'
import { AppError, isAppError } from '../../../core/errors.js'
import type { OutgoingFile } from '../../../core/ports/chat.js'
import { outgoingBytes } from './outgoing-bytes.js'
import type { RobotConnection } from './robot-connection.js'

const pieceBytes = 512 * 1024
/** The service answers "system busy" to many pieces at once. */
const atOnce = 2
const maxMilliseconds = 120_000
const retryAfterSeconds = 30

type Send = (command: string, body: object) => Promise<Readonly<Record<string, unknown>>>

/**
 * The SDK's own `uploadMedia` hides the error code of a refused piece in a sentence and cannot be stopped; its frames are used here instead.
 * As long as this has not returned, nothing has reached the chat: an answer that did not come is no unknown outcome.
 * @throws CHAT_UNREACHABLE, CHAT_REFUSED (TOO_LONG, FILE_INVALID, or WeCom's code), CHAT_BUSY
 */
export async function uploadFile(connection: RobotConnection, chatId: string, file: OutgoingFile): Promise<string> {
  const { name, bytes } = outgoingBytes(file)
  const deadline = AbortSignal.timeout(maxMilliseconds)
  const send: Send = (command, body) => {
    if (deadline.aborted) throw new AppError('CHAT_UNREACHABLE', { robot: connection.robot.name, retryAfterSeconds })
    return connection.command(chatId, client => client.reply({ headers: { req_id: generateReqId(command) } }, body, command))
  }
  try {
    return await upload(send, name, bytes)
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

function id(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 1024) throw new AppError('CHAT_REFUSED', { code: 'UPLOAD_WITHOUT_ID' })
  return value
}
