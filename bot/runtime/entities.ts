// Finds the things a sentence names: numbers, addresses, durations, days. Pure; used by parse.ts before any command sees the text.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import ipaddr from 'ipaddr.js'

dayjs.extend(utc)
dayjs.extend(timezone)

export interface Entities {
  /** Numbers such as IN-uni-261124-001, as written but with the prefix in upper case. */
  readonly numbers: readonly string[]
  readonly ips: readonly string[]
  readonly cidrs: readonly string[]
  readonly durationSeconds?: number
  /** `YYYY-MM-DD` in the given zone. */
  readonly day?: string
  /** What is left when the things above are taken out. */
  readonly rest: string
}

const NUMBER = /(?<![0-9A-Za-z])(AL|IN|TK|DP|AD|SO|AU|RP)-([0-9a-z]{1,32})-(\d{6})-(\d{1,6})(?![0-9A-Za-z])/gi
const IP_LIKE = /(?<![0-9A-Fa-f:.])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})(?:\/\d{1,3})?(?![0-9A-Fa-f:.])/g
const DURATION =
  /(\d{1,5}(?:\.\d)?|半|一|两|二|三|四|五|六|七|八|九|十|十二|二十四)\s*(?:个)?\s*(小时|钟头|分钟|天|日|周|星期|秒|hours?|minutes?|mins?|days?|h|m|d|s)(?![A-Za-z])/i
const chineseNumber: Readonly<Record<string, number>> = {
  半: 0.5,
  一: 1,
  两: 2,
  二: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
  十: 10,
  十二: 12,
  二十四: 24,
}
const unitSeconds: readonly [RegExp, number][] = [
  [/^(秒|s)$/i, 1],
  [/^(分钟|m|mins?|minutes?)$/i, 60],
  [/^(小时|钟头|h|hours?)$/i, 3600],
  [/^(天|日|d|days?)$/i, 86_400],
  [/^(周|星期)$/, 604_800],
]

export const MAX_TEXT = 2000

export function findEntities(input: string, now: number, zone: string): Entities {
  let rest = halfWidth(input.slice(0, MAX_TEXT))
  const numbers: string[] = []
  rest = rest.replace(NUMBER, (_, prefix: string, code: string, day: string, n: string) => {
    numbers.push(`${prefix.toUpperCase()}-${code}-${day}-${n}`)
    return ' '
  })
  const ips: string[] = []
  const cidrs: string[] = []
  rest = rest.replace(IP_LIKE, found => {
    const [address = ''] = found.split('/')
    const valid = address.includes(':') ? ipaddr.IPv6.isValid(address) : ipaddr.IPv4.isValidFourPartDecimal(address)
    if (!valid) return found
    if (found.includes('/')) cidrs.push(found)
    else ips.push(address)
    return ' '
  })
  const { day, text } = findDay(rest, now, zone)
  rest = text
  let durationSeconds: number | undefined
  rest = rest.replace(DURATION, (_, amount: string, unit: string) => {
    const size = unitSeconds.find(([pattern]) => pattern.test(unit))?.[1] ?? 0
    durationSeconds = Math.round((chineseNumber[amount] ?? Number(amount)) * size)
    return ' '
  })
  return {
    numbers,
    ips,
    cidrs,
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(day ? { day } : {}),
    rest: rest.replaceAll(/\s+/g, ' ').trim(),
  }
}

/** Digits, letters and the signs of numbers and addresses typed full-width; Chinese punctuation stays as written. */
function halfWidth(text: string): string {
  return text.replaceAll(/[\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A\uFF0D-\uFF0F\u3000]/g, sign =>
    sign === '\u3000' ? ' ' : String.fromCharCode(sign.charCodeAt(0) - 0xfee0),
  )
}

function findDay(text: string, now: number, zone: string): { day?: string; text: string } {
  const today = dayjs(now).tz(zone)
  const words: readonly [RegExp, () => dayjs.Dayjs | undefined][] = [
    [/前天/, () => today.subtract(2, 'day')],
    [/昨天|昨日|昨晚/, () => today.subtract(1, 'day')],
    [/今天|今日|今晚/, () => today],
  ]
  for (const [pattern, value] of words) {
    const day = pattern.test(text) ? value() : undefined
    if (day) return { day: day.format('YYYY-MM-DD'), text: text.replace(pattern, ' ') }
  }
  const full = /(20\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?/.exec(text)
  const short = full ? null : /(?<!\d)(\d{1,2})[-/月](\d{1,2})日?(?![\d.])/.exec(text)
  const found = full ?? short
  if (!found) return { text }
  const [year, month, date] = full
    ? [Number(full[1]), Number(full[2]), Number(full[3])]
    : [today.year(), Number(short?.[1]), Number(short?.[2])]
  let value = dayjs.utc(Date.UTC(year, month - 1, date))
  if (value.month() !== month - 1 || value.date() !== date) return { text }
  if (!full && value.isAfter(today.endOf('day'))) value = value.subtract(1, 'year')
  return { day: value.format('YYYY-MM-DD'), text: text.replace(found[0], ' ') }
}
