// A real OpenSSH server on loopback with fresh keys, for tests of whatever works over SSH.
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, needProgram, startProcess, temporaryFolder, waitUntilReady } from './private-process.js'

export interface PrivateSshd {
  readonly host: '127.0.0.1'
  readonly port: number
  /** `SHA256:…` as ssh-keygen prints it: base64 without padding. */
  readonly hostKeyFingerprint: string
  /** An OpenSSH private key (ed25519, no passphrase): the only way in. */
  readonly privateKey: string
  readonly user: string
  stop(): Promise<void>
}

const run = promisify(execFile)

export async function startSshd(): Promise<PrivateSshd> {
  const program = needProgram('sshd', 'openssh-server')
  const keygen = needProgram('ssh-keygen', 'openssh-client')
  // sshd refuses to start without it; usually the service makes it. Its place is compiled in.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const folder = temporaryFolder()
  const hostKey = join(folder.path, 'host')
  const userKey = join(folder.path, 'user')
  for (const file of [hostKey, userKey]) await run(keygen, ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file])
  const printed = await run(keygen, ['-l', '-E', 'sha256', '-f', `${hostKey}.pub`])
  const hostKeyFingerprint = printed.stdout.split(' ')[1]
  if (!hostKeyFingerprint?.startsWith('SHA256:')) throw new Error(`unexpected fingerprint: ${printed.stdout}`)
  const port = await freePort()
  const config = join(folder.path, 'config')
  writeFileSync(
    config,
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${userKey}.pub`,
      'PidFile none',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'StrictModes no',
      'UsePAM no',
      'MaxStartups 100',
      '',
    ].join('\n'),
  )
  const running = startProcess(program, ['-D', '-e', '-f', config])
  await waitUntilReady(running, () => greets(port))
  return {
    host: '127.0.0.1',
    port,
    hostKeyFingerprint,
    privateKey: readFileSync(userKey, 'utf8'),
    user: userInfo().username,
    async stop() {
      await running.end('SIGTERM')
      folder.remove()
    },
  }
}

async function greets(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.setTimeout(2_000, () => socket.destroy(new Error('no greeting')))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed')))
    socket.once('data', data => {
      socket.destroy()
      if (data.toString().startsWith('SSH-2.0-')) resolve()
      else reject(new Error(data.toString()))
    })
  })
}
