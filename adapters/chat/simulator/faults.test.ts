// Faults ordered for a drill: shares of calls, lost robots and keys, void tokens, and the count of what was refused.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { noFaults } from './sandbox-faults.js'
import { type Answer, butlerApp, errcodeOf, type Rig, rig } from './sandbox-rig.js'

let world: Rig
beforeEach(async () => {
  world = await rig({ limits: { webhookPerMinute: 1000, perMinute: 1000 } })
  world.sandbox.declare({ robots: [], groups: [], apps: [butlerApp] })
})
afterEach(() => world.close())

const hook = (content = '告警'): Promise<Answer> =>
  world.call('/cgi-bin/webhook/send', { key: 'k1' }, { msgtype: 'text', text: { content } })
const fetchToken = async (): Promise<string> =>
  String((await world.call('/cgi-bin/gettoken', { corpid: butlerApp.corpId, corpsecret: butlerApp.secret })).fields['access_token'])
const appSend = async (access_token: string, touser = 'li|chen'): Promise<Answer> =>
  world.call('/cgi-bin/message/send', { access_token }, { touser, agentid: 1000002, msgtype: 'text', text: { content: '告警' } })
const said = (): number => world.sandbox.messages('g-Uni').length
const refused = (): unknown[] => world.sandbox.refusals().map(({ channel, chat, code, count }) => `${channel} ${chat} ${code} ${count}`)

async function outcomes(calls: number): Promise<string> {
  let line = ''
  for (let i = 0; i < calls; i++) line += (await hook()).fields['errcode'] === 0 ? '.' : 'x'
  return line
}

it('a share of calls gets a code, the same ones with the same seed', async () => {
  world.sandbox.faults({ shareAnswer: { share: 0.3, errcode: 45009 }, seed: 7 })
  const first = await outcomes(200)
  world.sandbox.faults({ seed: 7 })
  const second = await outcomes(200)
  world.sandbox.faults({ seed: 8 })
  const third = await outcomes(200)

  const struck = [...first].filter(one => one === 'x').length
  expect(struck).toBeGreaterThan(30)
  expect(struck).toBeLessThan(90)
  expect(second).toBe(first)
  expect(third).not.toBe(first)
  const all = [...(first + second + third)].filter(one => one === 'x').length
  expect(refused()).toEqual([`webhook g-Uni 45009 ${all}`])
  expect(said()).toBe(600 - all)
})

it('a share of calls gets a status, a web page or nothing, and is not carried out', async () => {
  world.sandbox.faults({ shareStatus: { share: 1, status: 502 } })
  expect(await hook()).toMatchObject({ status: 502, fields: {} })
  world.sandbox.faults({ shareStatus: { share: 0, status: 502 }, shareHtml: { share: 1 } })
  expect(await hook()).toMatchObject({ status: 200, headers: { 'Content-Type': 'text/html; charset=UTF-8' } })
  world.sandbox.faults({ shareHtml: { share: 0 }, shareEmpty: { share: 1 } })
  expect(await hook()).toMatchObject({ status: 200, text: '' })

  expect(said()).toBe(0)
  expect(refused()).toEqual(['webhook g-Uni http-502 1', 'webhook g-Uni html 1', 'webhook g-Uni empty 1'])
  world.sandbox.faults({})
  expect(world.sandbox.faultsNow()).toEqual(noFaults)
  expect((await hook()).fields).toEqual({ errcode: 0, errmsg: 'ok' })
})

it('a hanging call is carried out at once and answered late', async () => {
  world.sandbox.faults({ shareHang: { share: 1, seconds: 600 } })
  let answered = false
  const call = hook().then(() => (answered = true))

  await expect.poll(said).toBe(1)
  expect(answered).toBe(false)
  await world.close()
  await call
  expect(refused()).toEqual(['webhook g-Uni hang 1'])
  world = await rig()
})

it('a share can be kept to one channel', async () => {
  world.sandbox.faults({ shareAnswer: { share: 1, errcode: -1 }, reach: ['app'] })

  expect((await hook()).fields['errcode']).toBe(0)
  expect((await world.call('/cgi-bin/gettoken', {})).fields['errcode']).toBe(-1)
})

it('frames of a robot are struck as well', async () => {
  const client = await world.client()
  const push = (): Promise<unknown> => errcodeOf(client.sendMessage('ops-1', { msgtype: 'markdown', markdown: { content: 'a' } }))
  world.sandbox.faults({ shareAnswer: { share: 1, errcode: 45009 }, shareStatus: { share: 0, status: 503 } })
  expect(await push()).toBe(45009)
  world.sandbox.faults({ shareAnswer: { share: 0, errcode: 45009 }, shareStatus: { share: 1, status: 503 } })
  expect(await push()).toBe(0)

  expect(refused()).toEqual(['robot ops-1 45009 1'])
  expect(world.sandbox.messages('ops-1')).toHaveLength(1)
})

it('a robot that was removed reaches nobody and hears nothing, until it is back', async () => {
  const client = await world.client()
  const push = (): Promise<unknown> => errcodeOf(client.sendMessage('ops-1', { msgtype: 'markdown', markdown: { content: 'a' } }))
  world.sandbox.faults({ removedRobots: ['ops-1'] })
  world.sandbox.say('ops-1', 'chen', '@管家 在吗')

  expect(await push()).toBe(93006)
  expect(world.sandbox.messages('ops-1')[0]?.mentions).toEqual([])
  world.sandbox.faults({ removedRobots: [] })
  expect(await push()).toBe(0)
})

it('a revoked key is dead, named by itself or by its group, and counted for the group', async () => {
  world.sandbox.faults({ revokedWebhooks: ['k1'] })
  expect((await hook()).fields['errcode']).toBe(93000)
  world.sandbox.faults({ revokedWebhooks: ['g-Uni'] })
  expect((await hook()).fields['errcode']).toBe(93000)
  world.sandbox.faults({})

  expect((await hook()).fields['errcode']).toBe(0)
  expect(refused()).toEqual(['webhook g-Uni 93000 2'])
})

it('all tokens can be void at once, and a refused message is counted for each of its readers', async () => {
  const token = await fetchToken()
  world.sandbox.strike('invalidate-tokens')

  expect((await appSend(token)).fields['errcode']).toBe(40014)
  expect((await appSend(await fetchToken())).fields['errcode']).toBe(0)
  world.sandbox.faults({ appAnswer: { times: 1, errcode: 45033 }, appStatus: { times: 1, status: 503 } })
  expect((await appSend(token)).status).toBe(503)
  expect((await appSend(token, 'nobody')).fields['errcode']).toBe(45033)
  expect(refused()).toEqual([
    'app single:li:app:1000002 40014 1',
    'app single:chen:app:1000002 40014 1',
    'app single:li:app:1000002 http-503 1',
    'app single:chen:app:1000002 http-503 1',
    'app app:1000002 45033 1',
  ])
  world.sandbox.forgetRefusals()
  expect(refused()).toEqual([])
})

it('connections can be broken at once', async () => {
  await world.client()
  world.sandbox.strike('drop-connections')

  await expect.poll(() => world.sandbox.isConnected('aib-1')).toBe(false)
})

it('limits change while the sandbox runs, and only to what they can be', async () => {
  expect(world.sandbox.limits({ webhookPerMinute: 1 })).toMatchObject({ webhookPerMinute: 1, perMinute: 1000 })
  expect([(await hook()).fields['errcode'], (await hook()).fields['errcode']]).toEqual([0, 45009])
  for (const wrong of [{ nothing: 1 }, { perHour: -1 }, { perHour: '5' }, { perHour: 1.5 }, { appOverQuota: 'explode' }, { toString: 1 }]) {
    expect(() => world.sandbox.limits({ perMinute: 5, ...wrong })).toThrow('REQUEST_INVALID')
  }

  expect(world.sandbox.limits()).toMatchObject({ webhookPerMinute: 1, perMinute: 1000 })
  expect(world.sandbox.limits({}).webhookPerMinute).toBe(1000)
})

it('refused webhook calls count towards the limit when told to', async () => {
  world.sandbox.limits({ webhookPerMinute: 2, webhookFailuresCount: true })

  expect([(await hook(' ')).fields['errcode'], (await hook(' ')).fields['errcode'], (await hook()).fields['errcode']]).toEqual([
    44004, 44004, 45009,
  ])
})

it('chats of apps are listed beside the groups once something was said in them', async () => {
  await appSend(await fetchToken(), 'li')

  expect(world.sandbox.singles()).toEqual([
    { chatid: 'single:li:app:1000002', name: '安全管家 ↔ 李工', members: [{ userid: 'Li', name: '李工', role: 'approver' }] },
  ])
  expect(world.sandbox.groups()).toHaveLength(2)
})
