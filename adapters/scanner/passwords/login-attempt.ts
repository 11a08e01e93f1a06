// One login with one password at one service; exactly one attempt reaches the server's log. Used by password-check.ts.
import { createConnection } from 'mysql2/promise'
import ssh2 from 'ssh2'
import { exchange } from '../probe/exchange.js'

export interface LoginPlace {
  readonly address: string
  readonly port: number
  readonly signal: AbortSignal
}

/** `unknown`: no attempt was judged; it may still have been counted. */
export type LoginResult = 'accepted' | 'refused' | 'unknown'

type Attempt = (place: LoginPlace, login: string, password: string) => Promise<LoginResult>

const MILLISECONDS = 10_000

const ssh: Attempt = ({ address, port, signal }, login, password) =>
  new Promise(resolve => {
    const client = new ssh2.Client()
    const finish = (result: LoginResult): void => {
      signal.removeEventListener('abort', onAbort)
      client.end()
      client.destroy()
      resolve(result)
    }
    const onAbort = (): void => finish('unknown')
    signal.addEventListener('abort', onAbort, { once: true })
    client.once('ready', () => finish('accepted'))
    client.on('error', error => finish('level' in error && error.level === 'client-authentication' ? 'refused' : 'unknown'))
    client.once('close', () => finish('unknown'))
    client.connect({
      host: address,
      port,
      username: login,
      password,
      readyTimeout: MILLISECONDS,
      // One method and no other: each would be a line in the server's log.
      authHandler: ['password'],
      // The host is looked at, not trusted: nothing is sent that is not a guess.
      hostVerifier: () => true,
    })
  })

const ftp: Attempt = async ({ address, port, signal }, login, password) => {
  const clean = (text: string): string => text.replace(/[\r\n\0]/g, '')
  const codes = (bytes: Buffer): string[] => [...bytes.toString('latin1').matchAll(/^(\d{3}) /gm)].map(item => item[1] ?? '')
  let sent = 0
  const { received } = await exchange({
    address,
    port,
    signal,
    listenMilliseconds: MILLISECONDS,
    step(bytes) {
      const all = codes(bytes)
      const due = [
        { code: '220', line: `USER ${clean(login)}` },
        { code: '331', line: `PASS ${clean(password)}` },
      ][sent]
      if (all.length <= sent) return undefined
      if (due === undefined || all[sent] !== due.code) return 'done'
      sent++
      return `${due.line}\r\n`
    },
  })
  const last = codes(received).at(-1)
  return last === '230' ? 'accepted' : last === '530' || last === '430' ? 'refused' : 'unknown'
}

const redis: Attempt = async ({ address, port, signal }, login, password) => {
  const words = ['AUTH', ...(login === '' ? [] : [login]), password]
  const request = `*${words.length}\r\n${words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
  const { received } = await exchange({
    address,
    port,
    signal,
    listenMilliseconds: MILLISECONDS,
    step: (bytes, round) => (round === 0 ? request : bytes.includes(0x0a) ? 'done' : undefined),
  })
  const text = received.toString('latin1')
  if (text.startsWith('+OK')) return 'accepted'
  return /^-(?:WRONGPASS|ERR invalid password|ERR invalid username)/.test(text) ? 'refused' : 'unknown'
}

const mysql: Attempt = async ({ address, port, signal }, login, password) => {
  if (signal.aborted) return 'unknown'
  try {
    const connection = await createConnection({ host: address, port, user: login, password, connectTimeout: MILLISECONDS })
    connection.destroy()
    return 'accepted'
  } catch (error) {
    // Accounts bound to a socket and wrong passwords answer alike: the account cannot be entered this way.
    return (error as { code?: string }).code === 'ER_ACCESS_DENIED_ERROR' ? 'refused' : 'unknown'
  }
}

export const loginAttempts: Readonly<Record<string, Attempt>> = { ssh, ftp, redis, mysql }
