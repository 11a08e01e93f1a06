// `发邮件给我`: what would come to a person by the application comes by mail, and grave reports are mailed as well.
import { personalCommand } from '../runtime/preference-command.js'

export const setOwnChannel = personalCommand({
  name: '发邮件给我',
  aliases: ['邮件通知我', '给我发邮件', '用邮件通知我'],
  summary: '单独通知您的改走邮件；取消加“关”',
  examples: ['发邮件给我', '发邮件给我 关'],
  what: '方式',
  change(text) {
    if (/^(?:关|取消|不用)/.test(text)) return { wished: { channel: 'app' }, answer: '已改回，不再单独发邮件给您。' }
    return { wished: { channel: 'mail' }, answer: '好的，单独通知您的改发邮件，严重的事件也抄送您邮箱；没有登记邮箱的请联系客户经理。' }
  },
})
