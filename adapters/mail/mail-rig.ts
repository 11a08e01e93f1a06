// Mail servers on this machine for the tests of mailRoad: a real one that keeps what it gets, and one that does exactly as told.
import { createSign, generateKeyPairSync } from 'node:crypto'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { RoadTarget } from '../../core/ports/road.js'

export const toChen: RoadTarget = { address: 'chen@example.edu', sender: '', chatType: 'single' }

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
  readonly parsed: ParsedMail
}

/** Takes every mail; `options` are smtp-server's own. */
export async function mailServer(options: SMTPServerOptions = {}) {
  const mails: ReceivedMail[] = []
  let connections = 0
  let most = 0
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 50,
    onConnect(_session, callback) {
      connections++
      most = Math.max(most, connections)
      callback()
    },
    onClose() {
      connections--
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks)
        const { mailFrom, rcptTo } = session.envelope
        void simpleParser(raw).then(parsed => {
          mails.push({
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }) => address),
            raw: raw.toString('latin1'),
            parsed,
          })
          callback(null, 'OK')
        }, callback)
      })
    },
    ...options,
  })
  // A client that refuses our certificate is an error here; the test looks at the client.
  server.on('error', () => undefined)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    mails,
    mostConnections: () => most,
    close: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}

/** What to answer to a line (`DATA`, `.`, `RCPT` …); undefined drops the connection, '' says nothing. */
export type Script = (verb: string, line: string) => string | undefined

const ordinary: Readonly<Record<string, string>> = {
  GREETING: '220 test ESMTP',
  EHLO: '250 test',
  MAIL: '250 OK',
  RCPT: '250 OK',
  DATA: '354 go on',
  '.': '250 OK',
  RSET: '250 OK',
  QUIT: '221 bye',
}

/** Speaks as little SMTP as is needed; verbs the script does not name are answered well. */
export async function scriptedServer(script: Readonly<Record<string, Script>>) {
  const sockets = new Set<Socket>()
  const lines: string[] = []
  const server: Server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    let inData = false
    let rest = ''
    const answer = (verb: string, line: string) => {
      const said = script[verb] ? script[verb](verb, line) : (ordinary[verb] ?? '502 no')
      if (verb === 'DATA' && said?.startsWith('354') === true) inData = true
      if (verb === '.') inData = false
      if (said === undefined) socket.destroy()
      else if (said !== '') socket.write(`${said}\r\n`)
    }
    socket.on('data', chunk => {
      const parts = (rest + chunk.toString('latin1')).split('\r\n')
      rest = parts.pop() ?? ''
      for (const line of parts) {
        lines.push(line)
        if (!inData) answer(line.split(' ', 1)[0]?.toUpperCase() ?? '', line)
        else if (line === '.') answer('.', line)
        else if (script['CONTENT'] && script['CONTENT']('CONTENT', line) === undefined) socket.destroy()
      }
    })
    answer('GREETING', '')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lines,
    close: () =>
      new Promise<void>(resolve => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** A fresh self-signed certificate for `localhost`, written out by hand because Node signs but does not compose them (RFC 5280 4.1). */
export function localhostCertificate(): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const der = (tag: number, ...parts: readonly Buffer[]) => {
    const content = Buffer.concat(parts)
    const n = content.length
    const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 0xff]
    return Buffer.concat([Buffer.from([tag, ...length]), content])
  }
  const hex = (text: string) => Buffer.from(text, 'hex')
  const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts)
  const ecdsaWithSha256 = sequence(der(0x06, hex('2a8648ce3d040302')))
  const name = sequence(der(0x31, sequence(der(0x06, hex('550403')), der(0x0c, Buffer.from('localhost')))))
  const time = (year: number) => der(0x17, Buffer.from(`${String(year).slice(2)}0101000000Z`))
  const thisYear = new Date().getUTCFullYear()
  const altName = sequence(der(0x06, hex('551d11')), der(0x04, sequence(der(0x82, Buffer.from('localhost')))))
  const body = sequence(
    der(0xa0, der(0x02, hex('02'))),
    der(0x02, hex('01')),
    ecdsaWithSha256,
    name,
    sequence(time(thisYear - 1), time(thisYear + 1)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(altName)),
  )
  const signature = createSign('sha256').update(body).sign(privateKey)
  const cert = sequence(body, ecdsaWithSha256, der(0x03, hex('00'), signature))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${cert.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`,
  }
}
