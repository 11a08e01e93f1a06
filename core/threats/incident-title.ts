// The one sentence that names an incident: what happened to whom, without jargon; used on every card.
import type { Party } from './incident.js'
import { eventTypeLabel, type AttackResult, type EventType } from './terms.js'

export function victimName(victim: Party): string {
  return victim.host ?? victim.ip ?? '未知主机'
}

export function incidentTitle(eventType: EventType, result: AttackResult, victim: Party, ruleTitle: string): string {
  const name = victimName(victim).slice(0, 40)
  if (eventType === 'brute_force') return result === 'success' ? `${name} 口令疑似被猜中` : `${name} 正被猜解口令`
  return `${name}：${eventTypeLabel[eventType]}（${ruleTitle}）`.slice(0, 120)
}
