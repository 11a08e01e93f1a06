// The one place that decides whether an address may be scanned for a customer: before the start, after name resolution and again right before
// packets leave. Everything not allowed by a letter is refused. Called by patrol-service.ts and slice-work.ts; nothing else talks to engines.
import { AppError } from '../errors.js'
import type { AuthorizationLetter } from '../tenants/tenant.js'
import { inNetwork, readAddress, readTarget, type Address } from './targets.js'
import { openingAt } from './window.js'

/** Kinds a letter may allow (domain.md 20.1). */
export const patrolKinds = ['discovery', 'vulnerability', 'weak_password'] as const
export type PatrolKind = (typeof patrolKinds)[number]

export interface ScopeFacts {
  readonly letters: readonly AuthorizationLetter[]
  /** Addresses of the platform: never a target, whatever a letter says. */
  readonly ownAddresses: readonly string[]
  /** IANA name of the customer's zone, for windows. */
  readonly zone: string
}

export type Leave =
  | {
      readonly allowed: true
      readonly letter: AuthorizationLetter
      /** Milliseconds since 1970 until which it holds. */ readonly until: number
    }
  | { readonly allowed: false; readonly why: string; /** It may be allowed then. */ readonly opensAt?: number }

const refused = (why: string): Leave => ({ allowed: false, why })

/** What may never be a target, by name. */
const special: Readonly<Record<string, string>> = {
  loopback: '本机回环地址',
  multicast: '组播地址',
  linkLocal: '链路本地地址',
  broadcast: '广播地址',
  unspecified: '未指定地址',
}

/** Whether packets of this kind may go to this address at this moment. */
export function leaveFor(facts: ScopeFacts, text: string, kind: PatrolKind, at: number): Leave {
  const address = readAddress(text)
  if (!address) return refused('不是有效的地址')
  const name = special[address.range()]
  if (name !== undefined) return refused(name)
  if (isOwn(facts, address)) return refused('平台自身的地址')
  const covering = facts.letters.filter(letter => letter.targets.some(network => inNetwork(network, address)))
  if (covering.length === 0) return refused('不在授权书的范围内')
  // An exclusion in any letter counts for all: a customer who takes a machine out means the machine.
  if (facts.letters.some(letter => letter.exclude.some(network => inNetwork(network, address)))) return refused('在授权书的排除名单里')
  const ofKind = covering.filter(letter => letter.kinds.includes(kind))
  if (ofKind.length === 0) return refused(`授权书没有允许${kindLabel[kind]}`)
  const valid = ofKind.filter(letter => Date.parse(letter.validFrom) <= at && at <= Date.parse(letter.validTo))
  if (valid.length === 0) return refused('授权书未生效或已过期')
  const openings = valid.map(letter => ({ letter, ...openingAt(letter.window, at, facts.zone) }))
  const open = openings.filter(item => item.open).sort((a, b) => b.until - a.until)[0]
  if (open) return { allowed: true, letter: open.letter, until: Math.min(open.until, Date.parse(open.letter.validTo)) }
  return { allowed: false, why: `不在授权的时间窗（${valid[0]?.window ?? ''}）内`, opensAt: Math.min(...openings.map(item => item.until)) }
}

function isOwn({ ownAddresses }: ScopeFacts, address: Address): boolean {
  const canonical = address.toString()
  return ownAddresses.some(own => readAddress(own)?.toString() === canonical)
}

export const kindLabel: Readonly<Record<PatrolKind, string>> = {
  discovery: '资产测绘',
  vulnerability: '漏洞检查',
  weak_password: '弱口令检查',
}

/**
 * A network is asked as a whole: it must lie within one target of a letter. What is excluded inside it is left out host by host.
 * @throws SCAN_OUT_OF_SCOPE naming the reason
 */
export function checkNetwork(facts: ScopeFacts, network: string, kind: PatrolKind): void {
  const target = readTarget(network)
  if (target?.kind !== 'network') throw new AppError('SCAN_OUT_OF_SCOPE', { target: network, why: '不是地址或网段' })
  const [base = '', bits] = target.network.split('/')
  const address = readAddress(base)
  const size = Number(bits ?? (base.includes(':') ? 128 : 32))
  const within = (outer: string): boolean => {
    const [outerBase = '', outerBits] = outer.split('/')
    return address !== undefined && Number(outerBits ?? (outerBase.includes(':') ? 128 : 32)) <= size && inNetwork(outer, address)
  }
  if (!facts.letters.some(letter => letter.kinds.includes(kind) && letter.targets.some(within)))
    throw new AppError('SCAN_OUT_OF_SCOPE', { target: network, why: `没有授权书同意对整个范围做${kindLabel[kind]}` })
}

/**
 * The addresses of a name, when every one of them is in scope: a name that also leads elsewhere is refused as a whole. The patrol goes on
 * with these addresses and never resolves again, so that a name cannot lead elsewhere later.
 * @throws SCAN_OUT_OF_SCOPE
 */
export function checkResolved(
  facts: ScopeFacts,
  name: string,
  addresses: readonly string[],
  kind: PatrolKind,
  at: number,
): readonly string[] {
  if (addresses.length === 0) throw new AppError('SCAN_OUT_OF_SCOPE', { target: name, why: '域名没有解析出地址' })
  for (const address of addresses) {
    const leave = leaveFor(facts, address, kind, at)
    if (!leave.allowed && leave.opensAt === undefined)
      throw new AppError('SCAN_OUT_OF_SCOPE', { target: `${name}（${address}）`, why: leave.why })
  }
  return addresses
}
