// Access lines of Nginx Proxy Manager, whose format names its fields in brackets.
import { endpoint } from '../address.js'
import { defineParser } from '../define-parser.js'
import { clfTime, toInstant } from '../event-time.js'
import { quotedText, requestFields } from '../web-request.js'

const HEAD = /^\[([^\]]{20,40})\] (?:\S{1,16} )?(?:\d{3}|-) (?:(\d{3}) )?- ([A-Z]{1,32}) (https?) (\S{1,255}) (?=")/
const STATUS = /^\[[^\]]{20,40}\] (?:- )?(\d{3}) /
const TAIL = /^ \[Client (\S{1,64})\] \[Length (\d{1,19}|-)\] \[Gzip \S{1,16}\] (?:\[Sent-to [^\]]{1,255}\] )?(?=")/

export const proxyManager = defineParser({
  id: 'proxy-manager',
  vendor: 'jc21',
  product: 'Nginx Proxy Manager',
  dataset: 'nginx-proxy-manager.access',
  samples: {
    parses: [
      '[24/Jan/2022:16:51:02 +0000] - 404 404 - GET http openresty.local "/x" [Client 192.0.2.3] [Length 192] [Gzip 3.10] [Sent-to openresty] "Mozilla/5.0" "-"',
      '[24/Jan/2022:13:40:19 +0000] 444 - GET https 192.0.2.9 "/.env" [Client 192.0.2.3] [Length 0] [Gzip -] "Mozilla/5.0" "-"',
    ],
    ignores: [
      '[24/Jan/2022:16:51:02 +0000] 192.0.2.3 TLSv1.2 X "GET / HTTP/1.1" 12',
      '[24/Jan/2022:13:40:19 +0000] 444 - GET https h "/.env" 12',
    ],
  },
  parse(message) {
    const head = HEAD.exec(message)
    if (head === null) return null
    const path = quotedText(message, head[0].length)
    const tail = path === undefined ? null : TAIL.exec(message.slice(path.end))
    const at = toInstant(clfTime(head[1] ?? ''))
    if (path === undefined || tail === null || at === undefined) return null
    const agent = quotedText(message, path.end + tail[0].length)
    const referrer = agent === undefined ? undefined : quotedText(message, agent.end + 1)
    // "- upstream answered": the second number is what the client got.
    const status = head[2] ?? STATUS.exec(message)?.[1]
    return {
      ...requestFields(`${head[3] ?? ''} ${path.text}`, {
        status,
        bytes: tail[2],
        referrer: referrer?.text,
        agent: agent?.text,
        host: head[5],
      }),
      '@timestamp': at,
      source: endpoint(tail[1]),
    }
  },
})
