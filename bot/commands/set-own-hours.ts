// `晚上别打我`: hours in which a person is not rung for, unless it is the gravest or nobody else may decide.
import { personalCommand } from '../runtime/preference-command.js'

export const setOwnHours = personalCommand({
  name: '晚上别打我',
  formOf: '免打扰',
  aliases: ['夜里别打我', '晚上别吵我', '晚上别找我', '晚上不要打我'],
  says: [/(?:晚上|夜里|半夜|下班后?)(?:就|都)?(?:别|不要|勿)(?:再)?(?:打|吵|叫|找|@|发|推)/],
  summary: '22 点到 8 点不单独找您（P1 和只有您能批的除外）；改时段请单聊说“免打扰 23-7”，取消加“关”',
  examples: ['晚上别打我', '晚上别打我 关'],
  what: '时段',
  change(text, now) {
    if (/^(?:关|取消|恢复|不用)/.test(text)) return { wished: { quiet: null }, answer: '已取消，夜里也会单独找您。' }
    const quiet = now.quiet ?? '22:00-08:00'
    return { wished: { quiet }, answer: `每天 ${quiet.replace('-', ' 到 ')} 不单独找您，P1 和只有您能批的除外。` }
  },
})
