// The syslog listener: UDP and TCP on one port, batches out. Started by app/compose, which assigns senders to sources and archives the batches.
import type { Socket } from 'node:net'
import type { Clock } from '../../../core/ports/clock.js'
import { systemClock } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'
import { FrameReader, FramingError, trimLineEnd } from './frame-reader.js'
import { MAX_MESSAGE_BYTES } from '../../shared/message-text.js'
import { listenBoth } from './listen.js'
import { messageText } from '../../shared/message-text.js'
import { RecordQueue, type SyslogRecord } from './record-queue.js'

export type { SyslogRecord } from './record-queue.js'

export interface SyslogOptions {
  /** Address to listen on. */
  readonly host: string
  /** For UDP and TCP alike; 0 takes a number that is free for both. */
  readonly port: number
  readonly logger: Logger
  /**
   * Takes at most 500 records, oldest first; the next batch waits for it. Resolve when they are safe. Reject only for what may be better
   * later (disk, database): the same batch is offered again after 0.2 to 5 seconds, for ever; meanwhile TCP senders are held back and UDP is dropped.
   */
  readonly onBatch: (records: SyslogRecord[]) => Promise<void>
  readonly clock?: Clock
  readonly maxConnections?: number
  /** A connection silent for this long is closed; 10 minutes if not given. */
  readonly idleMilliseconds?: number
  readonly batchRecords?: number
  readonly batchMilliseconds?: number
  readonly queueRecords?: number
  /** How long `close` goes on offering what is queued; 10 seconds if not given. */
  readonly closeGraceMilliseconds?: number
}

export interface SyslogStats {
  /** Messages taken in. */
  readonly received: number
  /** Messages lost: UDP when the queue was full, and what was torn or out of framing on TCP. */
  readonly dropped: number
  /** Messages cut at 64 KiB. */
  readonly oversize: number
  /** TCP connections open now. */
  readonly connections: number
  /** TCP connections refused because there were too many. */
  readonly refused: number
  /** Messages not yet taken by `onBatch`. */
  readonly waiting: number
}

/** UDP messages of one sender lost since they were last asked for. */
export interface DroppedOfPeer {
  readonly peer: string
  readonly messages: number
}

export interface SyslogListener {
  readonly port: number
  stats(): SyslogStats
  /** Which senders' UDP was lost since the last call; forgets it. */
  takeDropped(): readonly DroppedOfPeer[]
  /** Stops taking in, offers what is queued, and resolves; what could not be delivered in time counts as dropped. */
  close(): Promise<void>
}

/** Senders whose losses are told apart; forged addresses must not fill the memory. */
const MAX_PEERS = 1_000
const MAX_QUEUE_BYTES = 64 * 1024 * 1024

interface Connection {
  readonly socket: Socket
  readonly reader: FrameReader
  readonly peer: string
  /** Nothing more will come. */
  ended: boolean
  /** The sender said so, instead of breaking off. */
  orderly: boolean
}

/** Rejects with the system's error when the port cannot be had. */
export async function startSyslog(options: SyslogOptions): Promise<SyslogListener> {
  const { logger, clock = systemClock, maxConnections = 200, idleMilliseconds = 600_000, closeGraceMilliseconds = 10_000 } = options
  const connections = new Set<Connection>()
  const counts = { received: 0, dropped: 0, oversize: 0, refused: 0 }
  const droppedOf = new Map<string, number>()
  let closing = false

  const queue = new RecordQueue({
    maxRecords: options.queueRecords ?? 20_000,
    maxBytes: MAX_QUEUE_BYTES,
    batchRecords: options.batchRecords ?? 500,
    batchMilliseconds: options.batchMilliseconds ?? 100,
    logger,
    onBatch: options.onBatch,
    onRoom: () => {
      for (const connection of connections) if (!queue.isFull) drain(connection)
    },
  })

  function take(bytes: Buffer, peer: string, transport: 'udp' | 'tcp', oversize: boolean): void {
    const { text, cut } = messageText(bytes)
    counts.received += 1
    if (oversize || cut) counts.oversize += 1
    queue.push({ raw: text, peer, receivedAt: new Date(clock.now()).toISOString(), transport })
  }

  /** Takes whole messages while there is room; without room the socket is not read, and the sender has to wait. */
  function drain(connection: Connection, ignoreRoom = false): void {
    const { reader, socket, peer } = connection
    try {
      while (ignoreRoom || !queue.isFull) {
        const frame = reader.next()
        if (frame === undefined) break
        take(frame.bytes, peer, 'tcp', frame.oversize)
      }
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      counts.dropped += 1
      logger.warn({ peer, reason: error.message }, 'syslog connection broke its framing')
      connections.delete(connection)
      socket.destroy()
      return
    }
    if (queue.isFull && !ignoreRoom) socket.pause()
    else if (connection.ended) finish(connection)
    else socket.resume()
  }

  /** Nothing more will come, and every whole message was taken. A last line without its end counts only when the sender meant to stop there. */
  function finish(connection: Connection): void {
    if (!connections.delete(connection)) return
    const { frame, torn } = connection.reader.end()
    if (frame !== undefined && connection.orderly) take(frame.bytes, connection.peer, 'tcp', frame.oversize)
    else if (torn || frame !== undefined) counts.dropped += 1
  }

  function onConnection(socket: Socket): void {
    if (closing || connections.size >= maxConnections) {
      counts.refused += 1
      socket.destroy()
      return
    }
    const connection: Connection = {
      socket,
      reader: new FrameReader(),
      peer: plainAddress(socket.remoteAddress),
      ended: false,
      orderly: false,
    }
    connections.add(connection)
    socket.setTimeout(idleMilliseconds, () => {
      // A socket we hold back is silent because of us.
      if (!socket.isPaused()) socket.destroy()
    })
    socket.on('data', chunk => {
      connection.reader.feed(chunk)
      drain(connection)
    })
    socket.on('end', () => {
      connection.ended = true
      connection.orderly = true
      drain(connection)
    })
    socket.on('error', error => logger.debug({ peer: connection.peer, err: error }, 'syslog connection failed'))
    socket.on('close', () => {
      // After a reset the whole messages that came before are still good; a line without its end may be half of one.
      connection.ended = true
      if (connections.has(connection)) drain(connection)
    })
  }

  const { port, tcp, udp } = await listenBoth(options.host, options.port, onConnection)
  tcp.on('error', error => logger.error({ err: error }, 'syslog TCP socket failed'))
  udp.on('error', error => logger.error({ err: error }, 'syslog UDP socket failed'))
  udp.on('message', (message, sender) => {
    const bytes = trimLineEnd(message)
    if (bytes.length === 0) return
    if (closing || queue.isFull) lose(plainAddress(sender.address))
    else take(bytes.subarray(0, MAX_MESSAGE_BYTES), plainAddress(sender.address), 'udp', bytes.length > MAX_MESSAGE_BYTES)
  })

  function lose(peer: string): void {
    counts.dropped += 1
    const before = droppedOf.get(peer)
    if (before !== undefined || droppedOf.size < MAX_PEERS) droppedOf.set(peer, (before ?? 0) + 1)
  }

  function takeDropped(): readonly DroppedOfPeer[] {
    const taken = [...droppedOf].map(([peer, messages]) => ({ peer, messages }))
    droppedOf.clear()
    return taken
  }

  async function close(): Promise<void> {
    if (closing) return
    closing = true
    udp.close()
    const closed = new Promise<void>(resolve => tcp.close(() => resolve()))
    for (const connection of [...connections]) {
      drain(connection, true)
      connections.delete(connection)
      connection.socket.destroy()
    }
    const lost = await queue.flush(closeGraceMilliseconds)
    counts.dropped += lost
    if (lost > 0) logger.error({ records: lost }, 'syslog stopped with undelivered records')
    await closed
  }

  return { port, stats: () => ({ ...counts, connections: connections.size, waiting: queue.size }), takeDropped, close }
}

/** `::ffff:192.0.2.1` is `192.0.2.1`. */
function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
}
