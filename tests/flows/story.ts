// The main story, from the attack in the log to the daily report, as the people in it play it. Run by alert-to-report.test.ts on every installation.
import { expect } from 'vitest'
import { failures, sendSyslog, syslogLines } from '../support/attack.js'
import { Group, type Message } from '../support/group.js'
import type { Product } from '../support/product.js'

export interface StoryWatch {
  /** After the customer's yes, when the block is said to be in force. */
  blocked?(): Promise<void>
  /** After the lift. */
  lifted?(): Promise<void>
}

export async function playStory(product: Product, attacker: string, watch: StoryWatch = {}): Promise<void> {
  const butler = new Group(product.sandboxUrl, 'g-uni')
  const ops = new Group(product.sandboxUrl, 'ops-1')
  const other = new Group(product.sandboxUrl, 'g-hos')

  await sendSyslog(product.syslogPort, syslogLines('mail01', failures(attacker, 12)))
  const first = await butler.waitFor(/【中危】mail01 正被猜解口令/)
  const triage = await ops.waitFor(/mail01 正被猜解口令/)
  const number = numberIn(first, 'IN')
  expect(first.text).toContain(attacker)
  expect(first.text).toContain('未做任何阻断')
  expect(numberIn(triage, 'IN')).toBe(number)

  await ops.presses('zhang', triage, '认领')
  await ops.waitFor(/张工 已认领/)
  const claimed = (await ops.messages()).find(message => message.msgid === triage.msgid)
  expect(claimed?.text).toContain('张工 已认领')
  await butler.asks('xu', `为什么 ${number}`, /结论：.*失陷可能/)

  await ops.asks('zhang', `封禁 ${attacker} 12h ${number}`, /已请 示例大学 授权/)
  const request = await butler.waitFor(new RegExp(`需要授权】封禁 ${attacker.replaceAll('.', '\\.')}`))
  const disposal = numberIn(request, 'DP')
  expect(request.text).toContain('12 小时')
  await butler.waitFor(/需要您确认.*@李工/)

  await butler.presses('li', request, '同意')
  await butler.waitFor(/已封禁】/)
  const decided = (await butler.messages()).find(message => message.msgid === request.msgid)
  expect(decided?.text).toContain('李工 已同意')
  await butler.asks('chen', '封禁清单', new RegExp(`${attacker.replaceAll('.', '\\.')}.*生效中`))
  await watch.blocked?.()

  await ops.asks('zhang', `复验 ${number} 弱口令，外网可直接登录`, /复验通过，进入观察期/)
  await butler.waitFor(/已处置】/)
  await ops.waitFor(/观察期满，无复发/)
  await ops.asks('zhang', `关闭 ${number} 已限制外网登录，改用密钥`, /已闭环/)
  const closing = await butler.waitFor(/已闭环】/)
  await butler.presses('chen', closing, '满意')
  await butler.waitFor(/已记录.*满意/)

  await butler.asks('li', `撤销 ${disposal}`, /正在解除/)
  await butler.waitFor(/封禁已解除/)
  await watch.lifted?.()

  const report = await butler.asks('chen', '日报', /安全日报/)
  expect(report.text).toContain('闭环 1')
  expect(report.text).toContain('封禁 1｜解除 1')
  const file = await butler.waitFor(/\.html/, report.msgid)
  expect(await butler.file(file)).toMatch(/<h1[^>]*>示例大学 安全日报/)
  const audit = await butler.asks('chen', `审计 ${disposal}`, /操作记录/)
  for (const word of ['请求授权处置', '同意处置', '回读校验通过', '要求撤销处置', '解除封禁']) expect(audit.text).toContain(word)

  // The other customer heard nothing of it.
  expect(await other.messages()).toEqual([])
  const verified = product.cli('audit', 'verify')
  expect(verified).toMatchObject({ code: 0 })
}

export function numberIn(message: Message, prefix: 'IN' | 'DP'): string {
  const found = new RegExp(`${prefix}-[0-9a-z]+-\\d{6}-\\d+`).exec(message.text)
  if (!found) throw new Error(`no ${prefix} number in: ${message.text}`)
  return found[0]
}
