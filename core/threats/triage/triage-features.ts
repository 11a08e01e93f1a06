// What the triage model sees of an incident: nothing that names a customer, a person or a machine. Pure; used by triage-service.ts.
import ipaddr from 'ipaddr.js'
import { localTime } from '../../tenants/local-time.js'
import type { Alert, Incident } from '../incident.js'
import type { Features } from './online-logistic.js'

/** Names of features that stay with their tenant: rules of other products may carry a customer's words. */
const OWN = 'own:'
const RULES = 4

export function triageFeatures(
  incident: Pick<Incident, 'eventType' | 'severity' | 'attackResult' | 'hits' | 'attackers' | 'judgement' | 'firstAt'>,
  alerts: readonly Pick<Alert, 'modelId' | 'ruleId' | 'strength'>[],
  zone: string,
): Features {
  const features = new Map([['bias', 1]])
  features.set(`type=${incident.eventType}`, 1)
  features.set(`severity=${incident.severity}`, 1)
  features.set(`result=${incident.attackResult}`, 1)
  features.set('hits', Math.log2(1 + incident.hits) / 6 - 0.5)
  const p = Math.min(0.99, Math.max(0.01, incident.judgement.confidence))
  features.set('judged', Math.log(p / (1 - p)) / 3)
  if (incident.judgement.against !== undefined) features.set('against', 1)
  const models = new Set(alerts.map(alert => alert.modelId))
  for (const model of models) features.set(`model=${model.slice(0, 64)}`, 1)
  features.set('models', (models.size - 1) / 3)
  const rules = new Set(
    alerts.map(({ modelId, ruleId }) => `${modelId === 'external-alert' ? OWN : ''}rule=${modelId}:${ruleId.slice(0, 100)}`),
  )
  for (const rule of [...rules].sort().slice(0, RULES)) features.set(rule, 1)
  if (incident.attackers.some(({ ip }) => isPublic(ip))) features.set('outside', 1)
  const hour = Number(localTime(incident.firstAt, zone).slice(-5, -3))
  if (hour >= 22 || hour < 7) features.set('night', 1)
  return features
}

/** What all tenants may learn from together. */
export function sharedPart(features: Features): Features {
  return new Map([...features].filter(([name]) => !name.startsWith(OWN)))
}

function isPublic(ip: string): boolean {
  return ipaddr.isValid(ip) && ipaddr.process(ip).range() === 'unicast'
}
