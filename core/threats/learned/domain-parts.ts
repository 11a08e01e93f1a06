// Takes a domain name apart: public suffix, the label somebody registered, what stands before it. Used by the DGA net, the tunnels and the look-alikes.

export interface DomainParts {
  /** `com`, `co.uk`, or the domain of a provider under which anybody gets a name: `mooo.com`. */
  readonly suffix: string
  /** The label in front of the suffix: what an algorithm would generate. */
  readonly label: string
  /** Labels in front of it, outermost first; empty for most. */
  readonly sub: readonly string[]
  /** The suffix belongs to a provider of free names. */
  readonly shared: boolean
  /** `label.suffix`. */
  readonly registered: string
}

/** Second levels under which countries register; together with a two-letter end they are a suffix. */
const SECOND = new Set(
  'ac co com edu gov go gob gouv govt gv mil net ne nic nom or org ad ed ltd plc sch info biz web school id idf k12 re asso adm res'.split(
    ' ',
  ),
)
/** Providers of free names, as their own sites say; a name beneath one is somebody else's. */
const SHARED = new Set(
  (
    'mooo.com yi.org dyndns.org dynserv.com dyndns.info ddns.net no-ip.org no-ip.com no-ip.biz hopto.org zapto.org sytes.net servebeer.com ' +
    'myftp.org duckdns.org afraid.org chickenkiller.com strangled.net us.to uk.to 3322.org f3322.net f3322.org 8866.org 8800.org 2288.org ' +
    'oicp.net vicp.net gicp.net xicp.net eicp.net dns0755.net 3utilities.com bounceme.net redirectme.net servehttp.com onthewifi.com ' +
    'changeip.com dynu.net dynu.com freeddns.org github.io gitlab.io netlify.app vercel.app pages.dev workers.dev web.app firebaseapp.com ' +
    'herokuapp.com blogspot.com wordpress.com weebly.com azurewebsites.net cloudapp.net ngrok.io trycloudflare.com eu.org pp.ua dynalias.com ' +
    'dyndns.biz homeip.net homelinux.net selfip.com is-a-geek.com dnsalias.com ath.cx ignorelist.com crabdance.com jumpingcrab.com'
  ).split(' '),
)
const NAME = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){1,20}$/

/** Undefined for what is no name of at least two labels; international names are read in their `xn--` form only. */
export function domainParts(name: string): DomainParts | undefined {
  if (name.length > 253) return undefined
  let text = name.toLowerCase()
  if (text.endsWith('.')) text = text.slice(0, -1)
  if (!NAME.test(text)) return undefined
  const labels = text.split('.')
  const count = labels.length
  const last = labels[count - 1]!
  if (/^\d+$/.test(last)) return undefined
  const two = `${labels[count - 2]!}.${last}`
  const shared = count > 2 && SHARED.has(two)
  const taken = shared || (count > 2 && last.length === 2 && SECOND.has(labels[count - 2]!)) ? 2 : 1
  const suffix = taken === 2 ? two : last
  const label = labels[count - taken - 1]!
  return { suffix, label, sub: labels.slice(0, count - taken - 1), shared, registered: `${label}.${suffix}` }
}

/** Bits per character. */
export function entropy(text: string): number {
  if (text === '') return 0
  const counts = new Map<string, number>()
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
