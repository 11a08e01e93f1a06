// Self-built applications over `handle`: tokens, messages, recipients, limits, card updates, recall and media.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Answer, butlerApp, buttonCard, noticeCard, type Rig, rig } from './sandbox-rig.js'
import type { SandboxApp } from './sandbox-types.js'

let world: Rig
beforeEach(async () => {
  world = await rig()
  declare(butlerApp)
})
afterEach(() => world.close())

const callback = { url: 'http://127.0.0.1:1/', token: 't', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' }
const declare = (...apps: SandboxApp[]): void => world.sandbox.declare({ robots: [], groups: [], apps })
const fetchToken = (corpsecret = butlerApp.secret, corpid = butlerApp.corpId): Promise<Answer> =>
  world.call('/cgi-bin/gettoken', { corpid, corpsecret })
const token = async (secret?: string): Promise<string> => String((await fetchToken(secret)).fields['access_token'])
async function call(path: string, body: object, access_token?: string): Promise<Record<string, unknown>> {
  return (await world.call(`/cgi-bin/message/${path}`, { access_token: access_token ?? (await token()) }, body)).fields
}
const send = (body: object, access_token?: string): Promise<Record<string, unknown>> =>
  call('send', { touser: 'li', agentid: 1000002, ...body }, access_token)
const text = (content: string): object => ({ msgtype: 'text', text: { content } })
const card = (taskId: string): object => ({ msgtype: 'template_card', template_card: buttonCard(taskId) })
const heard = (userid = 'li'): string[] => world.sandbox.messages(`single:${userid}:app:1000002`).map(message => message.text)

it('a token stays the same while it is good', async () => {
  const first = await fetchToken()
  world.time.now += 7_199_000
  const second = await fetchToken()
  const old = String(first.fields['access_token'])

  expect(first.fields).toMatchObject({ errcode: 0, expires_in: 7200 })
  expect(second.fields['access_token']).toBe(old)
  world.time.now += 1_000
  expect(await send(text('过期'), old)).toMatchObject({ errcode: 42001 })
  expect(await token()).not.toBe(old)
})

it('whoever may not come in is told why', async () => {
  declare({ ...butlerApp, corpId: 'ww2', agentId: 7, secret: 'other-secret', trustedIps: ['10.0.0.1'] })

  expect((await fetchToken('x', 'nobody')).fields).toMatchObject({ errcode: 40013 })
  expect((await fetchToken('x')).fields).toMatchObject({ errcode: 40001 })
  expect((await fetchToken('other-secret')).fields).toMatchObject({ errcode: 40091 })
  expect((await fetchToken('other-secret', 'ww2')).fields).toMatchObject({ errcode: 60020 })
  expect(await send(text('a'), '')).toMatchObject({ errcode: 41001 })
  expect(await send(text('a'), 'made up')).toMatchObject({ errcode: 40014 })
  expect(await send({ ...text('a'), agentid: 7 })).toMatchObject({ errcode: 301002 })
  expect(await send({ ...text('a'), agentid: 9 })).toMatchObject({ errcode: 40056 })
})

it('ten wrong secrets shut an address out for an hour', async () => {
  const good = await token()
  for (let i = 0; i < 10; i++) expect((await fetchToken('guess')).fields).toMatchObject({ errcode: 40001 })

  expect((await fetchToken()).fields).toMatchObject({ errcode: 45009 })
  expect(await send(text('a'), good)).toMatchObject({ errcode: 45009 })
  world.time.now += 3_600_001
  expect(await send(text('a'), good)).toMatchObject({ errcode: 0 })
})

it('a changed secret ends the token', async () => {
  const old = await token()
  declare({ ...butlerApp, secret: 'app-secret-2' })

  expect(await send(text('a'), old)).toMatchObject({ errcode: 40014 })
  expect(await send(text('a'), await token('app-secret-2'))).toMatchObject({ errcode: 0 })
})

it('a message reaches whoever is visible and names the others', async () => {
  declare({ ...butlerApp, visible: ['Li', 'chen', 'Guest'], parties: { '1': ['chen', 'zhao'] } })

  const answer = await send({ ...text('告警'), touser: 'LI|zhao|Stranger', toparty: '1|2', agentid: '1000002', safe: '0' })

  expect(answer).toMatchObject({ errcode: 0, invaliduser: 'zhao|stranger', invalidparty: '2' })
  expect(answer['msgid']).toBeTypeOf('string')
  expect([heard('li'), heard('chen')]).toEqual([['告警'], ['告警']])
  expect(await send({ ...text('a'), touser: 'stranger' })).toMatchObject({ errcode: 81013 })
  expect(await send({ ...text('a'), touser: '' })).toMatchObject({ errcode: 82001 })
  expect(await send({ ...text('全体'), touser: '@all' })).not.toHaveProperty('invaliduser')
  expect(heard('guest')).toEqual(['全体'])
})

it('contents have the limits of their kind', async () => {
  expect(await send(text('长'.repeat(700)))).toMatchObject({ errcode: 0 })
  expect(heard()[0]).toBe('长'.repeat(682))
  expect(await send({ msgtype: 'markdown', markdown: { content: 'a'.repeat(2049) } })).toMatchObject({ errcode: 45002 })
  world.sandbox.declare({ robots: [], groups: [], limits: { appMarkdownOverflow: 'cut' } })
  expect(await send({ msgtype: 'markdown', markdown: { content: 'a'.repeat(2049) } })).toMatchObject({ errcode: 0 })
  const textcard = { title: '周报', description: '<div class="gray">本周</div>平安', url: 'https://butler.example/w' }
  expect(await send({ msgtype: 'textcard', textcard })).toMatchObject({ errcode: 0 })
  expect(heard().at(-1)).toBe('周报\n本周\n平安\n详情')
  expect(await send({ msgtype: 'textcard', textcard: { ...textcard, url: 'butler.example' } })).toMatchObject({ errcode: 45034 })
  expect(await send({ msgtype: 'textcard', textcard: { ...textcard, title: '' } })).toMatchObject({ errcode: 41016 })
  const article = { title: '新闻', url: 'https://butler.example/n' }
  expect(await send({ msgtype: 'news', news: { articles: [article] } })).toMatchObject({ errcode: 0 })
  expect(await send({ msgtype: 'news', news: { articles: Array(9).fill(article) } })).toMatchObject({ errcode: 45008 })
  expect(await send({ msgtype: 'template_card', template_card: noticeCard() })).toMatchObject({ errcode: 0 })
  expect(await send({ msgtype: 'markdown_v2', markdown_v2: { content: 'a' } })).toMatchObject({ errcode: 40008 })
  expect(await send({ msgtype: 'miniprogram_notice' })).toMatchObject({ errcode: 48002 })
})

it('above thirty a minute WeCom says ok and delivers nothing', async () => {
  for (let i = 0; i < 31; i++) expect(await send(text(`第 ${i} 条`))).toMatchObject({ errcode: 0 })

  expect(heard()).toHaveLength(30)
  expect(world.sandbox.refusals()).toEqual([{ channel: 'app', chat: 'single:li:app:1000002', code: 'dropped', count: 1 }])
  world.sandbox.declare({ robots: [], groups: [], limits: { appOverQuota: 'refuse' } })
  expect(await send(text('多了'))).toMatchObject({ errcode: 45009 })
})

it('a repeat is swallowed when asked to, until the interval is over', async () => {
  const once = { ...text('同一条'), enable_duplicate_check: 1, duplicate_check_interval: 60 }
  for (const step of [0, 59_000, 1_000]) {
    world.time.now += step
    expect(await send(once)).toMatchObject({ errcode: 0 })
  }

  expect(heard()).toHaveLength(2)
})

it('a card with buttons needs a callback address, a fresh task_id, and gives a code', async () => {
  expect(await send(card('t-1'))).toMatchObject({ errcode: 43012 })
  declare({ ...butlerApp, callback })

  expect((await send(card('t-1')))['response_code']).toBeTypeOf('string')
  expect(await send(card('t-1'))).toMatchObject({ errcode: 42014 })
  expect(await send(text('a'))).not.toHaveProperty('response_code')
})

it('a response_code changes the card once, within 72 hours', async () => {
  declare({ ...butlerApp, callback })
  const codes: unknown[] = []
  for (const task of ['t-1', 't-2', 't-3']) codes.push((await send({ ...card(task), touser: 'li|chen' }))['response_code'])
  const update = (response_code: unknown, more: object): Promise<Record<string, unknown>> =>
    call('update_template_card', { userids: ['li', 'Nobody'], agentid: 1000002, response_code, ...more })

  expect(await update(codes[0], { button: {} })).toMatchObject({ errcode: 42020 })
  expect(await update(codes[0], { button: { replace_name: '已处置' } })).toMatchObject({ errcode: 0, invaliduser: ['nobody'] })
  expect(await update(codes[0], { button: { replace_name: '已处置' } })).toMatchObject({ errcode: 42022 })
  expect(world.sandbox.messages('single:li:app:1000002')[0]).toMatchObject({
    buttons: [],
    card: { replaced: true, replaceText: '已处置', taskId: 't-1' },
  })
  expect(world.sandbox.messages('single:chen:app:1000002')[0]?.buttons).toHaveLength(2)

  const decided = noticeCard({ main_title: { title: '已批准' } })
  expect(await update(codes[1], { template_card: decided, atall: 1 })).toEqual({ errcode: 0, errmsg: 'ok' })
  expect(heard('chen')[1]).toBe('已批准')
  world.time.now += 72 * 3_600_000 + 1
  expect(await update(codes[2], { button: { replace_name: '晚了' } })).toMatchObject({ errcode: 40058 })
})

it('a message can be taken back for a day', async () => {
  const sent = await send({ ...text('发错了'), touser: 'li|chen' })
  const late = await send(text('留下'))

  expect(await call('recall', { msgid: sent['msgid'] })).toEqual({ errcode: 0, errmsg: 'ok' })
  expect(world.sandbox.messages('single:chen:app:1000002')).toMatchObject([{ recalled: true, text: '（消息已撤回）' }])
  world.time.now += 24 * 3_600_000 + 1
  expect(await call('recall', { msgid: late['msgid'] })).toMatchObject({ errcode: 42052 })
})

it('media of a corp are uploaded, sent and fetched again', async () => {
  const access_token = await token()
  const head = '--b1\r\nContent-Disposition: form-data; name="media"; filename="a.txt"\r\n\r\n'
  const body = Buffer.concat([Buffer.from(head), Buffer.from('hello file'), Buffer.from('\r\n--b1--\r\n')])
  const headers = { 'content-type': 'multipart/form-data; boundary=b1' }
  const uploaded = (await world.call('/cgi-bin/media/upload', { access_token, type: 'file' }, body, headers)).fields
  const media_id = String(uploaded['media_id'])

  expect(uploaded).toMatchObject({ errcode: 0, type: 'file', created_at: '1795507200' })
  expect(await send({ msgtype: 'file', file: { media_id } })).toMatchObject({ errcode: 0 })
  expect(await send({ msgtype: 'image', image: { media_id } })).toMatchObject({ errcode: 40004 })
  expect((await world.call('/cgi-bin/media/get', { access_token, media_id })).text).toBe('hello file')
  const part = await world.call('/cgi-bin/media/get', { access_token, media_id }, undefined, { range: 'bytes=6-' })
  expect([part.status, part.text]).toEqual([206, 'file'])
  expect((await world.call('/cgi-bin/media/get', { access_token, media_id: 'x' })).fields).toMatchObject({ errcode: 40007 })
})
