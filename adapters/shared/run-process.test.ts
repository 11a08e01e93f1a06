// Programs run without a shell end in time, whole groups of them, and inherit nothing.
import { describe, expect, it } from 'vitest'
import { ProcessFailure, type ProcessOptions, runProcess } from './run-process.js'

const limits: ProcessOptions = { timeoutMilliseconds: 20_000, maxOutputBytes: 100_000 }
const reasonOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: unknown) => (error instanceof ProcessFailure ? error.reason : String(error)),
  )

describe('runProcess', () => {
  it('gives exit code, output and input as they are', async () => {
    const result = await runProcess('sh', ['-c', 'cat; echo "$1" >&2; exit 3', 'x', '$(id); "'], { ...limits, stdin: '你好' })

    expect(result).toEqual({ exitCode: 3, signal: null, stdout: '你好', stderr: '$(id); "\n' })
  })

  it('hands nothing of our environment on', async () => {
    process.env['RUN_PROCESS_SECRET'] = 'secret'

    const { stdout } = await runProcess('env', [], limits)

    delete process.env['RUN_PROCESS_SECRET']
    expect(stdout).toContain('LC_ALL=C')
    expect(stdout).not.toContain('RUN_PROCESS_SECRET')
  })

  it('kills the whole group on time-out', async () => {
    const marker = 61_000 + (process.pid % 1000)
    const call = runProcess('sh', ['-c', `sleep ${marker} & echo $!; wait`], { ...limits, timeoutMilliseconds: 1000 })
    expect(await reasonOf(call)).toBe('timeout')

    const { stdout } = await runProcess('sh', ['-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "'], {
      ...limits,
      maxOutputBytes: 10e6,
    })
    expect(stdout).not.toContain(`sleep ${marker}`)
  })

  it('stops at the output limit, on abort, and when there is no such program', async () => {
    const abort = new AbortController()
    const aborted = runProcess('sleep', ['600'], { ...limits, signal: abort.signal })
    abort.abort()

    expect(await reasonOf(aborted)).toBe('aborted')
    expect(await reasonOf(runProcess('sleep', ['600'], { ...limits, signal: abort.signal }))).toBe('aborted')
    expect(await reasonOf(runProcess('cat', ['/dev/zero'], limits))).toBe('output-too-large')
    expect(await reasonOf(runProcess('no-such-program-here', [], limits))).toBe('not-found')
  })

  it('does not mind a program that leaves its input unread', async () => {
    const { exitCode } = await runProcess('true', [], { ...limits, stdin: 'x'.repeat(5_000_000) })

    expect(exitCode).toBe(0)
  })
})
