// Alerts of any program as one JSON object: a title, a severity and optionally the asset, an id and a status, under their usual names.
import { labelsFingerprint, plainFingerprint } from '../alerts/alert-fingerprint.js'
import { alertDraft, statusOfWord, type AlertStatus } from '../alerts/foreign-alert.js'
import { Scalars, scalarsOf } from '../alerts/scalars.js'
import { defineParser } from '../define-parser.js'
import { objectWith } from '../json-object.js'
import { anyTime, type TimeContext } from '../event-time.js'
import { isObject } from '../merge-draft.js'

/** Names as bare keys (scalars.ts), the surest first. */
const TITLES = ['title', 'alertname', 'alerttitle', 'name', 'summary', '告警名称', '告警标题', '标题', '事件名称']
const SEVERITIES = ['severity', '告警级别', '级别', '严重程度', '告警等级', 'priority', 'alertlevel', 'level']
const IDS = ['fingerprint', 'alertid', 'id', 'eventid', '告警id', '告警编号']
const STATUSES = ['status', 'state', 'alertstatus', 'alertstate', '告警状态', '状态']
const TEXTS = ['description', 'message', 'content', 'detail', 'details', 'msg', 'summary', '描述', '告警内容', '内容', '详情']
const STARTS = [
  'startsat',
  'starttime',
  'firsttime',
  'timestamp',
  'time',
  'ts',
  'eventtime',
  'datetime',
  'date',
  '告警时间',
  '发生时间',
  '时间',
]
const ENDS = ['endsat', 'endtime', 'recoverytime', 'resolvedat', '恢复时间']
const OVER = ['resolved', 'recovered', 'isrecovered', 'isresolved']
/** Objects whose values count as if they stood outside, and those whose name belongs to the key (`host.name`, `asset.ip`). */
const OPEN_OBJECTS = ['labels', 'tags', 'extra', 'data']
const NAMED_OBJECTS = ['host', 'asset', 'source', 'destination', 'target', 'user', 'service']

const MARKS = /"(?:title|alert[._ -]?(?:name|title)|name|summary|告警名称|告警标题|标题|事件名称)"\s*:/i
/** How log libraries write: `level` is one of these, beside the message, the logger or the process. */
const LOG_LEVEL = /^(?:trace|debug|info|notice|warn|warning|error|fatal|critical|\d{1,2})$/i
const LOG_MARKS = ['msg', 'pid', 'logger', 'loggername', 'thread', 'threadname', 'caller', 'stack', 'stacktrace', 'v']
const ALERT_MARKS = [...STATUSES, 'fingerprint', 'alertid', 'asset', 'instance', ...OVER]

export const jsonAlert = defineParser({
  id: 'json-alert',
  dataset: 'json.alert',
  late: true,
  samples: {
    parses: [
      '{"title":"数据库磁盘将满","severity":"严重","asset":"db1","ip":"10.0.0.5","id":"A-17","status":"firing"}',
      '{"name":"CPU","level":"critical","instance":"10.0.0.1:9100"}',
      '{"Title":"SQL 注入","Priority":"P1","src_ip":"203.0.113.7","host":{"name":"www1","ip":"10.0.0.2"},"ts":1763973000}',
      '{"告警名称":"挖矿外联","级别":"高危","主机":"web1","告警状态":"恢复"}',
      '{"title":"数据库磁盘将满","id":"A-17","status":"resolved"}',
    ],
    ignores: [
      '{"title":"a page","views":7}',
      '{"severity":"high","msg":"x"}',
      '{"title":"","severity":"high"}',
      '{"title":["x"],"severity":"high"}',
      '{"title":"x","severity":{"a":1}}',
      '{"name":"app","hostname":"web1","pid":1,"level":30,"msg":"x","v":0}',
      '{"name":"app.db","level":"ERROR","message":"x"}',
      '{"title":"x","severity":"high","event":{"action":"login","dataset":"my.app"}}',
      '{"Channel":"Security","EventID":4625,"Level":"4","name":"x"}',
      '{"title":"x","status":"resolved"}',
    ],
  },
  parse(_, envelope) {
    const object = objectWith(envelope, MARKS)
    // An object `event` makes it an event of the Elastic Common Schema, `logsource` and `Channel` one with a log source of its own.
    if (object === null || isObject(object['event']) || 'logsource' in object || 'Channel' in object) return null
    const entries = scalarsOf(object)
    const own = new Scalars().add(entries)
    const title = own.first(TITLES)
    const severity = own.first(SEVERITIES)
    if (title === undefined || title.trim() === '' || isLogLine(own)) return null
    const status = statusOf(own, severity)
    const id = own.first(IDS)
    if (severity === undefined && (status !== 'resolved' || id === undefined)) return null
    const values = withNested(own, object)
    return alertDraft({
      title,
      severity,
      status,
      fingerprint: id === undefined ? fingerprintOf(title, values) : plainFingerprint(id),
      text: own.first(TEXTS),
      startedAt: firstTime(object, STARTS, envelope.time),
      endedAt: firstTime(object, [...ENDS, ...STARTS], envelope.time),
      values,
      labels: entries,
      url: own.first(['url', 'link', 'generatorurl', '链接']),
    })
  },
})

function isLogLine(own: Scalars): boolean {
  const level = own.first(SEVERITIES)
  if (level === undefined || own.first(SEVERITIES.slice(0, -1)) !== undefined || !LOG_LEVEL.test(level)) return false
  const named = own.first(['title', 'alertname', 'alerttitle']) !== undefined
  return !ALERT_MARKS.some(key => own.has(key)) && (LOG_MARKS.some(key => own.has(key)) || (!named && own.has('message')))
}

function statusOf(own: Scalars, severity: string | undefined): AlertStatus {
  const word = own.first(STATUSES)
  if (OVER.some(key => own.first([key]) === 'true')) return 'resolved'
  // Some products have no status and say `恢复` or `cleared` where the severity stands.
  return statusOfWord(word) === 'firing' ? statusOfWord(severity) : statusOfWord(word)
}

function withNested(own: Scalars, object: Record<string, unknown>): Scalars {
  for (const key of NAMED_OBJECTS) own.add(scalarsOf(object[key]), key)
  for (const key of OPEN_OBJECTS) own.add(scalarsOf(object[key]))
  return own
}

/** Without an id the same title about the same machine from the same attacker is the same alert. */
function fingerprintOf(title: string, values: Scalars): string {
  const parts = [
    'asset',
    'host',
    'hostname',
    'assetname',
    'ip',
    'hostip',
    'assetip',
    'instance',
    '主机',
    '资产',
    '主机ip',
    'srcip',
    'sourceip',
    '源ip',
  ]
  return labelsFingerprint([['title', title], ...parts.map(key => [key, values.first([key]) ?? ''] as const)])
}

function firstTime(object: Record<string, unknown>, names: readonly string[], context: TimeContext): number | undefined {
  // Times may be numbers, whose text would say the same.
  const values = new Scalars().add(scalarsOf(object))
  for (const name of names) {
    const text = values.first([name])
    const at = text === undefined ? undefined : anyTime(text, context)
    if (at !== undefined) return at
  }
  return undefined
}
