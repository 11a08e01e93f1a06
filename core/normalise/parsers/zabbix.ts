// Problems and recoveries of Zabbix as its webhook media types send them: the macros of the event under their usual names, however spelt.
import { plainFingerprint } from '../alerts/alert-fingerprint.js'
import { alertDraft, statusOfWord, type AlertStatus } from '../alerts/foreign-alert.js'
import { Scalars, scalarsOf } from '../alerts/scalars.js'
import { defineParser } from '../define-parser.js'
import { isObject } from '../merge-draft.js'
import { objectWith } from '../json-object.js'
import { isoTime, type TimeContext } from '../event-time.js'

const MARKS = /"(?:event|trigger)[._ -]?n?severity"\s*:/i
/** `Problem: `, `Resolved in 5m 3s: `, `故障：` before the name in a subject. */
const PREFIX = /^\W{0,4}(problem|resolved|recovery|recovered|ok|updated|故障|告警|恢复)(?![a-z])[^:：]{0,40}[:：]\s*/i

export const zabbix = defineParser({
  id: 'zabbix',
  vendor: 'Zabbix',
  product: 'Zabbix',
  dataset: 'zabbix.alert',
  samples: {
    parses: [
      '{"alert_subject":"Problem: High CPU utilization","alert_message":"CPU above 90 %","event_id":"4711","event_severity":"High","event_nseverity":"4","event_value":"1","event_date":"2026.11.24","event_time":"16:00:00","trigger_id":"22391","host_name":"web1","host_ip":"10.0.0.1"}',
      '{"EVENT.NAME":"Disk full","EVENT.SEVERITY":"Disaster","EVENT.VALUE":"1","EVENT.ID":"1","HOST.HOST":"db1"}',
      '{"alert_subject":"Resolved in 5m 3s: High CPU utilization","event_severity":"High","host":"web1"}',
    ],
    ignores: ['{"event_severity":"High","host":"web1"}', '{"subject":"hello","severity":"High"}', '{"event":{"severity":4},"subject":"x"}'],
  },
  parse(message, envelope) {
    const object = objectWith(envelope, MARKS)
    // An object `eventData` or `eventSource` is no macro: other products speak of events too.
    if (object === null || isObject(object['eventData']) || isObject(object['eventSource'])) return null
    // A macro that Zabbix could not fill in is left as it was written.
    const entries = scalarsOf(object).filter(([, value]) => !/^(?:\{[^}]{0,64}\}|\*UNKNOWN\*)$/.test(value))
    const values = new Scalars().add(entries)
    const subject = values.first(['alertsubject', 'subject'])
    const title = values.first(['eventname', 'triggername']) ?? subject?.replace(PREFIX, '')
    const number = values.first(['eventnseverity', 'triggernseverity'])
    const severity = number !== undefined && /^[0-5]$/.test(number) ? number : values.first(['eventseverity', 'triggerseverity'])
    if (title === undefined || title.trim() === '' || severity === undefined) return null
    const host = values.first(['hostname', 'hosthost', 'host', 'hostip']) ?? ''
    return alertDraft({
      title,
      severity,
      status: statusOf(values, subject),
      fingerprint: fingerprintOf(values, title, host),
      text: values.first(['alertmessage', 'message', 'eventopdata', 'triggerdescription']),
      startedAt: timeOf(values, 'event', envelope.time),
      endedAt: timeOf(values, 'eventrecovery', envelope.time),
      values: new Scalars()
        .add([['hostname', values.first(['hostname', 'hosthost', 'host']) ?? '']].filter(([, name]) => name !== '') as [string, string][])
        .add(entries),
      labels: entries,
      url: values.first(['eventurl', 'triggerurl', 'alerturl', 'url']),
    })
  },
})

/** The trigger stands for the alert: its next problem is the same alert again. */
function fingerprintOf(values: Scalars, title: string, host: string): string {
  const trigger = values.first(['triggerid'])
  if (trigger !== undefined) return plainFingerprint(`trigger-${trigger}`)
  const event = values.first(['eventid'])
  return plainFingerprint(event === undefined ? JSON.stringify([title, host]) : `event-${event}`)
}

function statusOf(values: Scalars, subject: string | undefined): AlertStatus {
  // {EVENT.VALUE} stays 1 in the message about the recovery in some versions; {EVENT.RECOVERY.VALUE} is there only then.
  if (values.first(['eventrecoveryvalue']) === '0' || values.first(['eventvalue', 'triggervalue']) === '0') return 'resolved'
  const word = values.first(['eventrecoverystatus', 'eventstatus', 'triggerstatus', 'status'])
  if (word !== undefined) return statusOfWord(word)
  return statusOfWord(PREFIX.exec(subject ?? '')?.[1])
}

/** `2026.11.24` and `16:00:00`, by the clock of the server. */
function timeOf(values: Scalars, prefix: string, context: TimeContext): number | undefined {
  const [date, time] = [values.first([`${prefix}date`]), values.first([`${prefix}time`])]
  return date === undefined || time === undefined || date.length > 10 ? undefined : isoTime(`${date.replaceAll('.', '-')} ${time}`, context)
}
