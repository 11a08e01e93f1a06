// An FTP server on this machine with one account that has a weak password made up for the occasion: what every password engine must find.
import { randomBytes } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import type { Decoy } from '../../../core/ports/scan-engine.js'
import { checkOf } from './weak-account.js'

export async function ftpDecoy(): Promise<Decoy> {
  const login = 'decoy'
  const password = `decoy-${randomBytes(4).toString('hex')}`
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    let user = ''
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    socket.write('220 ready\r\n')
    socket.on('data', data => {
      for (const line of data.toString('latin1').slice(0, 1000).split('\r\n')) {
        const [word = '', rest = ''] = [line.slice(0, 4).trim().toUpperCase(), line.slice(5)]
        if (word === 'USER') {
          user = rest
          socket.write('331 password\r\n')
        } else if (word === 'PASS') socket.write(user === login && rest === password ? '230 welcome\r\n' : '530 no\r\n')
        else if (word === 'QUIT') socket.end('221 bye\r\n')
        else if (word !== '') socket.write('502 no\r\n')
      }
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    target: { address: '127.0.0.1', ports: [{ port, protocol: 'tcp', service: 'ftp' }] },
    expects: [{ port, check: checkOf('ftp', login) }],
    passwords: { accounts: [{ service: 'ftp', login, candidates: ['not-this-one', password], known: [] }] },
    close: () =>
      new Promise(resolve => {
        sockets.forEach(socket => socket.destroy())
        server.close(() => resolve())
      }),
  }
}
