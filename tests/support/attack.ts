// Password guessing as sshd logs it, sent as a sender would: by syslog, or by the ingest address.
import { createConnection } from 'node:net'

/** A host of the hospital, which sends by the ingest address. */
export const HOSPITAL_HOST = 'his01'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A line of sshd without header, as it stands after `sshd[pid]: `. */
export function failures(ip: string, count: number, user = 'root'): string[] {
  return Array.from({ length: count }, (_, index) => `Failed password for ${user} from ${ip} port ${40_000 + index} ssh2`)
}

export function success(ip: string, user = 'root'): string {
  return `Accepted password for ${user} from ${ip} port 50000 ssh2`
}

export function syslogLines(host: string, messages: readonly string[], now = new Date()): string[] {
  const local = new Date(now.getTime() + 8 * 3_600_000)
  const two = (n: number) => String(n).padStart(2, '0')
  const stamp = `${MONTHS[local.getUTCMonth()] ?? ''} ${String(local.getUTCDate()).padStart(2)} ${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`
  return messages.map((message, index) => `<38>${stamp} ${host} sshd[${20_000 + index}]: ${message}`)
}

/** Octet-counted frames over one TCP connection (RFC 6587). */
export function sendSyslog(port: number, lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port }, () => {
      for (const line of lines) socket.write(`${Buffer.byteLength(line)} ${line}`)
      socket.end()
    })
    socket.once('error', reject)
    socket.once('close', () => resolve())
  })
}

export interface Accepted {
  readonly accepted: number
  readonly rejected: readonly { readonly line: number; readonly error: string }[]
}

export async function ingest(url: string, token: string, type: string, body: string): Promise<Accepted> {
  const response = await fetch(`${url}/api/v1/ingest/${type}`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body })
  if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as Accepted
}
