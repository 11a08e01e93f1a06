// Reads SMTP_URL into where and how to connect; called once by mailRoad, which fails the start when it is faulty.

export interface SmtpAddress {
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'none'
  readonly user?: string
  readonly password?: string
}

const schemes = new Map([
  ['smtp:', { port: 587, tls: false }],
  ['smtp+starttls:', { port: 587, tls: false }],
  ['smtps:', { port: 465, tls: true }],
])

/**
 * `smtps://user:password@host:465`, or `smtp://…:587` which insists on STARTTLS unless the host is this machine; `smtp+starttls://` insists
 * there too. Nothing in the address can switch the check of the certificate off.
 * @returns what is wrong, in words that do not repeat the address: it holds a password
 */
export function readSmtpAddress(text: string): SmtpAddress | string {
  if (!URL.canParse(text)) return 'SMTP_URL 不是有效的地址，例如 smtps://用户:密码@smtp.example.com:465'
  const url = new URL(text)
  const scheme = schemes.get(url.protocol)
  if (scheme === undefined) return 'SMTP_URL 要以 smtps://、smtp:// 或 smtp+starttls:// 开头'
  if (url.hostname === '') return 'SMTP_URL 缺主机名'
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname)) return 'SMTP_URL 在端口之后不能再有内容'
  const [user, password] = [decoded(url.username), decoded(url.password)]
  if (user === undefined || password === undefined) return 'SMTP_URL 里的用户名或密码没有按百分号编码'
  if ((user === '') !== (password === '')) return 'SMTP_URL 里的用户名和密码要么都有，要么都没有'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const plain = url.protocol === 'smtp:' && isLoopbackName(host)
  return {
    host,
    port: Number(url.port) || scheme.port,
    security: scheme.tls ? 'tls' : plain ? 'none' : 'starttls',
    ...(user === '' ? {} : { user, password }),
  }
}

function isLoopbackName(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
