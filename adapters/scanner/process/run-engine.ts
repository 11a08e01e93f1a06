// Runs one scanning engine: own process group, own empty folder, three time limits, nothing left behind whatever dies. Called by the engines.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plainEnvironment } from '../../shared/run-process.js'

export interface EngineRun {
  readonly program: string
  /** As they are, never through a shell. Secrets belong into `files`. */
  readonly args: readonly string[]
  /** Written into the folder, readable by nobody else; names without a path. */
  readonly files?: Readonly<Record<string, string>>
  /** Nothing was written for so long: it hangs. */
  readonly idleSeconds: number
  readonly totalSeconds: number
  readonly signal: AbortSignal
  /** Of standard output and error together. */
  readonly maxOutputBytes?: number
}

/** Why it ended; only `ended` may be whole, and what the output says decides that. */
export type EngineEnd = 'ended' | 'idle' | 'late' | 'stopped' | 'missing' | 'too-large'

export interface EngineOutcome {
  readonly end: EngineEnd
  /** The working folder; gone when `use` returns. */
  readonly folder: string
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
}

const GRACE_MILLISECONDS = 1500
const MAX_OUTPUT = 16 * 1024 * 1024
/**
 * A constant; program and arguments are its positional parameters. The third descriptor is held by this process: when it closes, however this
 * process died, the whole group is told to end, the folder with its secrets removed, and what is left killed.
 */
const GUARD = `
( trap '' TERM INT HUP; read -r _ <&3; kill -TERM 0; sleep 1; rm -rf -- "$GUARDED_FOLDER"; kill -KILL 0 ) >/dev/null 2>&1 &
watch=$!
"$@" </dev/null 3<&- &
wait $!
code=$?
kill -KILL $watch 2>/dev/null
exit $code
`

/** Engines of this process, so that its end ends them at once. */
const groups = new Set<number>()
process.once('exit', () => groups.forEach(group => killGroup(group, 'SIGKILL')))

export class EngineWorkshop {
  /** `base`: a folder for the working folders of all runs of this process; what dead processes left there is removed. */
  constructor(private readonly base: string) {
    mkdirSync(base, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(base)) {
      const pid = Number(/^run-(\d+)-/.exec(name)?.[1] ?? NaN)
      if (!Number.isNaN(pid) && (pid === process.pid || !isAlive(pid))) rmSync(join(base, name), { recursive: true, force: true })
    }
  }

  /** Runs to its end or to a limit, then hands the folder to `use`, then removes it. */
  async run<T>(run: EngineRun, use: (outcome: EngineOutcome) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(this.base, `run-${process.pid}-`))
    try {
      for (const [name, content] of Object.entries(run.files ?? {})) writeFileSync(join(folder, name), content, { mode: 0o600, flag: 'wx' })
      return await use(await execute(run, folder))
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    }
  }
}

async function execute(run: EngineRun, folder: string): Promise<EngineOutcome> {
  const started = Date.now()
  if (run.signal.aborted) return { end: 'stopped', folder, stdout: '', stderr: '', seconds: 0 }
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', run.program, ...run.args], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...plainEnvironment, HOME: folder, TMPDIR: folder, GUARDED_FOLDER: folder },
  })
  const { pid } = child
  if (pid !== undefined) groups.add(pid)
  const texts = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  let end: EngineEnd = 'ended'
  let heard = Date.now()
  let bytes = 0
  let size = 0
  let killing: NodeJS.Timeout | undefined
  const stop = (why: EngineEnd): void => {
    if (end !== 'ended' || pid === undefined) return
    end = why
    killGroup(pid, 'SIGTERM')
    killing = setTimeout(() => killGroup(pid, 'SIGKILL'), GRACE_MILLISECONDS)
  }
  const onAbort = (): void => stop('stopped')
  run.signal.addEventListener('abort', onAbort, { once: true })
  const collect = (into: Buffer[]) => (chunk: Buffer) => {
    heard = Date.now()
    bytes += chunk.length
    if (bytes > (run.maxOutputBytes ?? MAX_OUTPUT)) stop('too-large')
    else into.push(chunk)
  }
  child.stdout?.on('data', collect(texts.stdout))
  child.stderr?.on('data', collect(texts.stderr))
  // The lifeline: it breaks when the guard has gone.
  child.stdio[3]?.on('error', () => undefined)
  const watch = setInterval(() => {
    const now = folderSize(folder)
    if (now !== size) heard = Date.now()
    size = now
    if (now > MAX_OUTPUT * 4) stop('too-large')
    else if (Date.now() - started > run.totalSeconds * 1000) stop('late')
    else if (Date.now() - heard > run.idleSeconds * 1000) stop('idle')
  }, 500)
  const code = await new Promise<number | null>(resolve => {
    child.once('error', () => resolve(127))
    // `exit` of the guard and the closing of all pipes: whoever still holds one belongs to the group.
    child.once('close', resolve)
    child.once('exit', () => {
      if (pid !== undefined) killing ??= setTimeout(() => killGroup(pid, 'SIGKILL'), GRACE_MILLISECONDS)
    })
  })
  clearInterval(watch)
  clearTimeout(killing)
  run.signal.removeEventListener('abort', onAbort)
  if (pid !== undefined) {
    killGroup(pid, 'SIGKILL')
    groups.delete(pid)
  }
  child.stdio.forEach(stream => stream?.destroy())
  const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8')
  return {
    end: end === 'ended' && (code === 127 || code === 126) ? 'missing' : end,
    folder,
    stdout: text(texts.stdout),
    stderr: text(texts.stderr),
    seconds: (Date.now() - started) / 1000,
  }
}

const endLabel: Readonly<Record<Exclude<EngineEnd, 'ended'>, string>> = {
  idle: '引擎长时间没有动静，已终止',
  late: '超过时限，已终止',
  stopped: '按要求停止',
  missing: '引擎没有安装',
  'too-large': '引擎输出过大，已终止',
}

export function partialOf(end: EngineEnd): string | null {
  return end === 'ended' ? null : endLabel[end]
}

function folderSize(folder: string): number {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  } catch {
    return 0
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // Nobody of the group is left.
  }
}
