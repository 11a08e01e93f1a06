// What becomes of a delivery that was not sent: tried again later, given to another road, or given up. Pure.
import type { AppError } from '../errors.js'
import type { Delivery } from './delivery.js'

/** A refusal that is not about the moment is tried this often before staff are told. */
const MAX_REFUSALS = 3
/** Failures of the moment: tried for ever. */
const passing: ReadonlySet<string> = new Set(['CHAT_UNREACHABLE', 'CHAT_OUTCOME_UNKNOWN', 'CHAT_BUSY', 'DATABASE_UNREACHABLE'])
/** Reactions of the error table that leave nothing to try on this road (decision 0014). */
const hopeless: ReadonlySet<unknown> = new Set(['give-up', 'switch-road'])
const MAX_BACKOFF_SECONDS = 300
/** WeCom's answer to a card whose task id was used before (error list, 42014). */
const TASK_ID_USED = 42014

export type Next =
  | { readonly way: 'later'; readonly seconds: number; readonly outcome: 'failed' | 'unknown' }
  | { readonly way: 'give-up' }
  /** An earlier try without an answer had arrived. */
  | { readonly way: 'arrived' }

export function nextAfter(delivery: Pick<Delivery, 'message' | 'attempts'>, failure: AppError): Next {
  const tries = delivery.attempts
  if (delivery.message.kind === 'card' && tries > 1 && failure.facts['code'] === TASK_ID_USED) return { way: 'arrived' }
  if (failure.code === 'CHAT_TARGET_DEAD' || failure.code === 'CHAT_EXPIRED') return { way: 'give-up' }
  // A pressed card may be replaced within five seconds only; a full quota does not last that long.
  if (delivery.message.kind === 'card-update' && failure.code !== 'CHAT_BUSY') return { way: 'give-up' }
  // The same will be refused as often as it is said.
  if (failure.code === 'CHAT_REFUSED' && hopeless.has(failure.facts['reaction'])) return { way: 'give-up' }
  if (!passing.has(failure.code) && tries >= MAX_REFUSALS) return { way: 'give-up' }
  const told = Number(failure.facts['retryAfterSeconds'] ?? 0)
  const own = failure.code === 'CHAT_UNREACHABLE' ? 1 : 2 ** Math.min(tries, 8)
  return {
    way: 'later',
    seconds: told > 0 ? told : Math.min(MAX_BACKOFF_SECONDS, own),
    outcome: failure.code === 'CHAT_OUTCOME_UNKNOWN' ? 'unknown' : 'failed',
  }
}
