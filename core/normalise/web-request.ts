// Takes a web request apart: quoted fields, request line, URL. Used by the parsers of web servers' logs.
import type { EventDraft } from './define-parser.js'
import { withoutControls } from './merge-draft.js'

const REQUEST = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) (\S.*)$/
const PROTOCOL = / HTTP\/(\d(?:\.\d)?)$/
const ABSOLUTE = /^(https?):\/\/([^/?#]{1,255})/i

/** The text between the quote at `start` and the next unescaped one, `\"` and `\\` resolved; `end` is the index after it. */
export function quotedText(text: string, start: number): { text: string; end: number } | undefined {
  if (text[start] !== '"') return undefined
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return { text: text.slice(start + 1, at).replace(/\\(["\\])/g, '$1'), end: at + 1 }
  }
  return undefined
}

export interface RequestFacts {
  readonly status: string | undefined
  readonly bytes: string | undefined
  readonly referrer: string | undefined
  readonly agent: string | undefined
  /** Virtual host, perhaps with a port. */
  readonly host: string | undefined
}

/** HTTP, URL and user agent fields of one request; a request line that is none stays in `url.original` as it was sent. */
export function requestFields(request: string, facts: RequestFacts): EventDraft {
  const status = facts.status === undefined ? undefined : Number(facts.status)
  const bytes = facts.bytes === undefined || facts.bytes === '-' ? undefined : Number(facts.bytes)
  const protocol = PROTOCOL.exec(request)
  const line = REQUEST.exec(protocol === null ? request : request.slice(0, protocol.index))
  const isHttp = line !== null && (protocol !== null || line[2]?.startsWith('/') === true)
  const target = isHttp ? line[2] : request
  return {
    event: {
      category: ['web'],
      type: ['access'],
      action: 'http_request',
      outcome: status === undefined ? undefined : status < 400 ? 'success' : 'failure',
    },
    http: {
      version: protocol?.[1],
      request: { method: isHttp ? line[1] : undefined, referrer: present(facts.referrer) },
      response: { status_code: status, body: { bytes } },
    },
    url: urlFields(present(target), isHttp, facts.host),
    user_agent: { original: present(facts.agent) },
  }
}

function urlFields(target: string | undefined, isHttp: boolean, host: string | undefined): EventDraft['url'] {
  const [domain, port] = splitHost(host)
  if (target === undefined || !isHttp) return { original: target, domain, port }
  const absolute = ABSOLUTE.exec(target)
  const rest = absolute === null ? target : target.slice(absolute[0].length)
  const mark = rest.indexOf('?')
  const path = decoded(mark === -1 ? rest : rest.slice(0, mark))
  const [ownDomain, ownPort] = splitHost(absolute?.[2])
  return {
    original: target,
    path: path === '' ? '/' : path,
    query: mark === -1 ? undefined : rest.slice(mark + 1),
    domain: ownDomain ?? domain,
    port: ownPort ?? port,
    scheme: absolute?.[1]?.toLowerCase(),
  }
}

function splitHost(host: string | undefined): [string | undefined, number | undefined] {
  const match = /^(.{1,255}?)(?::(\d{1,5}))?$/.exec(host ?? '')
  return match === null ? [undefined, undefined] : [match[1], match[2] === undefined ? undefined : Number(match[2])]
}

/** Percent signs resolved where they are UTF-8; otherwise the path as it came. */
function decoded(path: string): string {
  if (!path.includes('%')) return path
  try {
    return withoutControls(decodeURIComponent(path))
  } catch {
    return path
  }
}

function present(value: string | undefined): string | undefined {
  return value === undefined || value === '' || value === '-' ? undefined : value
}
