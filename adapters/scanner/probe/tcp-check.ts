// A native check over TCP told by data: what is sent, which answer is the weakness, which answer is good. Used by most of checks/.
import { createServer, type Socket } from 'node:net'
import type { Outcome } from '../../../core/ports/scan-engine.js'
import { defineCheck, type NativeCheck } from './define-check.js'
import { exchange, printable } from './exchange.js'

type Judged = { readonly outcome: Outcome; readonly why: string } | undefined

export interface TcpCheck extends Omit<NativeCheck, 'ask' | 'decoy' | 'protocol'> {
  /** Sent as soon as the connection stands; absent: the service speaks first. */
  readonly request?: Buffer | string
  /** Later requests, when an answer needs one. */
  readonly reply?: (received: Buffer) => Buffer | string | undefined
  /** Undefined: not enough was heard yet. */
  readonly judge: (received: Buffer) => Judged
  /** What the decoy says to what it hears; the first call has heard nothing. */
  readonly weak: (heard: Buffer) => Buffer | string | undefined
}

const LISTEN_MILLISECONDS = 4000

export function tcpCheck(check: TcpCheck): NativeCheck {
  const { request, reply, judge, weak, ...rest } = check
  return defineCheck({
    ...rest,
    protocol: 'tcp',
    async ask(place) {
      let seen = 0
      const { state, received, ended } = await exchange({
        ...place,
        listenMilliseconds: LISTEN_MILLISECONDS,
        maxBytes: 65_536,
        step(bytes, round) {
          if (round === 0 && request !== undefined) return request
          if (judge(bytes) !== undefined) return 'done'
          const next = bytes.length > seen ? reply?.(bytes.subarray(seen)) : undefined
          if (next !== undefined) seen = bytes.length
          return next
        },
      })
      if (place.signal.aborted) return { outcome: 'unknown', why: '检查被停止' }
      if (state !== 'open') return { outcome: 'unknown', why: state === 'refused' ? '连接被拒绝' : '连接没有应答' }
      const judged = judge(received)
      if (judged) return { outcome: judged.outcome, why: judged.why.slice(0, 300) }
      const heard = printable(received, 80)
      if (heard !== '') return { outcome: 'not_applicable', why: `应答不是这种服务：${heard}` }
      return { outcome: 'unknown', why: ended ? '对端断开，没有应答' : '连接后没有应答' }
    },
    decoy: () => listen(weak),
  })
}

/** A listener of the decoys: answers what `weak` says, forgets everything. */
export function listen(weak: (heard: Buffer) => Buffer | string | undefined): ReturnType<NativeCheck['decoy']> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    const answer = (heard: Buffer): void => {
      const said = weak(heard)
      if (said !== undefined) socket.write(said)
    }
    answer(Buffer.alloc(0))
    socket.on('data', answer)
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        close: () =>
          new Promise(done => {
            sockets.forEach(socket => socket.destroy())
            server.close(() => done())
          }),
      })
    })
  })
}
