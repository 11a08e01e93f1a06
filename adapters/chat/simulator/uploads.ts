// The three upload commands of the long connection: announce a file, bring its pieces in any order, have them joined and checked.
import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../../core/ports/clock.js'
import { decodeBase64, type Fields, requireInteger, requireText } from './json-fields.js'
import { asMediaType, checkMediaKind, checkMediaSize, type Media, type MediaShelf, type MediaType } from './media-shelf.js'
import type { Quota } from './quota.js'
import { WecomRefusal } from './wecom-refusal.js'

interface Upload {
  readonly botId: string
  readonly type: MediaType
  readonly filename: string
  readonly totalSize: number
  readonly totalChunks: number
  readonly md5?: string
  readonly startedAt: number
  readonly chunks: Map<number, Buffer>
}

const chunkBytes = 512 * 1024
const lifetimeMilliseconds = 30 * 60_000
const maxWaitingBytes = 64 * 1024 * 1024
const maxWaiting = 500

export class Uploads {
  private readonly waiting = new Map<string, Upload>()

  constructor(
    private readonly clock: Clock,
    private readonly shelf: MediaShelf,
    private readonly quota: Quota,
  ) {}

  /** @throws WecomRefusal 40004, 40006, 45001, 40058, 45009 */
  init(botId: string, body: Fields): { upload_id: string } {
    const type = asMediaType(body['type'])
    if (!type) throw new WecomRefusal(40004, 'invalid media type')
    const filename = requireText(body, 'filename', 'body.filename', 256)
    const totalSize = requireInteger(body, 'total_size', 'body.total_size', 0, Number.MAX_SAFE_INTEGER)
    checkMediaSize(type, totalSize)
    const totalChunks = requireInteger(body, 'total_chunks', 'body.total_chunks', 1, 100)
    if (totalSize > totalChunks * chunkBytes || totalChunks > totalSize) {
      throw new WecomRefusal(40058, 'body.total_chunks does not fit body.total_size')
    }
    const md5 = body['md5']
    if (md5 !== undefined && (typeof md5 !== 'string' || !/^[0-9a-fA-F]{32}$/.test(md5))) {
      throw new WecomRefusal(40058, 'body.md5 invalid')
    }
    this.quota.check(botId)
    this.quota.take(botId)

    const id = randomBytes(24).toString('base64url')
    const upload = { botId, type, filename, totalSize, totalChunks, startedAt: this.clock.now(), chunks: new Map<number, Buffer>() }
    this.waiting.set(id, md5 === undefined ? upload : { ...upload, md5: md5.toLowerCase() })
    this.makeRoom()
    return { upload_id: id }
  }

  /** The same piece may come twice. @throws WecomRefusal 40058 */
  chunk(botId: string, body: Fields): void {
    const { upload } = this.find(botId, body)
    const index = requireInteger(body, 'chunk_index', 'body.chunk_index', 0, upload.totalChunks - 1)
    const bytes = decodeBase64(requireText(body, 'base64_data', 'body.base64_data', 4 * Math.ceil(chunkBytes / 3)))
    if (!bytes || bytes.length === 0 || bytes.length > chunkBytes) throw new WecomRefusal(40058, 'body.base64_data invalid')
    upload.chunks.set(index, bytes)
    this.makeRoom()
  }

  /** @throws WecomRefusal 40058 (a piece is missing), 40006 (size), 301019 (md5), 40005 (not the announced kind) */
  finish(botId: string, body: Fields): Media {
    const { id, upload } = this.find(botId, body)
    if (upload.chunks.size !== upload.totalChunks) throw new WecomRefusal(40058, 'chunk missing')
    const bytes = Buffer.concat([...upload.chunks].sort(([a], [b]) => a - b).map(([, chunk]) => chunk))
    if (bytes.length !== upload.totalSize) throw new WecomRefusal(40006, 'invalid file size')
    if (upload.md5 !== undefined && createHash('md5').update(bytes).digest('hex') !== upload.md5) {
      throw new WecomRefusal(301019, 'file md5 not match')
    }
    checkMediaKind(upload.type, bytes)
    this.waiting.delete(id)
    return this.shelf.put(`robot:${botId}`, upload.type, upload.filename, bytes)
  }

  private find(botId: string, body: Fields): { id: string; upload: Upload } {
    const id = requireText(body, 'upload_id', 'body.upload_id', 128)
    const upload = this.waiting.get(id)
    if (upload?.botId !== botId || this.clock.now() - upload.startedAt > lifetimeMilliseconds) {
      this.waiting.delete(upload?.botId === botId ? id : '')
      throw new WecomRefusal(40058, 'body.upload_id invalid or expired')
    }
    return { id, upload }
  }

  /** Uploads nobody finishes give way, oldest first. */
  private makeRoom(): void {
    let bytes = 0
    for (const upload of this.waiting.values()) for (const chunk of upload.chunks.values()) bytes += chunk.length
    for (const [id, upload] of this.waiting) {
      if (bytes <= maxWaitingBytes && this.waiting.size <= maxWaiting) return
      this.waiting.delete(id)
      for (const chunk of upload.chunks.values()) bytes -= chunk.length
    }
  }
}
