// Where a finding is: host, port and path out of the addresses scanners write.
export interface Place {
  readonly host: string
  readonly port: number | null
  readonly protocol: string
  readonly path: string
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  ftp: 21,
  ftps: 990,
  ssh: 22,
  sftp: 22,
  telnet: 23,
  smtp: 25,
  ldap: 389,
  ldaps: 636,
  rdp: 3389,
  mysql: 3306,
  redis: 6379,
  mongodb: 27017,
  smb: 445,
  vnc: 5900,
}

/** `https://a.example:8443/x?y` → host, port, path; also `a.example:22`, `[::1]:80`, bare names and paths. */
export function placeOf(address: string): Place {
  const text = address.trim()
  const full = /^([a-z][a-z0-9+.-]{1,20}):\/\/([^/?#]*)([^]*)$/i.exec(text)
  if (full) {
    const [, scheme = '', authority = '', path = ''] = full
    const { host, port } = hostAndPort(authority.slice(authority.lastIndexOf('@') + 1))
    return { host, port: port ?? DEFAULT_PORTS[scheme.toLowerCase()] ?? null, protocol: 'tcp', path: path || '/' }
  }
  if (text.startsWith('/')) return { host: '', port: null, protocol: '', path: text }
  const slash = text.search(/[/?#]/)
  const { host, port } = hostAndPort(slash === -1 ? text : text.slice(0, slash))
  return { host, port, protocol: port === null ? '' : 'tcp', path: slash === -1 ? '' : text.slice(slash) }
}

function hostAndPort(authority: string): { host: string; port: number | null } {
  const bracketed = /^\[([0-9a-f:.%]+)\](?::(\d{1,5}))?$/i.exec(authority)
  const plain = bracketed ?? /^([^:\s]*)(?::(\d{1,5}))?$/.exec(authority)
  if (!plain) return { host: hostName(authority), port: null }
  return { host: hostName(plain[1] ?? ''), port: portNumber(plain[2]) }
}

/** Lower case, without a final dot, at most 253 characters. */
export function hostName(text: string): string {
  return text.trim().toLowerCase().replace(/\.$/, '').slice(0, 253)
}

/** 1 to 65535; 0, `general` and everything else is "the host itself". */
export function portNumber(text: string | number | null | undefined): number | null {
  const value = typeof text === 'number' ? text : /^\d{1,5}$/.test(text ?? '') ? Number(text) : NaN
  return Number.isInteger(value) && value > 0 && value < 65536 ? value : null
}
