// The machines of the laboratory (lab.ts): real protocols on the addresses of a namespace, run inside it. Prints `ready`, then one line for each
// login somebody tried: `login <address> <user>`.
import { createServer } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { createRequire } from 'node:module'
import { generateKeyPairSync } from 'node:crypto'
import ssh2 from 'ssh2'

const snmp = createRequire(import.meta.url)('net-snmp')
const { base, ssh } = JSON.parse(process.argv[2])
const at = n => `${base}.${n}`
const log = line => process.stdout.write(`${line}\n`)
const starting = []
const serve = (n, port, handler) => {
  const server = createServer(socket => {
    socket.on('error', () => {})
    handler(socket)
  })
  starting.push(new Promise((resolve, reject) => server.once('error', reject).listen(port, at(n), resolve)))
}
const greet = text => socket => socket.write(text)
const http = body => socket =>
  socket.once('data', () => socket.end(`HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\n\r\n${body}`))

// 1: SSH with one weak account.
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
})
const sshd = new ssh2.Server({ hostKeys: [privateKey] }, client => {
  client.on('error', () => {})
  client.on('authentication', context => {
    if (context.method !== 'password') return context.reject(['password'])
    log(`login ${at(1)} ${context.username}`)
    if (context.username === ssh.login && context.password === ssh.password) context.accept()
    else context.reject(['password'])
  })
})
starting.push(new Promise(resolve => sshd.listen(22, at(1), resolve)))
// 4: MariaDB's first packet of an old release.
const hello = Buffer.concat([
  Buffer.from([10]),
  Buffer.from('5.5.5-10.3.1-MariaDB-log\0'),
  Buffer.from([1, 0, 0, 0]),
  Buffer.from('abcdefgh\0'),
  Buffer.alloc(40),
])
serve(4, 3306, socket => socket.write(Buffer.concat([Buffer.from([hello.length, 0, 0, 0]), hello])))
// 5: TLS of old protocols.
const tls = createTls({ ciphers: 'AECDH-AES128-SHA:ADH-AES128-SHA:@SECLEVEL=0', minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })
tls.on('tlsClientError', () => {})
tls.on('secureConnection', socket => socket.on('error', () => {}))
starting.push(new Promise(resolve => tls.listen(443, at(5), resolve)))
// 6: SNMP agent with the community everybody knows.
const agent = snmp.createAgent({ port: 161, address: at(6), disableAuthorization: false }, () => {})
agent.getAuthorizer().addCommunity('public')
const mib = agent.getMib()
mib.registerProvider({
  name: 'sysDescr',
  type: snmp.MibProviderType.Scalar,
  oid: '1.3.6.1.2.1.1.1',
  scalarType: snmp.ObjectType.OctetString,
  maxAccess: snmp.MaxAccess['read-only'],
})
mib.setScalarValue('sysDescr', 'Laboratory switch')
serve(6, 80, http('<title>switch</title>'))
// 7: FTP that lets in anybody.
serve(7, 21, socket => {
  socket.write('220 ready\r\n')
  socket.on('data', data =>
    socket.write(
      /^USER anonymous/i.test(data.toString()) ? '331 any\r\n' : /^PASS/i.test(data.toString()) ? '230 welcome\r\n' : '530 no\r\n',
    ),
  )
})
// 8, 9: printers.
for (const n of [8, 9]) {
  for (const port of [515, 631, 9100]) serve(n, port, () => log(`print ${at(n)} ${port}`))
  serve(n, 80, http('<title>printer</title>'))
}
// 10 hangs, 11 resets.
for (const port of [22, 80]) {
  serve(10, port, () => {})
  serve(11, port, socket => socket.resetAndDestroy())
}
// 12 is a MongoDB look-alike that wants a login; the rest are plain machines, 21 and 22 for what comes and goes.
for (let n = 12; n <= 23; n++) serve(n, n % 2 ? 8080 : 80, http(`<title>host ${n}</title>`))
serve(13, 25, greet('220 mail ESMTP\r\n'))
await Promise.all(starting)
log('ready')
