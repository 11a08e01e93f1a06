// Every way devices write a moment, months of other languages and Chinese dates included; used by convert.ts and the envelope.
import { anyTime, type TimeContext } from '../event-time.js'

const MONTHS: Record<string, number> = {}
for (const [index, names] of [
  'jan january janvier janv januar jän janeiro enero ene gennaio gen styczeń stycznia янв января ocak oca',
  'feb february février fevrier févr fév februar fevereiro febrero febbraio lutego luty фев февраля şubat şub fev',
  'mar march mars märz mär mrz março marzo marca marzec мар марта mart maa maart',
  'apr april avril avr abril abr aprile kwietnia апр апреля nisan nis',
  'may mai maio mayo maggio mag maja май мая mayıs mei',
  'jun june juin juni junho junio giugno giu czerwca июн июня haziran haz',
  'jul july juillet juil juli julho julio luglio lug lipca июл июля temmuz tem',
  'aug august août aout agosto ago sierpnia авг августа ağustos ağu aoû',
  'sep sept september septembre setembro septiembre settembre set września сен сентября eylül eyl',
  'oct october octobre oktober okt outubro out octubre ottobre ott października окт октября ekim eki',
  'nov november novembre novembro noviembre listopada ноя ноября kasım kas',
  'dec december décembre dez dezember déc dezembro dez diciembre dic dicembre grudnia дек декабря aralık ara dec',
].entries())
  for (const name of names.split(' ')) MONTHS[name] = index + 1

/** 1 to 12 for the name of a month, also `5月` and `十二月`. */
export function monthNumber(name: string): number | undefined {
  const chinese = /^(\d{1,2}|[一二三四五六七八九十]{1,2})月$/.exec(name)
  if (chinese !== null) {
    const number = /^\d/.test(chinese[1]!)
      ? Number(chinese[1])
      : '一二三四五六七八九十'.indexOf(chinese[1]!.at(-1)!) + (chinese[1]!.length === 2 ? 11 : 1)
    return number >= 1 && number <= 12 ? number : undefined
  }
  const key = name.toLowerCase().replace(/\.$/, '')
  return Object.hasOwn(MONTHS, key) ? MONTHS[key] : undefined
}

const CLOCK = '(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,:](\\d{1,9}))?)?'
/** Minutes east of UTC of the names of zones logs carry; CST is China's, as our customers mean it. */
const ZONES: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  CST: 480,
  HKT: 480,
  SGT: 480,
  JST: 540,
  KST: 540,
  MSK: 180,
  WET: 0,
  WEST: 60,
  BST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  EST: -300,
  EDT: -240,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
}
const ZONE = '(?:\\s?(Z|[A-Z]{3,4}|[+-]\\d{1,2}(?::?\\d{2})?)?(?:\\s\\(?[A-Z]{2,5}\\)?)?)?(?:\\s(\\d{4}))?'
const YEAR_FIRST = new RegExp(`^(\\d{4})(?:[-/.]|年)(\\d{1,2})(?:[-/.]|月)(\\d{1,2})日?(?:[T ,:_-]{0,3}${CLOCK}${ZONE})?$`)
const DAY_FIRST = new RegExp(
  `^(?:\\p{L}{2,9}\\.?,? )?(\\d{1,2})[ /.-](\\p{L}{2,12}\\.?|\\d{1,2}月?)[ /.-](\\d{4})[ :,-]{1,3}${CLOCK}(?: ([AP]M))?${ZONE}$`,
  'iu',
)
const MONTH_FIRST = new RegExp(
  `^(?:\\p{L}{2,9},? )?(\\p{L}{2,12}\\.?|\\d{1,2}月) {0,2}(\\d{1,2})日?,?(?: (\\d{4}))? {1,2}${CLOCK}(?: ([AP]M))?${ZONE}$`,
  'iu',
)
const COMPACT = /^(\d{4})(\d{2})(\d{2})[T ]?(\d{2}):?(\d{2}):?(\d{2})(?:[.,](\d{1,9}))?(Z|[+-]\d{4})?$/

/** `161209  8:05:01`, as MySQL and MariaDB wrote it. */
const SHORT = /^(\d{2})(\d{2})(\d{2}) {1,2}(\d{1,2}):(\d{2}):(\d{2})$/
/** `2018 Apr 20 13:15:07 UTC`, as NX-OS writes it. */
const YEAR_MONTH_DAY = new RegExp(`^(\\d{4}) (\\p{L}{3,12}\\.?) (\\d{1,2}) ${CLOCK}${ZONE}$`, 'iu')

/** Milliseconds since 1970, or undefined when the text is no moment. Times without a zone are in the context's zone. */
export function writtenTime(value: unknown, context: TimeContext): number | undefined {
  const compact = typeof value === 'string' && value.length >= 14 ? COMPACT.exec(value) : null
  if (compact !== null && Number(compact[1]) >= 1990 && Number(compact[1]) < 2100) {
    const [, y, mo, d, h, mi, s, f, z] = compact
    return at(context, y, Number(mo), d, h, mi, s, f, z)
  }
  const usual = anyTime(value, context)
  if (usual !== undefined || typeof value !== 'string') return usual
  const text = value
    .trim()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\s+/g, ' ')
    .replace(/(?:GMT|UTC)(?=[+-]\d)/, '')
  if (text.length < 8 || text.length > 64) return undefined
  const short = SHORT.exec(text)
  if (short !== null) return at(context, `20${short[1]}`, Number(short[2]), short[3], short[4], short[5], short[6], undefined, undefined)
  const named = YEAR_MONTH_DAY.exec(text)
  const namedMonth = named === null ? undefined : monthNumber(named[2] ?? '')
  if (named !== null && namedMonth !== undefined)
    return at(context, named[1], namedMonth, named[3], named[4], named[5], named[6], named[7], named[8])
  const year = YEAR_FIRST.exec(text)
  if (year !== null) return at(context, year[1], Number(year[2]), year[3], year[4], year[5], year[6], year[7], year[8])
  const day = DAY_FIRST.exec(text)
  if (day !== null) {
    const [, d = '', m = '', y, h, mi, s, f, half, z] = day
    // Two numbers: the first is the month where Americans write, unless it cannot be.
    const numbers = /^\d+$/.test(m)
    const [dayText, month] = numbers && Number(d) <= 12 && text.includes('/') ? [m, Number(d)] : [d, numbers ? Number(m) : monthNumber(m)]
    return month === undefined ? undefined : at(context, y, month, dayText, twelve(h, half), mi, s, f, z)
  }
  const month = MONTH_FIRST.exec(text)
  if (month === null) return undefined
  const [, m = '', d, y, h, mi, s, f, half, z, late] = month
  const number = monthNumber(m)
  return number === undefined ? undefined : at(context, y ?? late, number, d, twelve(h, half), mi, s, f, z)
}

function twelve(hour: string | undefined, half: string | undefined): string | undefined {
  if (half === undefined) return hour
  return String((Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0))
}

type Part = string | undefined
const ENGLISH = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Written anew in a form event-time.ts reads, so that the calendar is checked in one place. */
function at(
  context: TimeContext,
  year: Part,
  month: number,
  day: Part,
  hour: Part,
  minute: Part,
  second: Part,
  fraction: Part,
  zone: Part,
): number | undefined {
  const two = (part: Part): string => (part ?? '0').padStart(2, '0')
  const clock = `${two(hour)}:${two(minute)}:${two(second)}${fraction === undefined ? '' : `.${fraction}`}`
  if (year === undefined) return anyTime(`${ENGLISH[month - 1] ?? ''} ${day} ${clock}`, context)
  return anyTime(`${year}-${two(String(month))}-${two(day)}T${clock}${zoneText(zone)}`, context)
}

function zoneText(zone: Part): string {
  if (zone === undefined || zone === '') return ''
  if (/^[A-Z]/.test(zone)) {
    const minutes = ZONES[zone.toUpperCase()] ?? 0
    const two = (part: number): string => String(part).padStart(2, '0')
    return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`
  }
  const digits = zone.slice(1).replace(':', '')
  return `${zone[0]}${digits.length <= 2 ? `${digits.padStart(2, '0')}00` : digits.padStart(4, '0')}`
}
