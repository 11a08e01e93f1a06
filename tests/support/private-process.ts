// Starts a server program for one test file in a folder of its own and makes sure that it ends with it. Used by servers.ts, sshd.ts, netns.ts.
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Debian keeps servers where the PATH of an ordinary user does not look. */
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'].filter(folder => folder !== '')

export function whereIs(program: string): string | undefined {
  return folders.map(folder => join(folder, program)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The program's path, or an Error that says what to install. */
export function needProgram(program: string, debianPackage: string): string {
  const path = whereIs(program)
  if (path) return path
  throw new Error(`${program} is not installed; install it with: apt-get install ${debianPackage}`)
}

/** What must still be undone when this process ends without asking. */
const leftovers = new Set<() => void>()
const undoAll = (): void => {
  for (const undo of leftovers) undo()
  leftovers.clear()
}
process.on('exit', undoAll)
// vitest ends its workers so.
process.once('SIGTERM', () => {
  undoAll()
  process.kill(process.pid, 'SIGTERM')
})

/** Calls `undo` when this process exits, unless the returned function was called before. */
export function onExit(undo: () => void): () => void {
  leftovers.add(undo)
  return () => leftovers.delete(undo)
}

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'guanjia-test-'))
  const remove = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  const forget = onExit(remove)
  return {
    path,
    remove() {
      remove()
      forget()
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

export interface PrivateProcess {
  readonly pid: number
  /** The last of what it wrote, for messages. */
  output(): string
  exited(): boolean
  /** Sends the signal to this very process and resolves when it is gone; SIGKILL after ten seconds. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/** @param env replaces the environment when given */
export function startProcess(program: string, args: readonly string[], env?: NodeJS.ProcessEnv): PrivateProcess {
  // The kernel ends it should this process be killed without a chance to tidy up; setpriv becomes the program, so the pid stays.
  const setpriv = whereIs('setpriv')
  const [command, all] = setpriv ? [setpriv, ['--pdeathsig', 'KILL', program, ...args]] : [program, [...args]]
  const child: ChildProcess = spawn(command, all, { stdio: ['ignore', 'pipe', 'pipe'], ...(env ? { env } : {}) })
  let tail = ''
  const keep = (chunk: Buffer): void => {
    tail = (tail + chunk.toString()).slice(-4_000)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  child.on('error', error => keep(Buffer.from(String(error))))
  const { pid } = child
  if (pid === undefined) throw new Error(`${program} did not start`)
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const exited = (): boolean => child.exitCode !== null || child.signalCode !== null
  const forget = onExit(() => child.kill('SIGKILL'))
  return {
    pid,
    output: () => tail,
    exited,
    async end(signal) {
      const killer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      if (!exited()) child.kill(signal)
      if (!exited()) await gone
      clearTimeout(killer)
      forget()
    },
  }
}

/** Asks again until `ready` does not throw; gives up when the process has ended or after 30 s. */
export async function waitUntilReady(started: PrivateProcess, ready: () => Promise<unknown>): Promise<void> {
  const giveUpAt = Date.now() + 30_000
  for (;;) {
    try {
      await ready()
      return
    } catch (cause) {
      if (started.exited() || Date.now() > giveUpAt) {
        await started.end('SIGKILL')
        throw new Error(`the server did not come up:\n${started.output()}`, { cause })
      }
    }
    await sleep(50)
  }
}
