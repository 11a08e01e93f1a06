// The only way the sandbox calls anybody by HTTP: to near addresses unless allowed further, in bounded time, with a bounded answer.
import { lookup } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

export interface CallbackAnswer {
  readonly status: number
  readonly body: string
}

const maxAnswerBytes = 2 * 1024 * 1024
const near = new Set(['loopback', 'private', 'uniqueLocal'])

/** @param anywhere also addresses of the internet; else loopback and private ones only */
export function callbackPost(anywhere: boolean) {
  /** Does not follow redirects. @throws Error when there is no whole answer in time */
  return (url: URL, method: 'GET' | 'POST', body: string, contentType: string, milliseconds: number): Promise<CallbackAnswer> =>
    new Promise((resolve, reject) => {
      const host = url.hostname.replace(/^\[|\]$/g, '')
      if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error('callback address is neither http nor https')
      if (!anywhere && isIP(host) !== 0 && !isNear(host)) throw new Error('callback address is not loopback or private')
      const bytes = Buffer.from(body)
      const headers = method === 'POST' ? { 'Content-Type': contentType, 'Content-Length': bytes.length } : {}
      const options = {
        method,
        headers: { ...headers, 'User-Agent': 'Mozilla/4.0' },
        agent: false,
        signal: AbortSignal.timeout(milliseconds),
        ...(anywhere ? {} : { lookup: nearLookup }),
      }
      const asked = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, response => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > maxAnswerBytes) response.destroy(new Error('answer to a callback is too long'))
          else chunks.push(chunk)
        })
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }))
      })
      asked.on('error', reject)
      asked.end(method === 'POST' ? bytes : undefined)
    })
}

export type CallbackPost = ReturnType<typeof callbackPost>

function isNear(address: string): boolean {
  return ipaddr.isValid(address) && near.has(ipaddr.process(address).range())
}

/** Looks at the address that will really be connected to, whatever the name was a moment ago. */
const nearLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    if (error) return done(error, [])
    const allowed = found.filter(entry => isNear(entry.address))
    const first = allowed[0]
    if (!first) return done(new Error('callback address is not loopback or private'), [])
    if (options.all === true) done(null, allowed)
    else done(null, first.address, first.family)
  })
}
