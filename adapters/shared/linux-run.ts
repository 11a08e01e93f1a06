// How words reach the programs of a Linux device: on this host, in a network namespace, or over SSH; used by its drivers.
import { AppError } from '../../core/errors.js'
import type { LinuxPlace } from './linux-address.js'
import { plainEnvironment, ProcessFailure, runProcess } from './run-process.js'
import { misconfigured } from './ssh-address.js'
import { sshProblem } from './ssh-problem.js'
import { runOverSsh, SshFailure } from './ssh.js'

export interface Answer {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a program with constant words; what varies goes in by standard input.
 * @throws DEVICE_UNREACHABLE, DEVICE_MISCONFIGURED, DEVICE_REFUSED
 */
export type LinuxRun = (words: readonly string[], stdin: string, timeoutMilliseconds: number) => Promise<Answer>

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024
/** What a remote shell reads as it is written: no blank, quote or sign of its own. */
const PLAIN = /^[A-Za-z0-9_./:=,-]+$/

/** @param path where local programs are looked for; absent: the usual system folders */
export function makeLinuxRun({ device, netns, ssh }: LinuxPlace, path?: string): LinuxRun {
  const inNamespace = netns === undefined ? [] : ['ip', 'netns', 'exec', netns]
  if (ssh === undefined) {
    const env = path === undefined ? plainEnvironment : { ...plainEnvironment, PATH: path }
    return async (words, stdin, timeoutMilliseconds) => {
      const [file = '', ...args] = [...inNamespace, ...words]
      try {
        return await runProcess(file, args, { stdin, timeoutMilliseconds, maxOutputBytes: MAX_OUTPUT_BYTES, env })
      } catch (cause) {
        if (!(cause instanceof ProcessFailure)) throw cause
        if (cause.reason === 'not-found') throw misconfigured(device, `没有 ${file} 命令`, cause)
        if (cause.reason === 'output-too-large')
          throw new AppError('DEVICE_REFUSED', { device, answer: 'the answer is too long' }, { cause })
        throw new AppError('DEVICE_UNREACHABLE', { device, answer: cause.reason }, { cause })
      }
    }
  }
  return async (words, stdin, timeoutMilliseconds) => {
    const command = ['env', 'LC_ALL=C', ...inNamespace, ...words].map(quoted).join(' ')
    try {
      return await runOverSsh({ ...ssh, command, stdin, timeoutMilliseconds, maxOutputBytes: MAX_OUTPUT_BYTES })
    } catch (cause) {
      if (!(cause instanceof SshFailure)) throw cause
      throw sshProblem(device, cause)
    }
  }
}

/** One word of a POSIX shell. */
function quoted(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
