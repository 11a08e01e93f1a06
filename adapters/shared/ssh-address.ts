// Reads `ssh://user@host[:port]/[?name=value]` and the credential of a device row; pure, called by every driver that works over SSH.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { fingerprintHex, isPrivateKey } from './ssh.js'

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9a-fA-F:.]{2,45}\])$/
const USER = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/

const Credential = z.strictObject({
  privateKey: z.string().min(1).max(16_384).optional(),
  password: z.string().min(1).max(1024).optional(),
  hostKeySha256: z.string(),
})

export const SshTarget = z.object({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  user: z.string().regex(USER),
  privateKey: z.string().optional(),
  password: z.string().optional(),
  hostKeySha256: z.string(),
  /** Algorithms that are broken or weak may be used: for devices that know no others. */
  legacyAlgorithms: z.boolean().optional(),
})
export type SshTarget = z.infer<typeof SshTarget>

/**
 * @param allowed names of parameters the driver understands; `legacy=yes` is one of its own choosing
 * @throws DEVICE_MISCONFIGURED; the credential's text is in no message
 */
export function readSshTarget(
  address: string,
  credential: string | undefined,
  allowed: readonly string[],
): { target: SshTarget; parameters: ReadonlyMap<string, string> } {
  // A password inside the address would be shown wherever the address is.
  if (/^ssh:\/\/[^@]*:[^@]*@/.test(address)) throw misconfigured('ssh', '口令不能写在地址里，请写进凭据')
  const url = address.length <= 512 && URL.canParse(address) ? new URL(address) : undefined
  const device = address.slice(0, 200)
  if (url?.protocol !== 'ssh:' || url.hash !== '' || !['', '/'].includes(url.pathname)) throw misconfigured(device, 'SSH 地址不正确')
  if (!USER.test(url.username)) throw misconfigured(device, 'SSH 地址缺少用户名或用户名不正确')
  if (!HOST.test(url.hostname)) throw misconfigured(device, 'SSH 主机名不正确')
  const port = url.port === '' ? 22 : Number(url.port)
  if (port === 0) throw misconfigured(device, 'SSH 端口不正确')
  const parameters = readParameters(device, url, allowed, 'SSH 地址')
  const legacy = parameters.get('legacy')
  if (legacy !== undefined && legacy !== 'yes') throw misconfigured(device, '参数 legacy 只能是 yes')
  const target = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    user: url.username,
    ...readCredential(device, credential),
    ...(legacy === 'yes' && { legacyAlgorithms: true }),
  }
  return { target, parameters }
}

/** Each at most once, and only these. @throws DEVICE_MISCONFIGURED */
export function readParameters(device: string, url: URL, allowed: readonly string[], what: string): ReadonlyMap<string, string> {
  const names = [...url.searchParams.keys()]
  if (names.some(name => !allowed.includes(name)) || new Set(names).size < names.length)
    throw misconfigured(device, allowed.length > 0 ? `${what}只允许参数 ${allowed.join('、')}` : `${what}不带参数`)
  return new Map(url.searchParams)
}

function readCredential(device: string, text: string | undefined) {
  if (text === undefined || text === '') throw misconfigured(device, 'SSH 方式需要凭据')
  const parsed = Credential.safeParse(readJson(text))
  if (!parsed.success) throw misconfigured(device, '凭据应为 JSON，含 hostKeySha256 以及 privateKey 或 password')
  const { privateKey, password, hostKeySha256 } = parsed.data
  if ((privateKey === undefined) === (password === undefined)) throw misconfigured(device, '凭据要有 privateKey 或 password 其中一个')
  if (privateKey !== undefined && !isPrivateKey(privateKey)) throw misconfigured(device, 'privateKey 读不出来（不支持带口令的私钥）')
  const hex = fingerprintHex(hostKeySha256)
  if (hex === undefined) throw misconfigured(device, 'hostKeySha256 不是 SHA-256 指纹')
  return { hostKeySha256: hex, ...(privateKey === undefined ? { password } : { privateKey }) }
}

/** JSON of a credential of at most 64 KiB. The parser's own error would quote the credential, so it is not kept. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text.slice(0, 65_536))
  } catch {
    return undefined
  }
}

export function misconfigured(device: string, problem: string, cause?: unknown): AppError {
  return new AppError('DEVICE_MISCONFIGURED', { device, problem }, cause === undefined ? {} : { cause })
}
