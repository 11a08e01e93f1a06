// `免打扰`: hours in which only urgent things are pushed.
import { AppError } from '../../core/errors.js'
import { preferenceCommand } from '../runtime/preference-command.js'

const two = (n: number) => String(n).padStart(2, '0')

export const setQuietHours = preferenceCommand({
  name: '免打扰',
  aliases: ['静默', '勿扰', 'quiet'],
  summary: '什么时段只放行紧急的，其余早上汇总',
  examples: ['免打扰 22-8', '免打扰 关'],
  what: '时段',
  change(text) {
    if (/^(?:关|关闭|取消|不用)/.test(text)) return { wished: { quiet: null }, answer: '已关闭免打扰，夜里也会推送。' }
    const found = /^(\d{1,2})(?:[:：](\d{2}))?\s*(?:点|时)?\s*(?:-|到|至|~|—)\s*(\d{1,2})(?:[:：](\d{2}))?\s*(?:点|时)?$/.exec(text.trim())
    const [from, fromMinute, to, toMinute] = found
      ? [Number(found[1]), Number(found[2] ?? 0), Number(found[3]), Number(found[4] ?? 0)]
      : [99, 0, 99, 0]
    if (from > 23 || to > 24 || fromMinute > 59 || toMinute > 59 || (from === to && fromMinute === toMinute))
      throw new AppError('ARGUMENT_INVALID', { value: text.slice(0, 20), what: '时段', example: '免打扰 22-8' })
    const quiet = `${two(from)}:${two(fromMinute)}-${two(to % 24)}:${two(toMinute)}`
    return { wished: { quiet }, answer: `每天 ${quiet.replace('-', ' 到 ')} 只推送紧急的，其余在结束时汇总成一条。` }
  },
})
