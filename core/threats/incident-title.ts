// The one sentence that names an incident: what happened to whom, without jargon; used on every card.
import type { Party } from './incident.js'
import { eventTypeLabel, type AttackResult, type EventType } from './terms.js'

export function victimName(victim: Party): string {
  return victim.host ?? victim.ip ?? '未知主机'
}

export function incidentTitle(eventType: EventType, result: AttackResult, victim: Party, ruleTitle: string, isForeign = false): string {
  const name = victimName(victim).slice(0, 40)
  // Another product has already said what it is; our word for the kind would only confuse (“主机宕机” is no 违规行为).
  if (isForeign) return `${name}：${ruleTitle}`.slice(0, 120)
  if (eventType === 'brute_force') return result === 'success' ? `${name} 口令疑似被猜中` : `${name} 正被猜解口令`
  return `${name}：${eventTypeLabel[eventType]}（${ruleTitle}）`.slice(0, 120)
}
