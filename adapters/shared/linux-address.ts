// Where a Linux device's commands are run: on this host, in a network namespace, or over SSH; read from the device row by its drivers.
import { z } from 'zod'
import { misconfigured, readSshTarget, SshTarget } from './ssh-address.js'

const NETNS = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/

export const LinuxPlace = z.object({
  /** The address as written, for error facts; holds no secret. */
  device: z.string(),
  timeoutMilliseconds: z.number().int().min(1).max(600_000),
  /** Network namespace in which the firewall lives; absent: the host's own. */
  netns: z.string().regex(NETNS).optional(),
  /** Absent: this host. */
  ssh: SshTarget.optional(),
})
export type LinuxPlace = z.infer<typeof LinuxPlace>

interface Given {
  readonly address: string
  readonly credential?: string
  readonly timeoutMilliseconds: number
}

/**
 * `local:`, `netns:<name>`, or `ssh://user@host[:port]/[?netns=<name>]` with the credential
 * `{"privateKey" or "password", "hostKeySha256"}` as JSON.
 * @throws DEVICE_MISCONFIGURED; the credential's text is in no message
 */
export function readLinuxPlace({ address, credential, timeoutMilliseconds }: Given): LinuxPlace {
  const base = { device: address.slice(0, 200), timeoutMilliseconds }
  if (address === 'local:') return base
  if (address.startsWith('netns:')) {
    const name = address.slice('netns:'.length)
    if (!NETNS.test(name)) throw misconfigured(base.device, '网络命名空间的名字不正确')
    return { ...base, netns: name }
  }
  if (!address.startsWith('ssh://')) throw misconfigured(base.device, '地址应为 local:、netns:名字 或 ssh://用户@主机:端口')
  const { target, parameters } = readSshTarget(address, credential, ['netns'])
  const netns = parameters.get('netns')
  if (netns !== undefined && !NETNS.test(netns)) throw misconfigured(base.device, '网络命名空间的名字不正确')
  return { ...base, ssh: target, ...(netns !== undefined && { netns }) }
}
