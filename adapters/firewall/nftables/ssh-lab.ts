// A real OpenSSH server on a free loopback port with throw-away keys; used by the tests of the nftables driver over SSH.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { plainEnvironment } from '../../shared/run-process.js'
import { must } from './lab.js'

export interface SshLab {
  readonly port: number
  readonly user: string
  /** Private key that the server accepts, OpenSSH text. */
  readonly privateKey: string
  /** `SHA256:…` */
  readonly hostKeySha256: string
  /** The credential of a device row. */
  readonly credential: string
  /** Programs put here are found before the system's by what the server runs. */
  readonly programs: string
  /** Cuts every session at once; the server stays. */
  dropSessions(): Promise<void>
  close(): Promise<void>
}

export async function startSshLab(): Promise<SshLab> {
  const folder = await mkdtemp(join(tmpdir(), 'gjlab-ssh-'))
  const programs = join(folder, 'programs')
  await mkdir(programs)
  // Debian's sshd drops its rights into this folder; a service manager makes it otherwise.
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  for (const key of ['host', 'user']) await must('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', join(folder, key))
  const port = await freePort()
  const user = userInfo().username
  await writeFile(
    join(folder, 'config'),
    [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${folder}/host`,
      `AuthorizedKeysFile ${folder}/user.pub`,
      `PidFile none`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'MaxStartups 100',
      `SetEnv PATH=${programs}:${plainEnvironment['PATH']}`,
      '',
    ].join('\n'),
  )
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'config')], { stdio: 'ignore' })
  await answering(port, server)
  const privateKey = await readFile(join(folder, 'user'), 'utf8')
  const hostKeySha256 = (await must('ssh-keygen', '-l', '-f', join(folder, 'host.pub'))).split(' ')[1] ?? ''
  return {
    port,
    user,
    privateKey,
    hostKeySha256,
    credential: JSON.stringify({ privateKey, hostKeySha256 }),
    programs,
    dropSessions: async () => (await childrenOf(server.pid)).forEach(pid => process.kill(pid, 'SIGKILL')),
    async close() {
      const children = await childrenOf(server.pid)
      server.kill('SIGKILL')
      for (const pid of children) process.kill(pid, 'SIGKILL')
      await rm(folder, { recursive: true })
    },
  }
}

/** A program that stands in for one of the device's, to see how the driver takes what it does. */
export async function putProgram(folder: string, name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(folder, name), 0o755)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

async function answering(port: number, server: ChildProcess): Promise<void> {
  for (let i = 0; i < 200 && server.exitCode === null; i++) {
    const open = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
    await sleep(50)
  }
  server.kill('SIGKILL')
  throw new Error('sshd did not start')
}

async function childrenOf(parent: number | undefined): Promise<readonly number[]> {
  const children: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    // The program's name stands in brackets and may hold blanks; state and parent follow it.
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent) children.push(Number(name))
  }
  return children
}
