// A device's management server on the loopback that is told what to answer and remembers what it was asked; used by tests of HTTP drivers.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  /** With its query, as sent. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Answered {
  readonly status: number
  readonly body: string
}

export interface WebDevice {
  readonly origin: string
  readonly asked: Asked[]
  /** What the next requests get instead of the device's own answer, in order; `hang` answers nothing, `drop` cuts the line. */
  readonly instead: (Answered | 'hang' | 'drop' | 'garbage')[]
  close(): Promise<void>
}

export async function startWebDevice(answer: (asked: Asked) => Answered | Promise<Answered>): Promise<WebDevice> {
  const asked: Asked[] = []
  const instead: WebDevice['instead'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() }
      asked.push(one)
      const other = instead.shift()
      if (other === 'hang') return
      if (other === 'drop') return void request.socket.destroy()
      const reply = other === 'garbage' ? { status: 200, body: '\u0000<<<' } : other
      void Promise.resolve(reply ?? answer(one)).then(({ status, body }) => response.writeHead(status).end(body))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    instead,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
