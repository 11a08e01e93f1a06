// Access logs of nginx and Apache: common, combined, with virtual host, behind proxies, with extra fields, and Apache's ssl_request form.
import { canonicalIp, isPublicIp } from '../address.js'
import { defineParser, type EventDraft } from '../define-parser.js'
import { clfTime, toInstant } from '../event-time.js'
import { quotedText, requestFields } from '../web-request.js'

const DATE = /\[(\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2}(?:\.\d{1,9})? [+-]\d{4})\] /
const STATUS = /^ (\d{3}|-) (\d{1,19}|-)(?= |$)/
/** Request number, router, server and duration are only Traefik's. */
const TRAEFIK = / \d{1,12} "[^"]{0,400}" "[^"]{0,400}" \d{1,9}ms$/
/** Where something else may stand before the message (a container's or a file's prefix) it is short. */
const MAX_PREFIX = 1_024

export const webAccess = defineParser({
  id: 'web-access',
  vendor: 'nginx',
  product: 'nginx',
  dataset: 'nginx.access',
  samples: {
    parses: [
      '192.0.2.1 - - [25/Oct/2016:14:49:33 +0200] "GET / HTTP/1.1" 200 612 "-" "curl/8"',
      '::1 - - [26/Dec/2016:16:16:29 +0200] "GET /favicon.ico HTTP/1.1" 404 209',
      'www.example.com:80 192.0.2.1 - bob [25/Oct/2016:14:49:33 +0200] "GET /a?b=c HTTP/1.1" 301 0 "-" "x" "-" rt=0.1',
      '10.0.0.2, 192.0.2.1 - - [07/Dec/2016:11:05:07 +0100] "GET /o HTTP/1.1" 200 571 "-" "say \\"hi\\""',
      '<190>Feb 12 14:10:21 web nginx: 192.0.2.1 - - [25/Oct/2016:14:49:33 +0200] "\\x16\\x03" 400 157 "-" "-"',
      '[10/Aug/2018:09:45:56 +0200] 192.0.2.1 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 "GET /n HTTP/1.1" 1375',
      '[10/Feb/2024:21:23:32 +0100] mx.example.org 192.0.2.1 0.227 "REPORT /S/ HTTP/2.0" 207 125 440 - Mozilla/5.0 (X11)',
    ],
    ignores: [
      '192.0.2.1 - - [25/Oct/2016:14:49:33 +0200] GET / 200',
      '192.0.2.1 - - [25/Foo/2016:14:49:33 +0200] "GET / HTTP/1.1" 200 612',
      '192.0.2.1 - - [25/Oct/2016:14:49:33 +0200] "GET / HTTP/1.1" ok 612',
    ],
  },
  parse(message, envelope) {
    const match = DATE.exec(message)
    if (match === null || match.index > MAX_PREFIX) return null
    const at = toInstant(clfTime(match[1] ?? ''))
    if (at === undefined) return null
    const after = message.slice(match.index + match[0].length)
    const draft = match.index === 0 ? timeFirst(after) : addressFirst(message.slice(0, match.index), after)
    if (draft === null) return null
    const traefik = TRAEFIK.test(message)
    // Only Traefik writes an answer without a status.
    if (!traefik && / - (?:\d{1,19}|-)(?: |$)/.test(after) && draft.http?.response?.status_code === undefined) return null
    if (traefik) {
      const { event } = draft
      return {
        ...draft,
        '@timestamp': at,
        event: { ...event, dataset: 'traefik.access' },
        observer: { vendor: 'Traefik Labs', product: 'Traefik' },
      }
    }
    const apache = isApache(message, match.index, envelope.appname ?? envelope.sourceType)
    return {
      ...draft,
      '@timestamp': at,
      event: { ...draft.event, ...(apache ? { dataset: 'apache.access' } : {}) },
      ...(apache ? { observer: { vendor: 'Apache', product: 'HTTP Server' } } : {}),
    }
  },
})

/** The two servers write the same format; the program's name tells them apart, then what only Apache writes. */
function isApache(message: string, dateAt: number, name: string): boolean {
  if (/nginx|openresty|tengine/i.test(name)) return false
  if (/apache|httpd/i.test(name)) return true
  return (
    /^[^\s[]{1,255}:\d{1,5} \S/.test(message) ||
    / TLSv1/.test(message.slice(0, 120)) ||
    /" \d{3} -(?: |$)/.test(message.slice(dateAt)) ||
    / "-" 408 /.test(message)
  )
}

/** `host[:port] client, proxy ident user [date] "request" status bytes "referrer" "agent" …` */
function addressFirst(prefix: string, after: string): EventDraft | null {
  const request = quotedText(after, 0)
  if (request === undefined) return null
  const status = STATUS.exec(after.slice(request.end))
  if (status === null) return null
  const rest = after.slice(request.end + status[0].length)
  const referrer = quotedText(rest, 1)
  const agent = referrer === undefined ? undefined : quotedText(rest, referrer.end + 1)
  const who = readPrefix(prefix)
  return {
    ...requestFields(request.text, {
      status: status[1] === '-' ? undefined : status[1],
      bytes: status[2],
      referrer: referrer?.text,
      agent: agent?.text,
      host: who.host,
    }),
    ...who.fields,
  }
}

interface Prefix {
  readonly host: string | undefined
  readonly fields: EventDraft
}

function readPrefix(prefix: string): Prefix {
  const quoted = /^"([^"]*)" +/.exec(prefix)
  let tokens = prefix
    .slice(quoted?.[0].length ?? 0)
    .trim()
    .split(/ +/)
  const addresses = quoted === null ? [] : (quoted[1] ?? '').split(/[, ]+/)
  let host: string | undefined
  // A virtual host stands before an address and is not part of a list ("localhost, localhost").
  if (quoted === null && tokens.length > 2 && !isAddress(tokens[0]) && !tokens[0]?.endsWith(',') && isAddress(tokens[1])) {
    host = tokens[0]
    tokens = tokens.slice(1)
  }
  let count = 0
  while (
    count < tokens.length &&
    (count === 0 ? quoted === null || isAddress(tokens[0]) : tokens[count - 1]?.endsWith(',') || isAddress(tokens[count]))
  ) {
    addresses.push((tokens[count] ?? '').replace(/,$/, ''))
    count += 1
  }
  // What is left is the ident and the user; a user name may hold blanks.
  const user = tokens.slice(count + 1).join(' ')
  return {
    host,
    fields: { source: sourceOf(addresses), user: { name: user === '' || user === '-' ? undefined : user }, related: relatedOf(addresses) },
  }
}

function isAddress(token: string | undefined): boolean {
  return token !== undefined && canonicalIp(token.replace(/,$/, '')) !== undefined
}

/** Behind proxies the first public address is the client's as the proxies tell it; all of them stay in `related.ip`. */
function sourceOf(addresses: readonly string[]): EventDraft['source'] {
  const valid = addresses.map(canonicalIp).filter(ip => ip !== undefined)
  const ip = valid.find(isPublicIp) ?? valid[0]
  return ip === undefined ? { address: addresses[0] } : { ip }
}

function relatedOf(addresses: readonly string[]): EventDraft['related'] {
  const valid = addresses.map(canonicalIp).filter(ip => ip !== undefined)
  return valid.length > 1 ? { ip: [...new Set(valid)] } : undefined
}

/** `[date] [host] client … "request" [status] bytes …`: Apache's ssl_request log and timed variants of nginx. */
function timeFirst(after: string): EventDraft | null {
  const quote = after.indexOf('"')
  const request = quote === -1 || quote > MAX_PREFIX ? undefined : quotedText(after, quote)
  if (request === undefined) return null
  const tokens = after.slice(0, quote).trim().split(/ +/)
  const index = tokens.findIndex(isAddress)
  if (index === -1 || index > 1) return null
  const rest = after.slice(request.end)
  const tls = /^TLSv([\d.]{1,4})$/.exec(tokens[index + 1] ?? '')
  const status = STATUS.exec(rest)
  const bytesOnly = /^ (\d{1,19}|-)$/.exec(rest)
  if (status === null && bytesOnly === null) return null
  // … status request-length bytes referrer agent, unquoted
  const tail = status === null ? null : /^ (\d{1,19}) (\S{1,2048}) (.+)$/.exec(rest.slice(status[0].length))
  return {
    ...requestFields(request.text, {
      status: bytesOnly === null ? status?.[1] : undefined,
      bytes: bytesOnly?.[1] ?? status?.[2],
      referrer: tail?.[2],
      agent: tail?.[3],
      host: index === 1 && tokens[0] !== '_' ? tokens[0] : undefined,
    }),
    source: sourceOf([tokens[index] ?? '']),
    tls: tls === null ? undefined : { version: tls[1], version_protocol: 'tls', cipher: tokens[index + 2] },
  }
}
