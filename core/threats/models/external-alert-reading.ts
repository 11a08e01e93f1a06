// Reads an alert of another product out of an event of its parser; called by external-alert.ts for every event.
import type { EcsEvent } from '../../events/event.js'
import type { Hit } from '../hit.js'
import type { SeverityScale } from '../severity-words.js'
import type { EventType } from '../terms.js'
import { eventTypeOfAlert } from './alert-meaning.js'
import { shown } from './event-facts.js'

export interface ExternalAlert {
  /** Chinese, as it begins a sentence. */
  readonly product: string
  readonly status: 'firing' | 'resolved' | 'suppressed'
  /** Unique among all products of the tenant; at most 80 characters. */
  readonly fingerprint: string
  /** The rule's name; fit to be shown. */
  readonly title: string
  readonly ruleId: string
  readonly eventType: EventType
  readonly severity: string | undefined
  readonly scale: SeverityScale
  readonly text: string | undefined
  readonly victim: Hit['victim']
  readonly attackerIp: string | undefined
  readonly userName: string | undefined
}

interface Product {
  readonly label: string
  readonly key: string
  readonly scale: SeverityScale
}

/** By the dataset its parser writes. */
const PRODUCTS: ReadonlyMap<string, Product> = new Map([
  ['alertmanager.alert', { label: 'Alertmanager ', key: 'alertmanager', scale: 'plain' }],
  ['grafana.alert', { label: 'Grafana ', key: 'grafana', scale: 'plain' }],
  ['nightingale.alert', { label: '夜莺', key: 'nightingale', scale: 'nightingale' }],
  ['zabbix.alert', { label: 'Zabbix ', key: 'zabbix', scale: 'zabbix' }],
  ['json.alert', { label: '外部', key: 'json', scale: 'plain' }],
])
const LABELS_OF_KIND = ['category', 'type', 'event_type', 'attack_type', '类型', '攻击类型', '告警类型']

/** Undefined for every other event. The fields may have been written by anybody: nothing is taken for granted. */
export function readExternalAlert(event: EcsEvent): ExternalAlert | undefined {
  const { kind, action, id, severity } = event.event
  const product = kind === 'alert' ? PRODUCTS.get(event.event.dataset) : undefined
  const name = text(part(event['rule'], 'name'), 200)
  const fingerprint = text(id, 64)
  if (product === undefined || name === undefined || fingerprint === undefined) return undefined
  if (action !== 'firing' && action !== 'resolved' && action !== 'suppressed') return undefined
  const labels = event['labels']
  return {
    product: product.label,
    status: action,
    fingerprint: `${product.key}:${fingerprint}`,
    title: name,
    ruleId: name.slice(0, 128),
    eventType: eventTypeOfAlert(name, ...LABELS_OF_KIND.map(key => text(part(labels, key), 64))),
    severity: typeof severity === 'string' ? severity : undefined,
    scale: product.scale,
    text: text(event.message, 200),
    victim: victimOf(event),
    attackerIp: text(event.source?.ip, 64) ?? text(event.destination?.ip, 64),
    userName: text(event.user?.name, 64),
  }
}

/** Not the machine that sent the alert, which is the monitoring itself: rather the business system, or nobody. */
function victimOf(event: EcsEvent): Hit['victim'] {
  const ip = text(event.host?.ip, 64)
  const host = text(event.host?.name, 255) ?? (ip === undefined ? text(part(event['service'], 'name'), 255) : undefined)
  return { ...(host === undefined ? {} : { host }), ...(ip === undefined ? {} : { ip }) }
}

function part(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined
}

function text(value: unknown, length: number): string | undefined {
  const clean = typeof value === 'string' ? shown(value, length) : ''
  return clean === '' ? undefined : clean
}
