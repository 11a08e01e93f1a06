// Reads the address and credential of an nftables device row; pure, called by the driver's `configure`.
import { z } from 'zod'
import { AppError } from '../../../core/errors.js'
import type { FirewallContext } from '../../../core/ports/firewall.js'
import { fingerprintHex, isPrivateKey } from '../../shared/ssh.js'

const NETNS = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9a-fA-F:.]{2,45}\])$/
const USER = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/

const Netns = z.string().regex(NETNS)
const Credential = z.strictObject({
  privateKey: z.string().min(1).max(16_384).optional(),
  password: z.string().min(1).max(1024).optional(),
  hostKeySha256: z.string(),
})

export const NftablesConfig = z.object({
  /** The address as written, for error facts; holds no secret. */
  device: z.string(),
  timeoutMilliseconds: z.number().int().min(1).max(600_000),
  /** Network namespace in which the firewall lives; absent: the host's own. */
  netns: Netns.optional(),
  /** Absent: this host. */
  ssh: z
    .object({
      host: z.string().min(1),
      port: z.number().int().min(1).max(65_535),
      user: z.string().regex(USER),
      privateKey: z.string().optional(),
      password: z.string().optional(),
      hostKeySha256: z.string(),
    })
    .optional(),
})
export type NftablesConfig = z.infer<typeof NftablesConfig>

/**
 * `local:`, `netns:<name>`, or `ssh://user@host[:port]/[?netns=<name>]` with the credential
 * `{"privateKey" or "password", "hostKeySha256"}` as JSON.
 * @throws DEVICE_MISCONFIGURED; the credential's text is in no message
 */
export function configureNftables({ address, credential, timeoutMilliseconds }: FirewallContext): NftablesConfig {
  const base = { device: address.slice(0, 200), timeoutMilliseconds }
  if (address === 'local:') return base
  if (address.startsWith('netns:')) {
    const name = address.slice('netns:'.length)
    if (!NETNS.test(name)) throw wrong(base.device, '网络命名空间的名字不正确')
    return { ...base, netns: name }
  }
  if (!address.startsWith('ssh://')) throw wrong(base.device, '地址应为 local:、netns:名字 或 ssh://用户@主机:端口')
  const { netns, ...target } = sshTarget(address)
  const ssh = { ...target, ...sshCredential(base.device, credential) }
  return { ...base, ssh, ...(netns !== undefined && { netns }) }
}

function sshTarget(address: string) {
  // A password inside the address would be shown wherever the address is.
  if (/^ssh:\/\/[^@]*:[^@]*@/.test(address)) throw wrong('ssh', '口令不能写在地址里，请写进凭据')
  const url = address.length <= 512 && URL.canParse(address) ? new URL(address) : undefined
  const device = address.slice(0, 200)
  if (url === undefined || url.hash !== '' || !['', '/'].includes(url.pathname)) throw wrong(device, 'SSH 地址不正确')
  if (!USER.test(url.username)) throw wrong(device, 'SSH 地址缺少用户名或用户名不正确')
  if (!HOST.test(url.hostname)) throw wrong(device, 'SSH 主机名不正确')
  const port = url.port === '' ? 22 : Number(url.port)
  if (port === 0) throw wrong(device, 'SSH 端口不正确')
  const names = [...url.searchParams.keys()]
  const netns = url.searchParams.get('netns') ?? undefined
  if (names.some(name => name !== 'netns') || names.length > 1) throw wrong(device, 'SSH 地址只允许参数 netns')
  if (netns !== undefined && !NETNS.test(netns)) throw wrong(device, '网络命名空间的名字不正确')
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, user: url.username, netns }
}

function sshCredential(device: string, text: string | undefined) {
  if (text === undefined || text === '') throw wrong(device, 'SSH 方式需要凭据')
  const parsed = Credential.safeParse(readJson(text.slice(0, 65_536)))
  if (!parsed.success) throw wrong(device, '凭据应为 JSON，含 hostKeySha256 以及 privateKey 或 password')
  const { privateKey, password, hostKeySha256 } = parsed.data
  if ((privateKey === undefined) === (password === undefined)) throw wrong(device, '凭据要有 privateKey 或 password 其中一个')
  if (privateKey !== undefined && !isPrivateKey(privateKey)) throw wrong(device, 'privateKey 读不出来（不支持带口令的私钥）')
  const hex = fingerprintHex(hostKeySha256)
  if (hex === undefined) throw wrong(device, 'hostKeySha256 不是 SHA-256 指纹')
  return { hostKeySha256: hex, ...(privateKey === undefined ? { password } : { privateKey }) }
}

/** The parser's own error would quote the credential, so it is not kept. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function wrong(device: string, problem: string): AppError {
  return new AppError('DEVICE_MISCONFIGURED', { device, problem })
}
