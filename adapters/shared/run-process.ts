// Runs one program without a shell, bounded in time and output; called by adapters that use tools of this host.
import { spawn } from 'node:child_process'

export interface ProcessOptions {
  /** Written to standard input, which is then closed; absent: standard input is empty. */
  readonly stdin?: string | Uint8Array
  /** From start to the end of output. */
  readonly timeoutMilliseconds: number
  /** Upper bound of standard output and standard error together. */
  readonly maxOutputBytes: number
  /** The whole environment of the program; absent: a fixed PATH and LC_ALL=C, so that no secret of ours is inherited. */
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export interface ProcessResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export type ProcessFailureReason = 'not-found' | 'not-started' | 'timeout' | 'output-too-large' | 'aborted'

/** The program gave no result; whatever it had begun was killed. */
export class ProcessFailure extends Error {
  override readonly name = 'ProcessFailure'
  constructor(
    readonly reason: ProcessFailureReason,
    readonly file: string,
    options: { cause?: unknown } = {},
  ) {
    super(`${file}: ${reason}`, options)
  }
}

export const plainEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
}

const running = new Set<number>()
let exitHooked = false

/**
 * Runs `file` with `args` as they are. The program leads its own process group, which is killed as a whole on time-out, on too
 * much output, on abort, and when this process ends. Any exit code is a result, not an error.
 * @throws ProcessFailure when there is no result
 */
export function runProcess(file: string, args: readonly string[], options: ProcessOptions): Promise<ProcessResult> {
  if (options.signal?.aborted) return Promise.reject(new ProcessFailure('aborted', file))
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { detached: true, stdio: 'pipe', env: { ...(options.env ?? plainEnvironment) } })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let bytes = 0

    const finish = () => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', abort)
      if (child.pid !== undefined) running.delete(child.pid)
    }
    const fail = (reason: ProcessFailureReason, cause?: unknown) => {
      finish()
      // The group is killed even if its leader has gone: what the leader left behind may still hold the pipes.
      if (child.pid !== undefined) killGroup(child.pid)
      child.stdin.destroy()
      child.stdout.destroy()
      child.stderr.destroy()
      reject(new ProcessFailure(reason, file, { cause }))
    }
    const abort = () => fail('aborted')
    const timer = setTimeout(() => fail('timeout'), options.timeoutMilliseconds)
    options.signal?.addEventListener('abort', abort, { once: true })
    const collect = (into: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > options.maxOutputBytes) fail('output-too-large')
      else into.push(chunk)
    }

    if (child.pid !== undefined) remember(child.pid)
    child.on('error', (cause: NodeJS.ErrnoException) => fail(cause.code === 'ENOENT' ? 'not-found' : 'not-started', cause))
    child.stdout.on('data', collect(stdout))
    child.stderr.on('data', collect(stderr))
    // A program may end without reading its input; its exit code says whether that mattered.
    child.stdin.on('error', () => {})
    child.on('close', (exitCode, signal) => {
      finish()
      resolve({ exitCode, signal, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') })
    })
    child.stdin.end(options.stdin ?? '')
  })
}

function remember(pid: number): void {
  running.add(pid)
  if (exitHooked) return
  exitHooked = true
  process.once('exit', () => running.forEach(killGroup))
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody of the group is left.
  }
}
