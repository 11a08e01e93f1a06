// How words reach nft: on this host, in a network namespace, or over SSH; used by the nftables driver only.
import { AppError } from '../../../core/errors.js'
import { plainEnvironment, ProcessFailure, runProcess } from '../../shared/run-process.js'
import { runOverSsh, SshFailure } from '../../shared/ssh.js'
import type { AddressFamily } from '../checked-order.js'
import type { NftablesConfig } from './address.js'

export interface Answer {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Transport {
  /** Runs nft with constant arguments; what varies goes in by standard input. @throws DEVICE_UNREACHABLE, DEVICE_MISCONFIGURED, DEVICE_REFUSED */
  nft(args: readonly string[], stdin: string, timeoutMilliseconds: number): Promise<Answer>
  /** Deletes the connections of an address from the tracking table, both directions. Same errors. */
  forgetFlows(ip: string, family: AddressFamily, timeoutMilliseconds: number): Promise<Answer>
}

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024

/** @param path where local programs are looked for; absent: the usual system folders */
export function makeTransport(config: NftablesConfig, path?: string): Transport {
  const inNamespace = config.netns === undefined ? [] : ['ip', 'netns', 'exec', config.netns]
  return config.ssh === undefined ? localTransport(config.device, inNamespace, path) : sshTransport(config.device, inNamespace, config.ssh)
}

function localTransport(device: string, inNamespace: readonly string[], path?: string): Transport {
  const run = async (words: readonly string[], stdin: string, timeoutMilliseconds: number) => {
    const [file = '', ...args] = [...inNamespace, ...words]
    const env = path === undefined ? plainEnvironment : { ...plainEnvironment, PATH: path }
    try {
      return await runProcess(file, args, { stdin, timeoutMilliseconds, maxOutputBytes: MAX_OUTPUT_BYTES, env })
    } catch (cause) {
      if (!(cause instanceof ProcessFailure)) throw cause
      if (cause.reason === 'not-found') throw new AppError('DEVICE_MISCONFIGURED', { device, problem: `没有 ${file} 命令` }, { cause })
      throw withoutResult(device, cause)
    }
  }
  return {
    nft: (args, stdin, timeout) => run(['nft', ...args], stdin, timeout),
    async forgetFlows(ip, family, timeout) {
      const from = await run(['conntrack', '-D', '-f', `ipv${family}`, '-s', ip], '', timeout)
      const to = await run(['conntrack', '-D', '-f', `ipv${family}`, '-d', ip], '', timeout)
      return { exitCode: to.exitCode, stdout: '', stderr: `${from.stderr.trim()}\n${to.stderr.trim()}` }
    },
  }
}

function sshTransport(device: string, inNamespace: readonly string[], ssh: NonNullable<NftablesConfig['ssh']>): Transport {
  const prefix = ['env', 'LC_ALL=C', ...inNamespace].join(' ')
  const { host, port, user, hostKeySha256, privateKey, password } = ssh
  const secret = privateKey === undefined ? { password: password ?? '' } : { privateKey }
  const run = async (command: string, stdin: string, timeoutMilliseconds: number) => {
    const target = { host, port, user, hostKeySha256, ...secret }
    try {
      return await runOverSsh({ ...target, command, stdin, timeoutMilliseconds, maxOutputBytes: MAX_OUTPUT_BYTES })
    } catch (cause) {
      if (!(cause instanceof SshFailure)) throw cause
      // Trying again does not help these two; a person has to look at the device row.
      if (cause.reason === 'host-key') throw new AppError('DEVICE_MISCONFIGURED', { device, problem: '主机密钥与登记的不一致' }, { cause })
      if (cause.reason === 'authentication')
        throw new AppError('DEVICE_MISCONFIGURED', { device, problem: '设备不接受登记的凭据' }, { cause })
      throw withoutResult(device, cause)
    }
  }
  return {
    nft: (args, stdin, timeout) => run(`${prefix} nft ${args.join(' ')}`, stdin, timeout),
    forgetFlows(ip, family, timeout) {
      // A constant command: the address is read from standard input and expanded as one quoted word.
      const tool = `${prefix} conntrack -D -f ipv${family}`
      return run(`IFS= read -r ip; ${tool} -s "$ip"; ${tool} -d "$ip"`, `${ip}\n`, timeout)
    },
  }
}

function withoutResult(device: string, cause: ProcessFailure | SshFailure): AppError {
  if (cause.reason === 'output-too-large') return new AppError('DEVICE_REFUSED', { device, answer: 'the answer is too long' }, { cause })
  return new AppError('DEVICE_UNREACHABLE', { device, answer: cause.reason }, { cause })
}
