// `只看`: a person is only told directly of what is grave enough.
import { AppError } from '../../core/errors.js'
import { priorities, type Priority } from '../../core/threats/terms.js'
import { personalCommand } from '../runtime/preference-command.js'

const words: readonly (readonly [RegExp, Priority])[] = [
  [/严重|紧急|最高/, 'P1'],
  [/高危|高级|重要/, 'P2'],
  [/中危|中级/, 'P3'],
  [/全部|所有|都/, 'P4'],
]

export const setOwnLevel = personalCommand({
  name: '只看',
  aliases: ['只发', '只通知我', 'only'],
  summary: '单独通知您的只要哪一级以上（P1 与授权请求除外）',
  examples: ['只看高危', '只看 P1', '只看全部'],
  what: '级别',
  change(text) {
    const atLeast = priorities.find(level => text.toUpperCase().includes(level)) ?? words.find(([word]) => word.test(text))?.[1]
    if (!atLeast) throw new AppError('ARGUMENT_INVALID', { value: text.slice(0, 20), what: '级别', example: '只看高危' })
    return {
      wished: { atLeast },
      answer: atLeast === 'P4' ? '各级别都会单独通知您。' : `只有 ${atLeast} 及以上才单独通知您，群里的消息不变。`,
    }
  },
})
