// Opens a UDP and a TCP socket on one port number; called by the syslog listener when it starts.
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net'

/** With port 0 the system chooses for TCP; the same number may be taken for UDP, then another is tried. */
const MAX_TRIES = 20
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024

export interface Listening {
  readonly port: number
  readonly tcp: Server
  readonly udp: UdpSocket
}

/** Rejects with the system's error (EADDRINUSE, EACCES, …) when the port cannot be had for both. */
export async function listenBoth(host: string, port: number, onConnection: (socket: Socket) => void): Promise<Listening> {
  for (let attempt = 1; ; attempt += 1) {
    const tcp = createServer({ noDelay: true, keepAlive: true }, onConnection)
    tcp.listen(port, host)
    await once(tcp, 'listening')
    const chosen = (tcp.address() as AddressInfo).port
    const udp = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' })
    try {
      udp.bind(chosen, host)
      await once(udp, 'listening')
      enlargeBuffer(udp)
      return { port: chosen, tcp, udp }
    } catch (error) {
      tcp.close()
      await once(tcp, 'close')
      udp.close()
      if (port !== 0 || attempt >= MAX_TRIES) throw error
    }
  }
}

/** Bursts survive a busy moment; the system may grant less, which is no reason not to start. */
function enlargeBuffer(udp: UdpSocket): void {
  try {
    udp.setRecvBufferSize(RECEIVE_BUFFER_BYTES)
  } catch {
    return
  }
}
