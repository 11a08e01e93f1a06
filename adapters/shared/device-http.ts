// One request to a device's management interface, bounded in time and size, with its certificate checked or pinned; used by HTTP drivers.
import { request as plainRequest, type RequestOptions } from 'node:http'
import { Agent, request as secureRequest } from 'node:https'
import { connect, type TLSSocket } from 'node:tls'
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { misconfigured, readJson, readParameters } from './ssh-address.js'

export const DeviceWeb = z.object({
  /** The address as written: for error facts; holds no secret. */
  device: z.string(),
  /** `https://fw.example.edu:8443`, without a slash at its end. */
  origin: z.string(),
  /** 64 hexadecimal digits: the only certificate accepted, whoever signed it. Absent: a certificate the system trusts. */
  certificateSha256: z.string().optional(),
  timeoutMilliseconds: z.number().int().min(1).max(600_000),
  /** Never repeated in an error, even if the device repeats them in its answer. */
  secrets: z.array(z.string()),
})
export type DeviceWeb = z.infer<typeof DeviceWeb>

export interface DeviceRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Begins with a slash; what varies in it was encoded. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface DeviceAnswer {
  readonly status: number
  readonly body: string
}

const MAX_BYTES = 16 * 1024 * 1024
const loopback = ['127.0.0.1', '[::1]', 'localhost']

/**
 * `https://host[:port]/[?name=value]`; `http://` on the loopback only, because credentials would travel in the open.
 * The credential is a JSON object; `certificateSha256` in it pins the certificate.
 * @throws DEVICE_MISCONFIGURED; the credential's text is in no message
 */
export function readDeviceWeb(
  { address, credential, timeoutMilliseconds }: { address: string; credential?: string; timeoutMilliseconds: number },
  allowed: readonly string[],
): { web: DeviceWeb; parameters: ReadonlyMap<string, string>; credential: Readonly<Record<string, unknown>>; path: string } {
  const url = address.length <= 512 && URL.canParse(address) ? new URL(address) : undefined
  if (url !== undefined && (url.username !== '' || url.password !== '')) throw misconfigured('https', '凭据不能写在地址里')
  const device = address.slice(0, 200)
  if (url === undefined || url.hash !== '') throw misconfigured(device, '地址应为 https://主机:端口')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.includes(url.hostname)))
    throw misconfigured(device, '地址应为 https://主机:端口（明文 http 只许本机）')
  const parameters = readParameters(device, url, allowed, '设备地址')
  const given = credential === undefined ? undefined : readJson(credential)
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw misconfigured(device, '凭据应为 JSON 对象')
  const { certificateSha256, ...rest } = given as Record<string, unknown>
  const pin = pinOf(device, certificateSha256)
  return {
    web: {
      device,
      origin: url.origin,
      timeoutMilliseconds,
      secrets: secretsOf(rest),
      ...(pin !== undefined && { certificateSha256: pin }),
    },
    parameters,
    credential: rest,
    path: url.pathname,
  }
}

function secretsOf(credential: Readonly<Record<string, unknown>>): string[] {
  return Object.values(credential).filter(value => typeof value === 'string' && value.length >= 4) as string[]
}

function pinOf(device: string, given: unknown): string | undefined {
  if (given === undefined) return undefined
  const hex = typeof given === 'string' ? given.replaceAll(':', '').toLowerCase() : ''
  if (!/^[0-9a-f]{64}$/.test(hex)) throw misconfigured(device, 'certificateSha256 不是 SHA-256 指纹')
  return hex
}

/** Any status is an answer; redirections are not followed. @throws DEVICE_UNREACHABLE, DEVICE_MISCONFIGURED (certificate), DEVICE_REFUSED (too long) */
export function callDevice(web: DeviceWeb, asked: DeviceRequest, timeoutMilliseconds = web.timeoutMilliseconds): Promise<DeviceAnswer> {
  const { device } = web
  return new Promise((resolve, reject) => {
    const url = new URL(web.origin + asked.path)
    const secure = url.protocol === 'https:'
    const options: RequestOptions = {
      method: asked.method,
      headers: { ...asked.headers, ...(asked.body !== undefined && { 'content-length': String(Buffer.byteLength(asked.body)) }) },
      ...(secure && { agent: agentFor(web.certificateSha256) }),
    }
    const request = (secure ? secureRequest : plainRequest)(url, options, response => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_BYTES) fail(new AppError('DEVICE_REFUSED', { device, answer: 'the answer is too long' }))
        else chunks.push(chunk)
      })
      response.on('error', cause => fail(unreachable('dropped', cause)))
      response.on('end', () => {
        clearTimeout(timer)
        if (!response.complete) return fail(unreachable('dropped'))
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') })
      })
    })
    const unreachable = (answer: string, cause?: unknown) => new AppError('DEVICE_UNREACHABLE', { device, answer }, { cause })
    const fail = (error: AppError) => {
      clearTimeout(timer)
      reject(error)
      request.destroy()
    }
    const timer = setTimeout(() => fail(unreachable('timeout')), Math.max(1, timeoutMilliseconds))
    request.on('error', (cause: NodeJS.ErrnoException) =>
      fail(
        isCertificate(cause)
          ? misconfigured(device, '设备的证书不是登记的，也不受系统信任', cause)
          : unreachable(cause.code ?? 'dropped', cause),
      ),
    )
    request.end(asked.body)
  })
}

const WRONG_PIN = 'GUANJIA_WRONG_PIN'

function isCertificate({ code = '' }: NodeJS.ErrnoException): boolean {
  return code === WRONG_PIN || /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code)
}

/** A pinned certificate is compared before a byte of the request is written. */
function agentFor(pin: string | undefined): Agent {
  const agent = new Agent({ keepAlive: false })
  if (pin === undefined) return agent
  agent.createConnection = (options, ready) => {
    const socket: TLSSocket = connect({ ...(options as object), rejectUnauthorized: false, checkServerIdentity: () => undefined })
    let told = false
    const tell = (error: Error | null): void => {
      if (told) return
      told = true
      if (error) socket.destroy()
      ready?.(error, socket)
    }
    socket.once('error', tell)
    socket.once('secureConnect', () => {
      const seen = socket.getPeerCertificate().fingerprint256?.replaceAll(':', '').toLowerCase()
      tell(seen === pin ? null : Object.assign(new Error('another certificate'), { code: WRONG_PIN }))
    })
    return undefined
  }
  return agent
}

/** How much of a call's time is left, for calls made of several requests. @throws DEVICE_UNREACHABLE when none is */
export function countdown({ device, timeoutMilliseconds }: DeviceWeb): () => number {
  const end = performance.now() + timeoutMilliseconds
  return () => {
    const left = end - performance.now()
    if (left < 1) throw new AppError('DEVICE_UNREACHABLE', { device, answer: 'timeout' })
    return left
  }
}

/** JSON of an answer, or undefined. */
export function answerJson({ body }: DeviceAnswer): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** What a status outside 2xx means wherever a vendor has no better words. */
export function refusal({ device, secrets }: DeviceWeb, { status, body }: DeviceAnswer, words?: string): AppError {
  const said = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), (words ?? body).slice(0, 100_000))
  const answer = `HTTP ${status} ${said.replaceAll(/\s+/g, ' ').slice(0, 300)}`.trim()
  if (status === 401 || status === 403) return misconfigured(device, '设备不接受登记的凭据或权限不足')
  if (status === 429 || status === 503 || status === 423) return new AppError('DEVICE_BUSY', { device, answer })
  if (status === 502 || status === 504) return new AppError('DEVICE_UNREACHABLE', { device, answer })
  return new AppError('DEVICE_REFUSED', { device, answer })
}
