// Detection model 外部告警: every alert another product raises is one of ours, and over when that product says so. Run by detector.ts.
import { z } from 'zod'
import { instant } from '../../ports/clock.js'
import { defineModel } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { severityOfWord } from '../severity-words.js'
import { compareSeverity, eventTypes, severities, severityLabel, type EventType, type Severity } from '../terms.js'
import { evidenceOf, spanText, timeOf } from './event-facts.js'
import { externalAlertSamples } from './external-alert.samples.js'
import { readExternalAlert, type ExternalAlert } from './external-alert-reading.js'

const Params = z.strictObject({
  repeatSeconds: z.number().int().min(60).max(604_800).default(14_400).describe('未变化的告警隔多少秒才再报一次'),
  minSeverity: z.enum(severities).default('info').describe('低于此级别的告警不报'),
  muted: z
    .array(z.string().max(200))
    .max(1_000)
    .default(['Watchdog', 'DeadMansSwitch', 'InfoInhibitor'])
    .describe('不报的告警名；默认是一直触发、只用来证明链路通的那几个'),
})
type Params = z.output<typeof Params>

/** Alerts remembered as firing, and how many of them are saved; the longest unheard of is forgotten first. */
const MAX_FIRING = 50_000
const SAVED_FIRING = 4_000
const STRENGTH = 0.8

interface Firing {
  severity: Severity
  /** What it was taken for at first; a recovery must find it under the same. */
  readonly eventType: EventType
  readonly firstAt: number
  saidAt: number
  /** Times the product told us. */
  count: number
}

const time = z.number().min(0).max(1e15)
const Saved = z
  .array(
    z.tuple([
      z.string().max(80),
      z
        .int()
        .min(0)
        .max(severities.length - 1),
      z
        .int()
        .min(0)
        .max(eventTypes.length - 1),
      time,
      time,
      z.int().min(1),
    ]),
  )
  .max(SAVED_FIRING)

class ExternalAlerts {
  private firing = new Map<string, Firing>()
  private readonly muted: ReadonlySet<string>
  constructor(private readonly params: Params) {
    this.muted = new Set(params.muted)
  }

  push(judged: JudgedEvent): Hit[] {
    const alert = readExternalAlert(judged.event)
    if (alert === undefined) return []
    const known = this.firing.get(alert.fingerprint)
    if (alert.status === 'resolved') return known === undefined ? [] : this.resolve(judged, alert, known)
    const severity = severityOfWord(alert.severity, alert.scale)
    if (alert.status === 'suppressed' || this.muted.has(alert.title) || compareSeverity(severity, this.params.minSeverity) < 0) return []
    return this.fire(judged, alert, known, severity)
  }

  snapshot(): unknown {
    return [...this.firing]
      .slice(-SAVED_FIRING)
      .map(([key, f]) => [key, severities.indexOf(f.severity), eventTypes.indexOf(f.eventType), f.firstAt, f.saidAt, f.count])
  }

  restore(state: unknown): void {
    this.firing = new Map(
      (Saved.safeParse(state).data ?? []).map(([key, severity, type, firstAt, saidAt, count]) => [
        key,
        { severity: severities[severity]!, eventType: eventTypes[type]!, firstAt, saidAt, count },
      ]),
    )
  }

  /** The first time, when its severity has changed, and when it goes on for long; what is repeated in between says nothing new. */
  private fire(judged: JudgedEvent, alert: ExternalAlert, known: Firing | undefined, severity: Severity): Hit[] {
    const at = this.toldAt(judged, known === undefined)
    const before = known?.severity
    const now = known ?? { severity, eventType: alert.eventType, firstAt: at, saidAt: at, count: 0 }
    now.count += 1
    this.firing.delete(alert.fingerprint)
    this.firing.set(alert.fingerprint, now)
    if (this.firing.size > MAX_FIRING) this.firing.delete(this.firing.keys().next().value!)
    const changed = before !== undefined && before !== severity
    if (known !== undefined && !changed && at - known.saidAt < this.params.repeatSeconds * 1000) return []
    now.severity = severity
    now.saidAt = at
    const level = changed ? `，级别由${severityLabel[before]}变为${severityLabel[severity]}` : `，级别${severityLabel[severity]}`
    const times = now.count === 1 ? '' : `，${spanText(at - now.firstAt)}内累计通知 ${now.count} 次`
    const text = alert.text === undefined || alert.text === alert.title ? '' : `：${alert.text}`
    return [
      {
        ...hitOf(judged, alert, now, at),
        severity,
        reason: `${alert.product}告警“${alert.title}”${text}${level}${times}`,
        strength: STRENGTH,
      },
    ]
  }

  private resolve(judged: JudgedEvent, alert: ExternalAlert, known: Firing): Hit[] {
    this.firing.delete(alert.fingerprint)
    const at = this.toldAt(judged, true)
    const span = at > known.firstAt ? `，持续 ${spanText(at - known.firstAt)}` : ''
    return [
      {
        ...hitOf(judged, alert, known, at),
        severity: known.severity,
        reason: `${alert.product}报告“${alert.title}”已恢复${span}`,
        strength: 0,
        resolved: true,
      },
    ]
  }

  /**
   * The time the product gives, unless it is so long ago that it would put a new hit into an incident, or a report, that is over: an alert
   * may have begun weeks before we hear of it. A repetition happens when it reaches us, whatever time of beginning it carries.
   */
  private toldAt(judged: JudgedEvent, isNews: boolean): number {
    const received = Date.parse(judged.receivedAt)
    const at = timeOf(judged)
    if (!Number.isFinite(received)) return at
    return isNews && at <= received && received - at < this.params.repeatSeconds * 1000 ? at : received
  }
}

function hitOf(judged: JudgedEvent, alert: ExternalAlert, story: Firing, at: number): Omit<Hit, 'severity' | 'reason' | 'strength'> {
  return {
    modelId: 'external-alert',
    ruleId: alert.ruleId,
    title: alert.title,
    eventType: story.eventType,
    attackResult: 'unknown',
    at: instant(at),
    victim: alert.victim,
    ...(alert.attackerIp === undefined ? {} : { attacker: { ip: alert.attackerIp } }),
    ...(alert.userName === undefined ? {} : { userName: alert.userName }),
    count: story.count,
    attack: [],
    evidence: [evidenceOf(judged, at)],
    fingerprint: alert.fingerprint,
  }
}

export const externalAlert = defineModel({
  id: 'external-alert',
  title: '外部告警',
  params: Params,
  create: params => new ExternalAlerts(params),
  samples: externalAlertSamples,
})
