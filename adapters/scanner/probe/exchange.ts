// One TCP connection, bounded in time and bytes: connect, perhaps send, listen. The native checks and the built-in discovery are made of it.
import { Socket } from 'node:net'

export interface Exchange {
  /** `open`: it stood; `refused`: somebody answered that nobody listens; `silent`: nobody answered. */
  readonly state: 'open' | 'refused' | 'silent'
  readonly received: Buffer
  /** The other side ended or broke the connection. */
  readonly ended: boolean
  /** Milliseconds until it stood, or until the refusal; null when silent. */
  readonly connectMilliseconds: number | null
}

export interface ExchangeOrder {
  readonly address: string
  readonly port: number
  readonly signal: AbortSignal
  readonly connectMilliseconds?: number
  /** From the connection to the end of listening. */
  readonly listenMilliseconds: number
  readonly maxBytes?: number
  /** Asked with all that came so far, first when the connection stands: what to send now, or `done` to end. */
  readonly step: (received: Buffer, round: number) => Buffer | string | undefined
}

export const CONNECT_MILLISECONDS = 1500

/** Never rejects: what went wrong is the state. */
export function exchange(order: ExchangeOrder): Promise<Exchange> {
  return new Promise(resolve => {
    const started = performance.now()
    const socket = new Socket()
    const chunks: Buffer[] = []
    let bytes = 0
    let stood: number | null = null
    let round = 0
    let settled = false
    const finish = (state: Exchange['state'], ended = false): void => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      order.signal.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve({ state, received: Buffer.concat(chunks), ended, connectMilliseconds: state === 'silent' ? null : stood })
    }
    const advance = (): void => {
      const next = order.step(Buffer.concat(chunks), round++)
      if (next === 'done') finish('open')
      else if (next !== undefined) socket.write(next)
    }
    const onAbort = (): void => finish(stood === null ? 'silent' : 'open')
    let timer = setTimeout(() => finish('silent'), order.connectMilliseconds ?? CONNECT_MILLISECONDS)
    order.signal.addEventListener('abort', onAbort, { once: true })
    if (order.signal.aborted) return onAbort()
    socket.once('connect', () => {
      stood = performance.now() - started
      clearTimeout(timer)
      timer = setTimeout(() => finish('open'), order.listenMilliseconds)
      advance()
    })
    socket.on('data', chunk => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > (order.maxBytes ?? 8192)) finish('open')
      else advance()
    })
    socket.once('end', () => finish('open', true))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (stood !== null) return finish('open', true)
      stood = performance.now() - started
      finish(error.code === 'ECONNREFUSED' ? 'refused' : 'silent')
    })
    socket.connect({ host: order.address, port: order.port })
  })
}

/** What can be shown of bytes from outside: printable, one line. */
export function printable(bytes: Buffer, length = 200): string {
  return bytes
    .toString('latin1')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, length)
}
