// What is said to ipset and iptables: constant shell programs, and lines for `ipset restore` made of checked values; used by the driver.
import type { AddressFamily, CheckedOrder } from '../checked-order.js'

export const CHAIN = 'guanjia'
export const tools = { 4: ['iptables', 'guanjia4', 'inet'], 6: ['ip6tables', 'guanjia6', 'inet6'] } as const
/** What ipset can count to: longer blocks do not end by themselves, the lease in the database ends them. */
const MAX_TIMEOUT_SECONDS = 2_147_483
/** What the device itself sends to an address passes OUTPUT; all else passes PREROUTING, also what is only forwarded. */
export const hooks = ['PREROUTING', 'OUTPUT'] as const

export function chainRules(set: string): readonly string[] {
  return ['src', 'dst'].map(side => `-A ${CHAIN} -m set --match-set ${set} ${side} -j DROP`)
}

/**
 * $1 tool, $2 set, $3 family. Puts set, chain and jumps there if they are not there as they should be; the jump is the first rule of each
 * hook, because a rule behind somebody's accept stops nothing.
 */
const SETUP = [
  'command -v ipset >/dev/null && command -v "$1" >/dev/null || exit 127',
  'ipset -exist create "$2" hash:ip family "$3" timeout 0 comment || exit 1',
  `"$1" -w 5 -t raw -N ${CHAIN} 2>/dev/null`,
  `want=$(printf '%s\\n' "-A ${CHAIN} -m set --match-set $2 src -j DROP" "-A ${CHAIN} -m set --match-set $2 dst -j DROP")`,
  `if [ "$("$1" -w 5 -t raw -S ${CHAIN} | sed 1d)" != "$want" ]; then`,
  `  "$1" -w 5 -t raw -F ${CHAIN} || exit 1`,
  `  for side in src dst; do "$1" -w 5 -t raw -A ${CHAIN} -m set --match-set "$2" $side -j DROP || exit 1; done`,
  'fi',
  `for hook in ${hooks.join(' ')}; do`,
  `  [ "$("$1" -w 5 -t raw -S $hook | sed -n 2p)" = "-A $hook -j ${CHAIN}" ] && continue`,
  `  while "$1" -w 5 -t raw -D $hook -j ${CHAIN} 2>/dev/null; do :; done`,
  `  "$1" -w 5 -t raw -I $hook 1 -j ${CHAIN} || exit 1`,
  'done',
]
const LIFT = ['command -v ipset >/dev/null || exit 127', 'ipset -exist create "$2" hash:ip family "$3" timeout 0 comment || exit 1']
const RESTORE = 'exec ipset -exist restore'

/** Prints for each family whose set is there: its name, its members, the rules of the table. */
export const listProgram = [
  'command -v ipset >/dev/null || exit 127',
  'names=$(ipset list -n 2>&1) || { echo "$names" >&2; exit 1; }',
  'for pair in "iptables guanjia4" "ip6tables guanjia6"; do set -- $pair',
  '  echo "$names" | grep -qxF "$2" || continue',
  '  echo "== $2"; ipset save "$2" || exit 1; "$1" -w 5 -t raw -S || exit 1',
  'done',
].join('\n')

export interface Script {
  /** For `sh -c`, with tool, set and family as its arguments. */
  readonly program: string
  readonly words: readonly string[]
  /** For `ipset restore`. */
  readonly lines: readonly string[]
}

export function blockScript({ ip, family, reference, ttlSeconds }: CheckedOrder): Script {
  const [tool, set, inet] = tools[family]
  const timeout = ttlSeconds > MAX_TIMEOUT_SECONDS ? 0 : ttlSeconds
  return {
    program: [...SETUP, RESTORE].join('\n'),
    words: [tool, set, inet],
    lines: [`add ${set} ${ip} timeout ${timeout} comment "${reference}"`],
  }
}

export function unblockScript(ip: string, family: AddressFamily): Script {
  const [tool, set, inet] = tools[family]
  return { program: [...LIFT, RESTORE].join('\n'), words: [tool, set, inet], lines: [`del ${set} ${ip}`] }
}

/** What a person would type. */
export function shownScript({ words: [tool, set, inet], lines, program }: Script): readonly string[] {
  const setup = program.includes(CHAIN)
    ? [
        `ipset -exist create ${set ?? ''} hash:ip family ${inet ?? ''} timeout 0 comment`,
        ...chainRules(set ?? '').map(rule => `${tool ?? ''} -t raw ${rule}`),
        ...hooks.map(hook => `${tool ?? ''} -t raw -I ${hook} 1 -j ${CHAIN}`),
      ]
    : []
  return [...setup, ...lines.map(line => `ipset -exist ${line}`)]
}
