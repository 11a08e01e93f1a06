// Times, initials, colours and severities as people read them; pure, used by every view.

const zone = 'Asia/Shanghai'
const clock = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const full = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, dateStyle: 'full', timeStyle: 'medium', hourCycle: 'h23' })
const day = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, month: 'long', day: 'numeric', weekday: 'short' })
const dayKey = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
const dayMilliseconds = 86_400_000

/** HH:mm in Shanghai; empty when the time cannot be read. */
export function timeOfDay(at) {
  return read(at, date => clock.format(date))
}

export function fullTime(at) {
  return read(at, date => `${full.format(date)}（北京时间）`)
}

/** yyyy-MM-dd in Shanghai, to see where a day ends. */
export function dayOf(at) {
  return read(at, date => dayKey.format(date))
}

/** 今天, 昨天 or the date. */
export function dayName(at) {
  return read(at, date => {
    const key = dayKey.format(date)
    if (key === dayKey.format(new Date())) return '今天'
    if (key === dayKey.format(new Date(Date.now() - dayMilliseconds))) return '昨天'
    return day.format(date)
  })
}

/** For the group list: the time today, else the day. */
export function shortTime(at) {
  return dayName(at) === '今天' ? timeOfDay(at) : dayName(at).replace(/(周|星期).$/u, '')
}

function read(at, format) {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? '' : format(date)
}

/** One or two characters for an avatar: of a Chinese name the last two (of a group's the first two), of a Latin one its initials. */
export function initials(name, ofGroup = false) {
  const characters = [...name.replace(/[\s（）()]/gu, '')]
  if (characters.length === 0) return '?'
  if (/^[\x20-\x7e]+$/.test(name)) {
    return name
      .split(/[\s._-]+/)
      .map(part => part.slice(0, 1).toUpperCase())
      .join('')
      .slice(0, 2)
  }
  return (ofGroup ? characters.slice(0, 2) : characters.slice(-2)).join('')
}

/** 0 to 7, the same for the same name. */
export function hue(name) {
  let sum = 7
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)) % 9973
  return sum % 8
}

const severities = [
  [/^(紧急|严重|特急|重大|特别重大)$/u, 'critical'],
  [/^(高危|高)$/u, 'high'],
  [/^(中危|中)$/u, 'medium'],
  [/^(低危|低)$/u, 'low'],
  [/(需要授权|待授权|待确认|请确认|需要您)/u, 'ask'],
  [/(已处置|已恢复|已完成|已批准|已同意|已封禁|已执行|已解除|已关闭|已撤销)/u, 'done'],
  [/(弱口令|配置变更|新资产|威胁预警|升级)/u, 'medium'],
]

/** Splits `【高危】财务服务器…` into its marker, the class of its colour and the rest. */
export function marked(title) {
  const found = /^\s*【([^【】]{1,24})】\s*/u.exec(title)
  if (!found) return { severity: 'info', rest: title }
  const severity = severities.find(([pattern]) => pattern.test(found[1]))?.[1] ?? 'info'
  return { marker: found[1], severity, rest: title.slice(found[0].length) }
}
