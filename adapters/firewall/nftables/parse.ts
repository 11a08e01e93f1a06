// Understands what nft answers: pure, from text to port types or to a catalogue error; called by the nftables driver.
import { z } from 'zod'
import { AppError } from '../../../core/errors.js'
import type { BlockedAddress } from '../../../core/ports/firewall.js'
import { canonicalFromDevice, isReference } from '../checked-order.js'
import { dropRules } from './script.js'
import type { Answer } from './transport.js'

const Element = z.union([
  z.string(),
  z.object({ elem: z.object({ val: z.string(), expires: z.number().optional(), comment: z.string().optional() }) }),
])
const Listing = z.object({
  nftables: z.array(
    z.object({
      table: z.object({ flags: z.unknown().optional() }).optional(),
      set: z.object({ name: z.string(), elem: z.array(Element).default([]) }).optional(),
      chain: z.object({ name: z.string(), hook: z.string().optional(), type: z.string().optional() }).optional(),
      rule: z.object({ chain: z.string(), expr: z.array(z.record(z.string(), z.unknown())) }).optional(),
    }),
  ),
})
const Match = z.object({
  op: z.literal('=='),
  left: z.object({ payload: z.object({ protocol: z.string(), field: z.string() }) }),
  right: z.string(),
})

/** True when nft says that our table is not there: nothing is blocked. A missing namespace speaks differently. */
export function isAbsent({ exitCode, stderr }: Answer): boolean {
  return exitCode === 1 && /^Error: (?:Could not process rule: )?No such file or directory\nlist table/m.test(stderr)
}

/** @throws DEVICE_BUSY, DEVICE_UNREACHABLE (no such namespace), DEVICE_MISCONFIGURED (no nft there), DEVICE_REFUSED */
export function assertDone(device: string, { exitCode, stdout, stderr }: Answer): void {
  if (exitCode === 0) return
  const answer = (stderr || stdout || `exit code ${exitCode ?? 'none'}`).trim().slice(0, 500)
  if (/cannot open network namespace/i.test(stderr)) throw new AppError('DEVICE_UNREACHABLE', { device, answer })
  if (exitCode === 127 || /exec of "nft" failed/.test(stderr)) {
    throw new AppError('DEVICE_MISCONFIGURED', { device, problem: '设备上没有 nft 命令', answer })
  }
  if (/resource busy|temporarily unavailable/i.test(stderr)) throw new AppError('DEVICE_BUSY', { device, answer })
  throw new AppError('DEVICE_REFUSED', { device, answer })
}

/**
 * The addresses in force, from `nft -j list table`. An element counts only while the chains that drop it stand as we made them:
 * a set without rules, or rules behind somebody's `accept`, stops nothing.
 * @throws DEVICE_REFUSED when the answer cannot be understood
 */
export function parseListing(device: string, text: string): readonly BlockedAddress[] {
  const parsed = Listing.safeParse(readJson(text))
  if (!parsed.success)
    throw new AppError('DEVICE_REFUSED', { device, answer: `unreadable: ${text.slice(0, 200)}` }, { cause: parsed.error })
  const items = parsed.data.nftables
  if (!isInForce(items)) return []
  return items
    .flatMap(({ set }) => (set?.name === 'blocked4' || set?.name === 'blocked6' ? set.elem : []))
    .flatMap(element => {
      const { val, expires, comment } =
        typeof element === 'string' ? { val: element } : { comment: undefined, expires: undefined, ...element.elem }
      const ip = canonicalFromDevice(val)
      if (ip === undefined) return []
      return [{ ip, ...(expires !== undefined && { remainingSeconds: expires }), ...(isReference(comment) && { reference: comment }) }]
    })
}

function isInForce(items: z.infer<typeof Listing>['nftables']): boolean {
  // We never give the table a flag; "dormant" switches all of it off (nft 1.0.6 prints that flag as stray bytes).
  if (items.some(({ table }) => table?.flags !== undefined)) return false
  return Object.entries(dropRules).every(([name, expected]) => {
    const hooked = items.some(({ chain }) => chain?.name === name && chain.hook === name && chain.type === 'filter')
    const rules = items.flatMap(({ rule }) => (rule?.chain === name ? [ruleText(rule.expr)] : []))
    return hooked && expected.every((rule, i) => rules[i] === `${rule} drop`)
  })
}

/** `ip saddr @blocked4 drop` for a rule of ours; anything else comes out differently. */
function ruleText(expressions: readonly Readonly<Record<string, unknown>>[]): string {
  return expressions
    .filter(expression => !('counter' in expression))
    .map(expression => {
      if ('drop' in expression) return 'drop'
      const match = Match.safeParse(expression['match'])
      return match.success ? `${match.data.left.payload.protocol} ${match.data.left.payload.field} ${match.data.right}` : '?'
    })
    .join(' ')
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
