// Encrypted callbacks to robots in HTTP mode and to applications, heard by a small bot that knows nothing of the sandbox's code.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decrypt, encrypt, getSignature } from '@wecom/crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { butlerApp, buttonCard, noticeCard, type Rig, rig, sdkClient, next } from './sandbox-rig.js'

const keys = { token: 'butlerTestToken01', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' }

const hang = 'no answer at all'
/** What the bot answers to one callback: an object to seal, XML to seal or raw text, an HTTP status, nothing, or `hang`. */
type Answer = object | string | number | undefined
interface Heard {
  readonly message: string
  readonly url: URL
  readonly body: string
}

let world: Rig
let bot: Server
let url: string
let heard: Heard[]
let answers: Answer[]
beforeEach(async () => {
  heard = []
  answers = []
  bot = createServer((request, response) => void hear(request, response)).listen(0, '127.0.0.1')
  await once(bot, 'listening')
  url = `http://127.0.0.1:${(bot.address() as AddressInfo).port}/callback?from=sandbox`
  world = await rig({ limits: { callbackRetryMilliseconds: 1, streamPollMilliseconds: 1 } })
  world.sandbox.declare({
    robots: [{ botId: 'aib-1', secret: 's', name: '管家', callback: { url, ...keys } }],
    groups: [],
    apps: [{ ...butlerApp, callback: { url, ...keys } }],
  })
})
afterEach(async () => {
  await world.close()
  bot.closeAllConnections()
  await new Promise(resolve => bot.close(resolve))
})

async function hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = new URL(request.url ?? '/', url)
  const part = (name: string): string => asked.searchParams.get(name) ?? ''
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks).toString()
  const isXml = body.startsWith('<xml>')
  const sealed =
    request.method === 'GET'
      ? part('echostr')
      : (/"encrypt":"([^"]+)"|<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)?.slice(1).find(Boolean) ?? '')
  if (getSignature(keys.token, part('timestamp'), part('nonce'), sealed) !== part('msg_signature'))
    return void response.writeHead(403).end()
  const { message, id } = decrypt(keys.encodingAesKey, sealed)
  if (id !== (isXml ? butlerApp.corpId : id)) return void response.writeHead(403).end()
  if (request.method === 'GET') return void response.end(message)
  heard.push({ message, url: asked, body })
  const answer = answers.shift()
  if (answer === hang) return
  if (typeof answer === 'number') return void response.writeHead(answer).end()
  response.end(answer === undefined ? '' : typeof answer === 'object' ? sealJson(answer) : isXml ? sealXml(answer) : answer)
}

function sealJson(answer: object, signature?: string): string {
  const sealed = encrypt(keys.encodingAesKey, JSON.stringify(answer), '')
  const msgsignature = signature ?? getSignature(keys.token, 1767225600, 'n1', sealed)
  return JSON.stringify({ encrypt: sealed, msgsignature, timestamp: 1767225600, nonce: 'n1' })
}

function sealXml(answer: string): string {
  const sealed = encrypt(keys.encodingAesKey, answer, butlerApp.corpId)
  const signature = getSignature(keys.token, 1767225600, 'n1', sealed)
  return `<xml><Encrypt><![CDATA[${sealed}]]></Encrypt><MsgSignature>${signature}</MsgSignature><TimeStamp>1767225600</TimeStamp><Nonce>n1</Nonce></xml>`
}

const stream = (content: string, finish: boolean, more: object = {}): object => ({
  msgtype: 'stream',
  stream: { id: 'S1', finish, content },
  ...more,
})
const toLi = (inner: string): string => `<xml><ToUserName>li</ToUserName><FromUserName>${butlerApp.corpId}</FromUserName>${inner}</xml>`
const said = (index = 0): Record<string, unknown> => JSON.parse(heard[index]?.message ?? '{}') as Record<string, unknown>
const texts = (chat: string): string[] => world.sandbox.messages(chat).map(message => message.text)
const refused = (): Record<string, number> =>
  Object.fromEntries(world.sandbox.refusals().map(one => [`${one.channel} ${one.code}`, one.count]))
async function saying(chat: string, text: string, ...planned: Answer[]): Promise<void> {
  answers.push(...planned)
  world.sandbox.say(chat, 'li', text)
  await world.sandbox.callbacksSettled()
}
async function appCard(taskId = 't-1'): Promise<{ msgid: string; code: string; access_token: string }> {
  const { corpId: corpid, secret: corpsecret } = butlerApp
  const access_token = String((await world.call('/cgi-bin/gettoken', { corpid, corpsecret })).fields['access_token'])
  const body = { touser: 'li', agentid: 1000002, msgtype: 'template_card', template_card: buttonCard(taskId) }
  const sent = (await world.call('/cgi-bin/message/send', { access_token }, body)).fields
  return { msgid: String(sent['msgid']), code: String(sent['response_code']), access_token }
}

it('an address is verified by a text it must decipher', async () => {
  expect(await world.sandbox.verifyCallback('aib-1')).toEqual({ ok: true })
  expect(await world.sandbox.verifyCallback('app:1000002')).toEqual({ ok: true })
  world.sandbox.declare({ robots: [{ botId: 'aib-2', secret: 's', name: '乙', callback: { url, ...keys, token: 'wrong' } }], groups: [] })

  expect(await world.sandbox.verifyCallback('aib-2')).toEqual({ ok: false, problem: '回调地址返回 HTTP 403，应为 200' })
  await expect(world.sandbox.verifyCallback('aib-3')).rejects.toThrow('NOT_FOUND')
})

it('only near addresses are called', async () => {
  for (const far of ['http://192.0.2.1/', 'http://169.254.169.254/', 'http://[::ffff:8.8.8.8]/', 'file:///etc/passwd']) {
    world.sandbox.declare({ robots: [{ botId: 'aib-2', secret: 's', name: '乙', callback: { url: far, ...keys } }], groups: [] })
    expect(await world.sandbox.verifyCallback('aib-2')).toMatchObject({ ok: false })
  }
  expect(heard).toEqual([])
})

it('a robot in callback mode cannot subscribe', async () => {
  const client = sdkClient(world.url, 's')
  const failed = next<unknown>(client, 'error')
  client.connect()

  await failed
  client.disconnect()
  expect(world.sandbox.isConnected('aib-1')).toBe(false)
})

it('a mention arrives as sealed JSON and the answer stands in the group', async () => {
  await saying('g-Uni', '@管家 状态', { msgtype: 'markdown', markdown: { content: '**一切正常**' } })

  expect(said()).toMatchObject({
    aibotid: 'aib-1',
    chatid: 'g-Uni',
    chattype: 'group',
    from: { userid: 'Li' },
    text: { content: '@管家 状态' },
  })
  expect(said()).not.toHaveProperty('response_url')
  expect(heard[0]?.url.searchParams.get('from')).toBe('sandbox')
  expect(texts('g-Uni')).toEqual(['@管家 状态', '**一切正常**'])
})

it('a stream is asked for until it ends', async () => {
  await saying('g-Uni', '@管家 查', stream('正在', false), undefined, stream('正在查', false), stream('查好了', true))

  expect(heard.map(one => (JSON.parse(one.message) as { msgtype: string }).msgtype)).toEqual(['text', 'stream', 'stream', 'stream'])
  expect(said(1)).toMatchObject({ stream: { id: 'S1' }, chatid: 'g-Uni' })
  expect(world.sandbox.messages('g-Uni')[1]).toMatchObject({ text: '查好了', finished: true })
})

it('a stream may bring a card with it, and ends with its window', async () => {
  world.sandbox.declare({ robots: [], groups: [], limits: { streamWindowMilliseconds: 5 } })
  const both = { ...stream('看卡片', false), msgtype: 'stream_with_template_card', template_card: buttonCard('t-9') }

  await saying('g-Uni', '@管家 查', both)

  expect(texts('g-Uni').slice(1, 3)).toEqual(['看卡片', expect.stringContaining('封禁') as string])
  expect(refused()).toEqual({ 'callback 846608': 1 })
})

it('a message without an answer in time comes again, three times at most and with the same msgid', async () => {
  world.sandbox.declare({ robots: [], groups: [], limits: { callbackTimeoutMilliseconds: 1500 } })
  await saying('g-Uni', '@管家 一', 503, hang, stream('第三次', true))
  await saying('g-Uni', '@管家 二', 500, 500, 500, stream('太晚', true))

  expect(new Set(heard.slice(0, 3).map(one => (JSON.parse(one.message) as { msgid: string }).msgid)).size).toBe(1)
  expect(new Set(heard.slice(0, 3).map(one => one.url.search)).size).toBe(1)
  expect(texts('g-Uni')).toEqual(['@管家 一', '第三次', '@管家 二'])
  expect(refused()).toEqual({ 'callback http-503': 1, 'callback no answer': 1, 'callback http-500': 3, 'callback unheard': 1 })
})

it('an answer that is wrongly sealed or of a wrong kind changes nothing and is counted', async () => {
  await saying('g-Uni', '@管家 一', sealJson(stream('假', true), '0'.repeat(40)))
  await saying('g-Uni', '@管家 二', { msgtype: 'text', text: { content: '不行' } })
  await saying('g-Uni', '@管家 三', stream('长'.repeat(6827), true))
  await saying('g-Uni', '@管家 四', '<html>')

  expect(texts('g-Uni')).toEqual(['@管家 一', '@管家 二', '@管家 三', '@管家 四'])
  expect(refused()).toEqual({ 'callback -40001': 1, 'callback 40008': 1, 'callback 40058': 1, 'callback 40035': 1 })
})

it('a member waits when three answers are unfinished', async () => {
  world.sandbox.declare({ robots: [], groups: [], limits: { streamPollMilliseconds: 60_000 } })
  for (const id of ['A', 'B', 'C']) answers.push({ msgtype: 'stream', stream: { id, finish: false, content: '…' } })
  for (let i = 0; i < 3; i++) world.sandbox.say('g-Uni', 'li', '@管家 慢慢来')
  await expect.poll(() => texts('g-Uni')).toHaveLength(6)

  expect(() => world.sandbox.say('g-Uni', 'li', '@管家 再来')).toThrow('REQUEST_INVALID')
  expect(() => world.sandbox.say('g-Uni', 'chen', '@管家 我呢')).not.toThrow()
})

it('a press is told once, and its answer changes the card', async () => {
  await saying('g-Uni', '@管家 批', { msgtype: 'template_card', template_card: buttonCard('t-1') })
  const msgid = world.sandbox.messages('g-Uni')[1]?.msgid ?? ''
  answers.push(500, { response_type: 'update_template_card', template_card: noticeCard({ task_id: 't-1' }) })

  world.sandbox.press('g-Uni', 'li', msgid, 'approve')
  await world.sandbox.callbacksSettled()
  world.sandbox.press('g-Uni', 'li', msgid, 'approve')
  await world.sandbox.callbacksSettled()

  expect(heard).toHaveLength(3)
  expect(said(1)).toMatchObject({
    event: { eventtype: 'template_card_event', template_card_event: { event_key: 'approve', task_id: 't-1' } },
  })
  expect(texts('g-Uni')[1]).toBe('已批准')
})

it('a response_url takes Markdown or a card, once, within an hour', async () => {
  await world.http()
  await saying('g-Uni', '@管家 一')
  await saying('g-Uni', '@管家 二')
  const post = async (index: number, body: object): Promise<unknown> =>
    (
      (await (await fetch(String(said(index)['response_url']), { method: 'POST', body: JSON.stringify(body) })).json()) as {
        errcode: number
      }
    ).errcode
  const markdown = (content: string): object => ({ msgtype: 'markdown', markdown: { content } })

  expect(await post(0, { response_type: 'update_template_card', template_card: buttonCard('t-1') })).toBe(40008)
  expect(await post(0, markdown('长'.repeat(6827)))).toBe(40058)
  expect(await post(0, markdown('迟到的答复'))).toBe(0)
  expect(await post(0, markdown('再来一次'))).toBe(40058)
  world.time.now += 3_600_001
  expect(await post(1, markdown('太晚'))).toBe(40058)
  expect(texts('g-Uni')).toEqual(['@管家 一', '@管家 二', '迟到的答复'])
})

it('what a member says to an app arrives as sealed XML, also with hostile text, and is answered in the chat', async () => {
  const chat = 'single:li:app:1000002'
  await saying(chat, ']]><MsgType>状态', toLi('<MsgType>text</MsgType><Content><![CDATA[收到 & 查询中]]></Content>'))

  expect(heard[0]?.body).toMatch(
    /^<xml><ToUserName><!\[CDATA\[wwbutlercorp000001\]\]><\/ToUserName><AgentID><!\[CDATA\[1000002\]\]><\/AgentID><Encrypt>/,
  )
  expect(heard[0]?.message).toMatch(
    /^<xml><ToUserName><!\[CDATA\[wwbutlercorp000001\]\]><\/ToUserName><FromUserName><!\[CDATA\[Li\]\]><\/FromUserName><CreateTime>1795507200<\/CreateTime><MsgType><!\[CDATA\[text\]\]><\/MsgType><Content><!\[CDATA\[\]\]\]\]><!\[CDATA\[><MsgType>状态\]\]><\/Content><MsgId>7\d{18}<\/MsgId><AgentID>1000002<\/AgentID><\/xml>$/,
  )
  expect(texts(chat)).toEqual([']]><MsgType>状态', '收到 & 查询中'])
})

it('a press on a card of an app can grey its buttons at once', async () => {
  const { msgid } = await appCard()
  answers.push(toLi('<MsgType>update_button</MsgType><Button><ReplaceName>已同意</ReplaceName></Button>'))

  world.sandbox.press('single:li:app:1000002', 'li', msgid, 'approve')
  await world.sandbox.callbacksSettled()

  expect(heard[0]?.message).toMatch(
    /<Event><!\[CDATA\[template_card_event\]\]><\/Event><EventKey><!\[CDATA\[approve\]\]><\/EventKey><TaskId><!\[CDATA\[t-1\]\]>/,
  )
  expect(world.sandbox.messages('single:li:app:1000002')[0]).toMatchObject({ buttons: [], card: { replaceText: '已同意' } })
})

it('a press on a card of an app can bring a whole new card', async () => {
  const { msgid } = await appCard()
  const xml =
    '<MsgType>update_template_card</MsgType><TemplateCard><CardType>button_interaction</CardType><Source><Desc>管家</Desc><DescColor>1</DescColor></Source>' +
    '<MainTitle><Title>已由李工批准</Title></MainTitle><HorizontalContentList><KeyName>时间</KeyName><Value>10:32</Value></HorizontalContentList>' +
    '<ButtonList><Text>批准</Text><Style>1</Style><Key>approve</Key></ButtonList><ReplaceText>已批准</ReplaceText></TemplateCard>'
  answers.push(503, toLi(xml))

  world.sandbox.press('single:li:app:1000002', 'li', msgid, 'approve')
  await world.sandbox.callbacksSettled()

  expect(heard).toHaveLength(2)
  expect(world.sandbox.messages('single:li:app:1000002')[0]).toMatchObject({
    text: '管家\n已由李工批准\n时间：10:32\n已批准',
    buttons: [],
    card: { title: '已由李工批准', taskId: 't-1', replaced: true },
  })
})

it('the code of a press changes the card later', async () => {
  const { msgid, access_token } = await appCard()
  world.sandbox.press('single:li:app:1000002', 'li', msgid, 'reject')
  await world.sandbox.callbacksSettled()
  const response_code = /<ResponseCode><!\[CDATA\[(.*?)\]\]>/.exec(heard[0]?.message ?? '')?.[1]

  const body = { userids: ['li'], agentid: 1000002, response_code, button: { replace_name: '已驳回' } }
  expect((await world.call('/cgi-bin/message/update_template_card', { access_token }, body)).fields).toMatchObject({ errcode: 0 })
  expect(texts('single:li:app:1000002')[0]).toContain('已驳回')
})

it('an answer to an app for somebody else, with a document type or of no kind is refused', async () => {
  const chat = 'single:li:app:1000002'
  await saying(chat, '一', toLi('<MsgType>text</MsgType><Content>x</Content>').replace('>li<', '>chen<'))
  await saying(chat, '二', `<!DOCTYPE xml [<!ENTITY a "b">]>${toLi('<MsgType>text</MsgType><Content>&a;</Content>')}`)
  await saying(chat, '三', toLi('<MsgType>update_button</MsgType>'))

  expect(refused()).toEqual({ 'callback 40003': 1, 'callback -40002': 1, 'callback 40008': 1 })
  expect(texts(chat)).toEqual(['一', '二', '三'])
})
