// Finds how long something is to last: "12h", "1天12小时", "一个半小时", "四十八小时"; pure, called by entities.ts.

export interface FoundDuration {
  readonly seconds?: number
  /** The text without it. */
  readonly text: string
}

const AMOUNT = String.raw`(?:\d{1,5}(?:\.\d{1,2})?|[零一二两三四五六七八九十百]{1,6})`
const UNIT = String.raw`(?:小时|钟头|分钟|刻钟|天|日|周|星期|礼拜|个月|秒钟?|(?:hours?|hrs?|minutes?|mins?|days?|weeks?|seconds?|secs?|[hmdws])(?![A-Za-z]))`
const PART = String.raw`(?:${AMOUNT}\s*个?\s*(半)?\s*${UNIT}(半)?|半\s*个?\s*${UNIT})`
/** Parts that stand together are added up; "5 分钟内 20 次" and "连续三天" tell when or how it was, not how long it is to be. */
const DURATION = new RegExp(
  String.raw`(?<![\dA-Za-z.:/_-])(?<!连续|已经?|持续了|第|每|上|下|本)(?:${PART}[\s零又]*){1,4}(?!\s*(?:之?[内前后]|以[内前后来]|报))`,
  'i',
)
const SINGLE = new RegExp(String.raw`(?:(${AMOUNT})\s*个?\s*(半)?\s*(${UNIT})(半)?|(半)\s*个?\s*(${UNIT}))`, 'gi')

const units: readonly (readonly [RegExp, number])[] = [
  [/^(?:秒钟?|s|secs?|seconds?)$/i, 1],
  [/^(?:分钟|m|mins?|minutes?)$/i, 60],
  [/^刻钟$/, 900],
  [/^(?:小时|钟头|h|hrs?|hours?)$/i, 3600],
  [/^(?:天|日|d|days?)$/i, 86_400],
  [/^(?:周|星期|礼拜|w|weeks?)$/i, 604_800],
  [/^个月$/, 30 * 86_400],
]

export function findDuration(text: string): FoundDuration {
  const found = DURATION.exec(text)
  if (!found) return { text }
  let seconds = 0
  for (const [, amount, halfBefore, unit, halfAfter, half, halfUnit] of found[0].matchAll(SINGLE)) {
    const size = units.find(([pattern]) => pattern.test(unit ?? halfUnit ?? ''))?.[1] ?? 0
    const count = half ? 0.5 : countOf(amount ?? '') + (halfBefore || halfAfter ? 0.5 : 0)
    seconds += count * size
  }
  return { seconds: Math.round(seconds), text: `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}` }
}

const digits: Readonly<Record<string, number>> = { 零: 0, 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 }

/** `12`, `十二`, `四十八`, `一百二十`. */
export function countOf(text: string): number {
  if (/^[\d.]+$/.test(text)) return Number(text)
  let sum = 0
  let digit: number | undefined
  for (const sign of text) {
    if (sign === '十' || sign === '百') {
      sum += (digit ?? 1) * (sign === '十' ? 10 : 100)
      digit = undefined
    } else digit = digits[sign] ?? 0
  }
  return sum + (digit ?? 0)
}
