// What belongs together before anything is stored: hits of one story, and how many events they stand for; used by alert-flow.ts and alert-rows.ts.
import type { Alert, EvidenceLine } from './incident.js'
import type { Hit } from './hit.js'

/** Hits farther apart than this are two stories. */
const MERGE_HOURS = 24
const EVIDENCE_LINES = 10
/** Stories (rule and attacker) counted per alert. */
const STORIES = 100
/** Archive files remembered per alert for recognising repeats. */
const FILES = 16

/** Two stories may come in one batch, when a backlog is judged. */
export function apart(hits: readonly Hit[]): Hit[][] {
  const parts: Hit[][] = []
  for (const hit of hits) {
    const before = parts.at(-1)
    // Another product says itself what is one story.
    if (before && (hit.fingerprint !== undefined || !tooFar(before.at(-1)!.at, hit.at))) before.push(hit)
    else parts.push([hit])
  }
  return parts
}

export function tooFar(a: string, b: string): boolean {
  return Math.abs(Date.parse(a) - Date.parse(b)) > MERGE_HOURS * 3_600_000
}

export interface Added {
  readonly events: number
  readonly byAttacker: ReadonlyMap<string, number>
  readonly stories: Readonly<Record<string, number>>
}

/** A hit carries the count of its story so far; what came since the one before is added. A smaller count is a new beginning. */
export function countStories(before: Readonly<Record<string, number>>, hits: readonly Hit[]): Added {
  const stories = new Map(Object.entries(before))
  const byAttacker = new Map<string, number>()
  let events = 0
  for (const hit of hits) {
    const story = `${hit.ruleId.slice(0, 60)}|${hit.attacker?.ip ?? ''}`
    const earlier = stories.get(story) ?? 0
    const more = Math.max(1, hit.count > earlier ? hit.count - earlier : hit.count)
    stories.delete(story)
    stories.set(story, hit.count)
    events += more
    if (hit.attacker) byAttacker.set(hit.attacker.ip, (byAttacker.get(hit.attacker.ip) ?? 0) + more)
  }
  return { events, byAttacker, stories: Object.fromEntries([...stories].slice(-STORIES)) }
}

export function isApplied(alert: Alert, hit: Hit): boolean {
  const position = hit.evidence.at(-1)?.position
  if (!position) return false
  const applied = alert.applied[position.file]
  return applied !== undefined && position.offset <= applied
}

/** The first lines show how it began, the newest how it goes on; the middle is in the archive. */
export function evidenceOf(before: readonly EvidenceLine[], hits: readonly Hit[]): EvidenceLine[] {
  const all = [...before, ...hits.flatMap(hit => hit.evidence)]
  return all.length <= EVIDENCE_LINES ? all : [...all.slice(0, EVIDENCE_LINES / 2), ...all.slice(-EVIDENCE_LINES / 2)]
}

export function appliedBy(before: Readonly<Record<string, number>>, hits: readonly Hit[]): Record<string, number> {
  const applied = new Map(Object.entries(before))
  for (const hit of hits) {
    const position = hit.evidence.at(-1)?.position
    if (position) applied.set(position.file, Math.max(applied.get(position.file) ?? -1, position.offset))
  }
  return Object.fromEntries([...applied].sort(([a], [b]) => (a < b ? -1 : 1)).slice(-FILES))
}
