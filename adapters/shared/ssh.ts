// Runs one command on another host over SSH, bounded in time and output; called by adapters that manage remote devices.
import { createHash } from 'node:crypto'
import ssh2, { type ClientChannel } from 'ssh2'

// ssh2 is CommonJS whose names Node does not find by itself.
const { Client, utils } = ssh2

export interface SshRequest {
  readonly host: string
  readonly port: number
  readonly user: string
  /** OpenSSH or PEM text without a passphrase. Exactly one of `privateKey` and `password` is used; the key wins. */
  readonly privateKey?: string | undefined
  readonly password?: string | undefined
  /** The only host key accepted: `SHA256:…` as `ssh-keygen -l` prints it, or 64 hexadecimal digits. */
  readonly hostKeySha256: string
  /** Old algorithms are offered as well; only for devices whose row declares it. */
  readonly legacyAlgorithms?: boolean | undefined
  /** Read by the remote login shell: a constant, or built from nothing but checked words. Untrusted text goes into `stdin`. */
  readonly command: string
  readonly stdin?: string | Uint8Array
  /** From the connection attempt to the end of output. */
  readonly timeoutMilliseconds: number
  /** Upper bound of standard output and standard error together. */
  readonly maxOutputBytes: number
}

export interface SshResult {
  /** Null when a signal ended the command. */
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** `dropped`: the session ended before the command did, so what the command achieved is not known. */
export type SshFailureReason = 'unreachable' | 'host-key' | 'authentication' | 'algorithms' | 'timeout' | 'dropped' | 'output-too-large'

export class SshFailure extends Error {
  override readonly name = 'SshFailure'
  constructor(
    readonly reason: SshFailureReason,
    readonly host: string,
    options: { cause?: unknown } = {},
  ) {
    super(`${host}: ${reason}`, options)
  }
}

/** The form in which host keys are compared: 64 hexadecimal digits; undefined when the text is no SHA-256 fingerprint. */
export function fingerprintHex(text: string): string | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase()
  const base64 = /^SHA256:([A-Za-z0-9+/]{43})=?$/.exec(text)?.[1]
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('hex')
}

/** True when the text is a private key that can be used without a passphrase. */
export function isPrivateKey(text: string): boolean {
  const parsed = utils.parseKey(text)
  return !(parsed instanceof Error) && parsed.isPrivateKey()
}

export type SshDoor = Pick<
  SshRequest,
  'host' | 'port' | 'user' | 'privateKey' | 'password' | 'hostKeySha256' | 'legacyAlgorithms' | 'timeoutMilliseconds'
>

/** What Node 20 and ssh2 still know and devices of before about 2015 need. */
const legacy = {
  kex: ['diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1', 'diffie-hellman-group1-sha1'],
  serverHostKey: ['ssh-rsa'],
  cipher: ['aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1'],
} as const

/**
 * Connects, checks the host key, signs in, hands the session over, disconnects when it is settled.
 * @throws SshFailure when there is no result
 */
export function openSsh<Result>(
  door: SshDoor,
  session: (client: ssh2.Client, done: (result: Result) => void, fail: (reason: SshFailureReason, cause?: unknown) => void) => void,
): Promise<Result> {
  const expected = fingerprintHex(door.hostKeySha256)
  return new Promise((resolve, reject) => {
    const client = new Client()
    let settled = false
    let hostKeyWrong = false
    let ready = false
    const fail = (reason: SshFailureReason, cause?: unknown) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      client.destroy()
      reject(new SshFailure(reason, door.host, { cause }))
    }
    const done = (result: Result) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      client.end()
      setTimeout(() => client.destroy(), 1000).unref()
      resolve(result)
    }
    const timer = setTimeout(() => fail('timeout'), door.timeoutMilliseconds)

    // Stays registered after the end: a late error of the socket must not become an uncaught one.
    client.on('error', cause => fail(hostKeyWrong ? 'host-key' : reasonOf(cause, ready), cause))
    client.on('close', () => fail(hostKeyWrong ? 'host-key' : ready ? 'dropped' : 'unreachable'))
    client.on('connect', () => client.setNoDelay(true))
    client.on('ready', () => {
      ready = true
      session(client, done, fail)
    })
    try {
      client.connect({
        host: door.host,
        port: door.port,
        username: door.user,
        ...(door.privateKey === undefined ? { password: door.password ?? '' } : { privateKey: door.privateKey }),
        ...(door.legacyAlgorithms === true && {
          algorithms: Object.fromEntries(
            Object.entries(legacy).map(([kind, append]) => [kind, { append: [...append], prepend: [], remove: [] }]),
          ),
        }),
        readyTimeout: door.timeoutMilliseconds,
        hostVerifier: (key: Buffer) => {
          hostKeyWrong = expected === undefined || createHash('sha256').update(key).digest('hex') !== expected
          return !hostKeyWrong
        },
      })
    } catch (cause) {
      // ssh2 throws at once when the private key cannot be read.
      fail('authentication', cause)
    }
  })
}

/** Runs one command. Any exit code is a result, not an error. @throws SshFailure when there is no result */
export function runOverSsh(request: SshRequest): Promise<SshResult> {
  return openSsh<SshResult>(request, (client, done, fail) => {
    client.exec(request.command, (cause, channel) => {
      if (cause) return fail('dropped', cause)
      collect(channel, request, fail, done)
    })
  })
}

function reasonOf(cause: Error & { level?: string }, ready: boolean): SshFailureReason {
  if (cause.level === 'client-authentication') return 'authentication'
  if (cause.level === 'client-timeout') return 'timeout'
  if (!ready && /no matching (?:key exchange|host key|cipher|C->S|S->C|client|server)/i.test(cause.message)) return 'algorithms'
  return ready ? 'dropped' : 'unreachable'
}

function collect(
  channel: ClientChannel,
  request: SshRequest,
  fail: (reason: SshFailureReason, cause?: unknown) => void,
  done: (result: SshResult) => void,
): void {
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  let bytes = 0
  let ended: { exitCode: number | null; signal: string | null } | undefined
  const into = (chunks: Buffer[]) => (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > request.maxOutputBytes) fail('output-too-large')
    else chunks.push(chunk)
  }
  channel.on('data', into(stdout))
  channel.stderr.on('data', into(stderr))
  channel.on('error', (cause: unknown) => fail('dropped', cause))
  channel.on('exit', (exitCode: number | null, signal?: string) => (ended = { exitCode, signal: signal ?? null }))
  channel.on('close', () => {
    if (ended === undefined) fail('dropped')
    else done({ ...ended, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') })
  })
  channel.end(request.stdin ?? '')
}
