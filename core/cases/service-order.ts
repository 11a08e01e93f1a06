// What a service order and its authorisation letter hold (domain.md 20.1), and whether the letter covers a moment and a target.
import ipaddr from 'ipaddr.js'
import { z } from 'zod'

const Target = z.string().trim().min(1).max(253)

/** An authorisation letter; a block outside of it is not a matter of rights but of law. */
export const ServiceLetter = z.object({
  number: z.string(),
  targets: z.array(Target).min(1).max(200),
  exclude: z.array(Target).max(200),
  from: z.string(),
  to: z.string(),
  /** `22:00-06:00` in the tenant's zone; null: at any time of day. */
  window: z
    .string()
    .regex(/^\d{2}:\d{2}-\d{2}:\d{2}$/)
    .nullable(),
  signedBy: z.string().nullable(),
  signedAt: z.string().nullable(),
  /** SHA-256 of the stamped copy; null: signed in the chat only, which holds for a day. */
  stamped: z.string().nullable(),
})
export type ServiceLetter = z.infer<typeof ServiceLetter>

export const ServiceOrderDetails = z.object({
  service: z.string(),
  wanted: z.string(),
  days: z.number().nullable(),
  scope: z.string().nullable(),
  letter: ServiceLetter.nullable(),
  startsAt: z.string().nullable(),
  deliverables: z.array(z.object({ name: z.string(), sha256: z.string().nullable(), at: z.string(), by: z.string() })),
})
export type ServiceOrderDetails = z.infer<typeof ServiceOrderDetails>

/** Signed in the chat without a stamped copy. */
export const UNSTAMPED_SECONDS = 86_400

/** Undefined when the letter covers the work now; else in Chinese why it does not. */
export function letterProblem(letter: ServiceLetter | null, at: string, localTime: string, target?: string): string | undefined {
  if (!letter || letter.signedAt === null) return '授权书还没有签署'
  if (at < letter.from) return `授权书 ${letter.number} 还没有生效`
  if (at >= letter.to) return `授权书 ${letter.number} 已过期`
  if (letter.stamped === null && Date.parse(at) - Date.parse(letter.signedAt) > UNSTAMPED_SECONDS * 1000)
    return `授权书 ${letter.number} 未补盖章件，24 小时的临时效力已过`
  if (letter.window !== null && !inWindow(letter.window, localTime)) return `现在 ${localTime} 不在授权时段 ${letter.window}`
  if (target !== undefined && letter.exclude.some(one => covers(one, target))) return `${target} 在授权书的排除目标里`
  if (target !== undefined && !letter.targets.some(one => covers(one, target))) return `${target} 不在授权书的目标里`
  return undefined
}

/** `22:00-06:00` goes over midnight; the end is not part of it. */
export function inWindow(window: string, time: string): boolean {
  const [from = '', to = ''] = window.split('-')
  return from <= to ? from <= time && time < to : from <= time || time < to
}

/** A network covers its addresses and smaller networks, a domain itself and what is below it. */
export function covers(scope: string, target: string): boolean {
  const [wide, small] = [network(scope), network(target)]
  if (wide && small) return wide[0].kind() === small[0].kind() && wide[1] <= small[1] && small[0].match(wide[0], wide[1])
  if (wide || small) return false
  const [whole, part] = [scope.toLowerCase().replace(/^\*\./, ''), target.toLowerCase()]
  return part === whole || part.endsWith(`.${whole}`)
}

function network(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | undefined {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text)
    const address = ipaddr.isValid(text) ? ipaddr.process(text) : undefined
    return address && [address, address.kind() === 'ipv4' ? 32 : 128]
  } catch {
    return undefined
  }
}
