// Learns when a source speaks and says when its silence is strange. Pure; called by the watching job every minute.
import type { Rhythm } from './source-health.js'

const QUARTER = 900_000
const KINDS = 48
/** Quarter hours watched before silence is judged: two hours. */
const LEARNING = 8
/** A kind of quarter hour remembers about this many of its own. */
const MEMORY = 60
/** A silence less likely than this is news. */
const STRANGE = 0.01
const MIN_SILENCE = 900_000
/** The watching job runs every minute; a longer gap means that nobody was watching. */
const MAX_GAP = 300_000
const MAX_STEPS = 96 * 8

/** The rhythm with the quarter hours that have ended since counted. */
export function learn(rhythm: Rhythm, lastEventAt: number | undefined, checkedAt: number | undefined, now: number): Rhythm {
  const current = Math.floor(now / QUARTER)
  const watchedOn = checkedAt !== undefined && now - checkedAt <= MAX_GAP && rhythm.since > 0
  const since = watchedOn ? rhythm.since : now
  const watched = filled(rhythm.watched)
  const active = filled(rhythm.active)
  // Only whole quarter hours that were watched from their beginning count; the last event tells of the newest, so each is looked at as it ends.
  for (let quarter = Math.max(rhythm.upTo, current - MAX_STEPS); quarter < current; quarter += 1) {
    if (!watchedOn || quarter * QUARTER < rhythm.since) continue
    const kind = kindOf(quarter)
    if ((watched[kind] ?? 0) >= MEMORY) {
      watched[kind] = (watched[kind] ?? 0) / 2
      active[kind] = (active[kind] ?? 0) / 2
    }
    watched[kind] = (watched[kind] ?? 0) + 1
    if (lastEventAt !== undefined && lastEventAt >= quarter * QUARTER) active[kind] = (active[kind] ?? 0) + 1
  }
  return { watched, active, upTo: current, since }
}

/** True when nothing came for at least a quarter of an hour, and the rhythm learned makes so long a silence unlikely. */
export function isStrangelySilent(rhythm: Rhythm, lastEventAt: number | undefined, now: number): boolean {
  const total = sum(rhythm.watched)
  if (lastEventAt === undefined || total < LEARNING) return false
  const from = Math.max(lastEventAt, rhythm.since)
  if (now - from < MIN_SILENCE) return false
  const overall = (sum(rhythm.active) + 0.5) / (total + 1)
  let likelihood = 1
  // Each quarter hour of the silence, as far as it reaches, as it would be in the rhythm learned.
  for (let at = from, steps = 0; at < now && steps < MAX_STEPS && likelihood >= STRANGE; at += QUARTER, steps += 1) {
    const kind = kindOf(Math.floor(at / QUARTER))
    const share = ((rhythm.active[kind] ?? 0) + 2 * overall) / ((rhythm.watched[kind] ?? 0) + 2)
    const silent = 1 - Math.min(share, 0.995)
    const part = Math.min(1, (now - at) / QUARTER)
    likelihood *= silent ** part
  }
  return likelihood < STRANGE || (likelihood < 0.06 && now - from >= 2 * MIN_SILENCE)
}

function filled(values: readonly number[]): number[] {
  return Array.from({ length: KINDS }, (_, kind) => values[kind] ?? 0)
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

/** Hour in UTC+8, and whether it is a weekend. */
function kindOf(quarter: number): number {
  const local = new Date(quarter * QUARTER + 8 * 3_600_000)
  const day = local.getUTCDay()
  return local.getUTCHours() + (day === 0 || day === 6 ? 24 : 0)
}
