// Events of Nightingale (夜莺) as its webhook sends them, one JSON object each.
import { plainFingerprint } from '../alerts/alert-fingerprint.js'
import { alertDraft } from '../alerts/foreign-alert.js'
import { Scalars, scalarsOf, scalarText } from '../alerts/scalars.js'
import { defineParser } from '../define-parser.js'
import { objectWith } from '../json-object.js'
import { anyTime } from '../event-time.js'

const MARKS = /"rule_name"\s*:/

export const nightingale = defineParser({
  id: 'nightingale',
  vendor: 'Flashcat',
  product: 'Nightingale',
  dataset: 'nightingale.alert',
  samples: {
    parses: [
      '{"id":101,"cate":"prometheus","group_name":"默认业务组","hash":"3f2a9c","rule_id":7,"rule_name":"CPU 使用率过高","rule_note":"持续 5 分钟","severity":1,"target_ident":"web1","trigger_time":1764000000,"trigger_value":"97.2","tags":["ident=web1","cpu=cpu-total"],"is_recovered":false,"first_trigger_time":1763999700}',
      '{"hash":"3f2a9c","rule_id":7,"rule_name":"CPU 使用率过高","severity":1,"tags_map":{"instance":"10.0.0.1:9100"},"is_recovered":true,"last_eval_time":1764000900}',
    ],
    ignores: [
      '{"rule_name":"x","severity":1}',
      '{"hash":"abc","rule_name":"allow-web","action":"accept"}',
      '{"hash":"abc","severity":1,"is_recovered":false}',
    ],
  },
  parse(_, envelope) {
    const object = objectWith(envelope, MARKS)
    if (object === null) return null
    const [hash, title] = [scalarText(object['hash']), scalarText(object['rule_name'])]
    const recovered = object['is_recovered']
    if (
      hash === undefined ||
      title === undefined ||
      (typeof recovered !== 'boolean' && anyTime(object['trigger_time'], envelope.time) === undefined)
    )
      return null
    const tags = [...scalarsOf(object['tags_map']), ...pairs(object['tags'])]
    const annotations = new Scalars().add(scalarsOf(object['annotations']))
    const value = scalarText(object['trigger_value'])
    return alertDraft({
      title,
      severity: scalarText(object['severity']),
      status: recovered === true ? 'resolved' : 'firing',
      fingerprint: plainFingerprint(hash),
      text:
        scalarText(object['rule_note']) ??
        annotations.first(['summary', 'description']) ??
        (value === undefined ? undefined : `${title}，触发时值 ${value}`),
      startedAt: anyTime(object['first_trigger_time'], envelope.time) ?? anyTime(object['trigger_time'], envelope.time),
      endedAt: anyTime(object['last_eval_time'], envelope.time),
      values: new Scalars().add(scalarsOf({ target_ident: object['target_ident'] })).add(tags),
      labels: tags,
      url: scalarText(object['runbook_url']),
      extra: {
        annotations: Object.fromEntries(scalarsOf(object['annotations'])),
        rule_id: scalarText(object['rule_id']),
        group_name: scalarText(object['group_name']),
        cluster: scalarText(object['cluster']),
        trigger_value: value,
      },
    })
  },
})

/** `["ident=web1"]` */
function pairs(tags: unknown): [string, string][] {
  if (!Array.isArray(tags)) return []
  return (tags as unknown[]).flatMap(tag => {
    const at = typeof tag === 'string' ? tag.indexOf('=') : -1
    return at > 0 ? [[(tag as string).slice(0, at), (tag as string).slice(at + 1)] as [string, string]] : []
  })
}
