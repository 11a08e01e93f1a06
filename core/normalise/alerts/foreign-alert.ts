// One alert of another product, whoever made it, and how it becomes an event; the parsers of alerts fill it in, external-alert.ts judges it.
import type { EventDraft } from '../define-parser.js'
import { toInstant } from '../event-time.js'
import { readParties } from './alert-parties.js'
import type { Scalars } from './scalars.js'

/** `suppressed`: it goes on, but people of the customer have silenced it at its product. */
export type AlertStatus = 'firing' | 'resolved' | 'suppressed'

export interface ForeignAlert {
  /** Name of the rule, or the title; the same for every alert of the rule where the product has rules. */
  readonly title: string
  /** The product's word or number, as it came. */
  readonly severity: string | undefined
  readonly status: AlertStatus
  /** What the product knows it by; the same from firing to resolved. */
  readonly fingerprint: string
  /** One or two sentences of the product. */
  readonly text: string | undefined
  /** Milliseconds since 1970. */
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  /** Everything host, attacker and service are looked for in. */
  readonly values: Scalars
  readonly labels: readonly (readonly [string, string])[]
  readonly url: string | undefined
  /** What else is worth keeping, as `alert.*`. */
  readonly extra?: Readonly<Record<string, unknown>>
}

const MAX_LABELS = 64
const MAX_TITLE = 200
const MAX_SEVERITY = 64
const RESOLVED = new Set([
  ...['resolved', 'resolve', 'ok', 'normal', 'recovered', 'recovery', 'cleared', 'clear', 'inactive', 'closed', 'solved', 'up', 'healthy'],
  ...['恢复', '已恢复', '恢复正常', '正常', '解除', '已解除', '已解决', '已关闭', '已消除', '消除', '关闭'],
])
const SUPPRESSED = new Set(['suppressed', 'silenced', 'muted', '已屏蔽', '已抑制', '已静默'])

/** Whatever is not known to mean the end means that it goes on: a wrong word must not hide an alert. */
export function statusOfWord(word: string | undefined): AlertStatus {
  const plain = word?.slice(0, 32).normalize('NFKC').trim().toLowerCase() ?? ''
  return RESOLVED.has(plain) ? 'resolved' : SUPPRESSED.has(plain) ? 'suppressed' : 'firing'
}

export function alertDraft(alert: ForeignAlert): EventDraft {
  const { status, startedAt, endedAt } = alert
  const title = alert.title.slice(0, MAX_TITLE)
  const end = status === 'resolved' ? toInstant(endedAt) : undefined
  return {
    '@timestamp': status === 'resolved' ? end : toInstant(startedAt),
    event: {
      kind: 'alert',
      type: ['info'],
      action: status,
      id: alert.fingerprint,
      severity: alert.severity?.slice(0, MAX_SEVERITY),
      start: toInstant(startedAt),
      end,
      url: alert.url,
    },
    rule: { name: title },
    message: alert.text ?? title,
    ...readParties(alert.values),
    labels: Object.fromEntries(alert.labels.slice(0, MAX_LABELS)),
    alert: alert.extra,
  }
}
