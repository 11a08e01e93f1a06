// The live stream of the sandbox page (server-sent events): one subscription to the sandbox, many readers; web/api/sandbox.ts opens readers.
import { PassThrough } from 'node:stream'
import { AppError } from '../../core/errors.js'
import type { SandboxChange, SandboxChat } from './sandbox-chat.js'
import { wireMessage } from './sandbox-wire.js'

const maxReaders = 50
const heartbeatMilliseconds = 15_000
/** A reader that leaves this much unread is cut off; it connects again and reads the lists anew. */
const maxUnreadBytes = 4 * 1024 * 1024

export class SandboxStream {
  private readonly readers = new Set<PassThrough>()
  private stop: (() => void) | undefined

  constructor(private readonly sandbox: SandboxChat) {}

  /**
   * A stream of `message` events `{chatid, message}` and a `ping` every 15 seconds, which lets the page notice a dead line.
   * @throws STREAMS_FULL when 50 readers are connected
   */
  open(): PassThrough {
    if (this.readers.size >= maxReaders) throw new AppError('STREAMS_FULL', { limit: maxReaders })
    const reader = new PassThrough()
    this.readers.add(reader)
    reader.once('close', () => this.leave(reader))
    // A reader that went away while a frame was under way is no news.
    reader.on('error', () => this.leave(reader))
    this.stop ??= this.start()
    reader.write('retry: 2000\nevent: ready\ndata: {}\n\n')
    return reader
  }

  /** Ends all streams, for an orderly stop. */
  close(): void {
    for (const reader of [...this.readers]) {
      this.leave(reader)
      reader.end()
    }
  }

  private start(): () => void {
    const unsubscribe = this.sandbox.subscribe(change => this.tell(change))
    const heartbeat = setInterval(() => this.write('event: ping\ndata: {}\n\n'), heartbeatMilliseconds)
    heartbeat.unref()
    return () => {
      unsubscribe()
      clearInterval(heartbeat)
    }
  }

  private leave(reader: PassThrough): void {
    this.readers.delete(reader)
    if (this.readers.size > 0) return
    this.stop?.()
    this.stop = undefined
  }

  private tell({ chatid, message }: SandboxChange): void {
    // JSON has no raw line feed, so one `data` line always holds the whole object.
    this.write(`event: message\ndata: ${JSON.stringify({ chatid, message: wireMessage(message) })}\n\n`)
  }

  private write(frame: string): void {
    for (const reader of [...this.readers]) {
      if (reader.readableLength + reader.writableLength > maxUnreadBytes) reader.destroy()
      else reader.write(frame)
    }
  }
}
