// A customer whose robot is in HTTP-callback mode: what is asked is answered, what is pressed updates its card, what is said unasked comes by the webhook.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { failures, sendSyslog, syslogLines } from '../support/attack.js'
import { campus, UNI_TOKEN } from '../support/campus.js'
import { Group } from '../support/group.js'
import { startProduct, type Product } from '../support/product.js'
import { numberIn } from './story.js'

const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'

let product: Product
let butler: Group
let ops: Group

beforeAll(async () => {
  const declaration = campus()
    .replace('robots: [', `robots: [{ name: uni-bot, botId: aib-uni, mode: callback, token: callbacktoken, aesKey: ${AES_KEY} }, `)
    .replace('name: 示例大学管家群, form: simulated, robot: main', 'name: 示例大学管家群, form: simulated, robot: uni-bot')
  product = await startProduct({ mode: 'embedded', declaration })
  butler = new Group(product.sandboxUrl, 'g-uni')
  ops = new Group(product.sandboxUrl, 'ops-1')
}, 120_000)
afterAll(() => product.stop())

it('answers under what it was asked, files too', async () => {
  await butler.asks('li', '状态', /示例大学/)
  const [report] = [await butler.asks('li', '日报', /日报/)]

  expect(report.from).toBe('管家')
  await butler.waitFor(/\.(?:pdf|html|md|docx)$/m)
})

it('says unasked things by the webhook, where they are decided by typing', async () => {
  await sendSyslog(product.syslogPort, syslogLines('host-1', failures('203.0.113.77', 12)))
  const raised = await butler.waitFor(/203\.0\.113\.77/)
  await ops.waitFor(/来源：.*203\.0\.113\.77/)
  const number = numberIn(await ops.asks('zhang', '封禁 203.0.113.77 1h', /已请 示例大学 授权/), 'DP')
  const asked = await butler.waitFor(new RegExp(`需要授权[\\s\\S]*回复“同意 ${number}”`))
  await butler.asks('li', `同意 ${number}`, /已批准|执行中|已记录|同意/)
  await butler.waitFor(/已封禁】203\.0\.113\.77/)

  expect(raised.from).toBe('消息推送')
  expect(raised.buttons).toEqual([])
  expect(asked.buttons).toEqual([])
})

it('leaves nothing undelivered behind', async () => {
  const response = await fetch(`${product.intakeUrl}/api/v1/deliveries?limit=500`, { headers: { authorization: `Bearer ${UNI_TOKEN}` } })
  const rows = (await response.json()) as { state: string; road: string; kind: string }[]

  expect(rows.filter(row => row.state === 'failed')).toEqual([])
  expect(new Set(rows.map(row => row.road))).toEqual(new Set(['robot', 'webhook']))
})
