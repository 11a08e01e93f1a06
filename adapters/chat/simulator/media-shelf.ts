// Keeps uploaded files in memory, newest first to stay; the upload commands and the webhook put them there, messages and the page take them.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../core/ports/clock.js'
import type { SandboxLimits } from './sandbox-limits.js'
import { WecomRefusal } from './wecom-refusal.js'

export type MediaType = 'file' | 'image' | 'voice' | 'video'

export interface Media {
  readonly id: string
  /** `robot:<botId>`, `webhook:<key>` or `corp:<corpId>`: nobody else may send it. */
  readonly owner: string
  readonly type: MediaType
  readonly name: string
  readonly bytes: Buffer
  readonly createdAt: number
}

const mebibyte = 1024 * 1024
const largest: Record<MediaType, number> = { file: 20 * mebibyte, image: 10 * mebibyte, voice: 2 * mebibyte, video: 10 * mebibyte }
const lifetimeMilliseconds = 3 * 24 * 3_600_000

export function asMediaType(value: unknown): MediaType | undefined {
  return value === 'file' || value === 'image' || value === 'voice' || value === 'video' ? value : undefined
}

/** @throws WecomRefusal 40006 (at most 5 bytes), 45001 (too large for its type) */
export function checkMediaSize(type: MediaType, size: number): void {
  if (size <= 5) throw new WecomRefusal(40006, 'invalid file size')
  if (size > largest[type]) throw new WecomRefusal(45001, 'media size out of limit')
}

/** @throws WecomRefusal 40005 when the first bytes belong to another kind of file */
export function checkMediaKind(type: MediaType, bytes: Buffer): void {
  const fits =
    type === 'file' ||
    (type === 'image' && imageType(bytes) !== undefined) ||
    (type === 'voice' && bytes.subarray(0, 5).toString('latin1') === '#!AMR') ||
    (type === 'video' && bytes.subarray(4, 8).toString('latin1') === 'ftyp')
  if (!fits) throw new WecomRefusal(40005, 'invalid file type')
}

/** The picture's media type by its first bytes; WeCom takes JPG and PNG only. */
export function imageType(bytes: Buffer): 'image/png' | 'image/jpeg' | undefined {
  if (bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a') return 'image/png'
  if (bytes.subarray(0, 3).toString('hex') === 'ffd8ff') return 'image/jpeg'
  return undefined
}

export class MediaShelf {
  private readonly media = new Map<string, Media>()
  private total = 0

  constructor(
    private readonly clock: Clock,
    private readonly limits: SandboxLimits,
  ) {}

  /** Keeps a file; the oldest give way when the shelf is full. The id has 87 characters like WeCom's. */
  put(owner: string, type: MediaType, name: string, bytes: Buffer): Media {
    const id = randomBytes(66).toString('base64url').slice(0, 87)
    const media: Media = { id, owner, type, name, bytes, createdAt: this.clock.now() }
    this.media.set(id, media)
    this.total += bytes.length
    for (const oldest of this.media.values()) {
      if (this.total <= this.limits.mediaBytes) break
      this.media.delete(oldest.id)
      this.total -= oldest.bytes.length
    }
    return media
  }

  /** For whoever reads the chat; a file stays readable as long as it is kept. */
  find(id: string): Media | undefined {
    return this.media.get(id)
  }

  /** For its owner, of any type. @throws WecomRefusal 40007 (unknown, another owner's, older than three days) */
  ownAny(owner: string, id: string): Media {
    const media = this.media.get(id)
    if (media?.owner !== owner || this.clock.now() - media.createdAt > lifetimeMilliseconds) {
      throw new WecomRefusal(40007, 'invalid media_id')
    }
    return media
  }

  /** For a message about to be sent. @throws WecomRefusal 40007 (see `ownAny`), 40004 (another type) */
  own(owner: string, type: MediaType, id: string): Media {
    const media = this.ownAny(owner, id)
    if (media.type !== type) throw new WecomRefusal(40004, 'invalid media type')
    return media
  }
}
