// The long connection as WeCom's own SDK sees it: subscribe, hear, reply, push, press, update, upload, quota, faults.
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { buttonCard, errcodeOf, next, noticeCard, type Rig, rig, sdkClient } from './sandbox-rig.js'

let world: Rig
beforeEach(async () => {
  world = await rig()
})
afterEach(() => world.close())

const markdown = (content: string): { msgtype: 'markdown'; markdown: { content: string } } => ({
  msgtype: 'markdown',
  markdown: { content },
})

/** Sends a raw frame on an own connection and returns the answer to it. */
async function exchange(frames: object[]): Promise<Record<string, unknown>[]> {
  const socket = new WebSocket(world.url)
  await once(socket, 'open')
  const answers: Record<string, unknown>[] = []
  for (const frame of frames) {
    const answered = once(socket, 'message')
    socket.send(JSON.stringify(frame))
    const [data] = (await answered) as [Buffer]
    answers.push(JSON.parse(data.toString('utf8')) as Record<string, unknown>)
  }
  socket.terminate()
  return answers
}
const subscribeFrame = {
  cmd: 'aibot_subscribe',
  headers: { req_id: 's1' },
  body: { bot_id: 'aib-1', secret: 'sandbox-secret-1' },
}
const frame = (cmd: string, body: object): object => ({ cmd, headers: { req_id: `${cmd}-1` }, body })

it('a wrong secret is refused with 853000 in the hint form', async () => {
  const [answer] = await exchange([{ ...subscribeFrame, body: { bot_id: 'aib-1', secret: 'wrong' } }])
  const client = sdkClient(world.url, 'wrong-secret')
  const failed = next<Error>(client, 'error')
  client.connect()

  expect(answer).toMatchObject({ headers: { req_id: 's1' }, errcode: 853000 })
  expect(answer?.['errmsg']).toMatch(/hint: \[\d+\], from ip: [\d.]+, more info at .*e=853000$/)
  expect(await failed).toBeInstanceOf(Error)
  client.disconnect()
})

it('commands before a subscription get 846609, a ping is answered', async () => {
  const [push, ping] = await exchange([frame('aibot_send_msg', {}), { cmd: 'ping', headers: { req_id: 'ping_1' } }])

  expect(push).toMatchObject({ errcode: 846609 })
  expect(ping).toEqual({ headers: { req_id: 'ping_1' }, errcode: 0, errmsg: 'ok' })
})

it('a mention reaches the robot and a stream reply replaces its own text', async () => {
  const client = await world.client()
  const heard = next(client, 'message.text')

  world.sandbox.say('g-Uni', 'chen', '大家好')
  const said = world.sandbox.say('g-Uni', 'CHEN', '@管家 状态')
  const message = await heard
  await client.replyStream(message, 'S1', '正在查询…', false)
  await client.replyStream(message, 'S1', '一切正常', true)

  expect(message.body).toMatchObject({
    msgid: said.msgid,
    chatid: 'g-Uni',
    chattype: 'group',
    from: { userid: 'chen' },
    text: { content: '@管家 状态' },
  })
  const replies = world.sandbox.messages('g-Uni', said.msgid)
  expect(replies).toMatchObject([{ kind: 'stream', from: '管家', text: '一切正常', finished: true }])
  expect(await errcodeOf(client.replyStream(message, 'S1', '再说一句', true))).toBe(846608)
})

it('a stream ends after six minutes and a message can be answered for a day', async () => {
  const client = await world.client()
  const heard = next(client, 'message.text')
  world.sandbox.say('g-Uni', 'chen', '@管家 状态')
  const message = await heard

  await client.replyStream(message, 'S1', '正在查询…', false)
  world.time.now += 6 * 60_000 + 1
  expect(await errcodeOf(client.replyStream(message, 'S1', '晚了', true))).toBe(846608)
  await client.reply(message, markdown('一小时后'))
  world.time.now += 24 * 3_600_000
  expect(await errcodeOf(client.reply(message, markdown('一天后')))).toBe(846605)
})

it('a push needs somebody who talked to the robot before, and the right chatid', async () => {
  const client = await world.client()

  expect(await errcodeOf(client.sendMessage('g-Uni', markdown('早')))).toBe(93006)
  world.sandbox.say('g-Uni', 'chen', '@管家 你好')
  expect(await errcodeOf(client.sendMessage('g-Uni', markdown('**高危** 告警')))).toBe(0)
  expect(await errcodeOf(client.sendMessage('g-uni', markdown('大小写')))).toBe(93006)
  expect(await errcodeOf(client.sendMessage('', markdown('没有')))).toBe(86201)
  expect(await errcodeOf(client.sendMessage('g-Uni', markdown('长'.repeat(6827))))).toBe(40058)
  expect(world.sandbox.messages('g-Uni').map(message => message.text)).toEqual(['@管家 你好', '**高危** 告警'])
})

it('text pushes get 40008, missing media a frame without req_id, unknown media 40007', async () => {
  const send = (body: object): object => frame('aibot_send_msg', { chatid: 'ops-1', ...body })
  const [, text, missing, unknown] = await exchange([
    subscribeFrame,
    send({ msgtype: 'text', text: { content: '你好' } }),
    send({ msgtype: 'image', image: {} }),
    send({ msgtype: 'file', file: { media_id: 'x' } }),
  ])

  expect(text).toMatchObject({ errcode: 40008, headers: { req_id: 'aibot_send_msg-1' } })
  expect(missing).toMatchObject({ errcode: 40058 })
  expect(missing).not.toHaveProperty('headers')
  expect(missing?.['errmsg']).toContain('body.image.media_id')
  expect(unknown).toMatchObject({ errcode: 40007 })
})

it('a pressed card is replaced within five seconds and only by the same task_id', async () => {
  const client = await world.client()
  await client.sendMessage('ops-1', { msgtype: 'template_card', template_card: buttonCard('block-1') } as never)
  const [card] = world.sandbox.messages('ops-1')
  const pressed = next(client, 'event.template_card_event')
  world.sandbox.press('ops-1', 'Li', card?.msgid ?? '', 'approve')
  const event = await pressed

  expect(card).toMatchObject({
    kind: 'card',
    text: '云端安全管家\n封禁 203.0.113.7 ?\n边界防火墙 FW-1\n持续爆破 SSH\n资产：OA 服务器',
    buttons: [
      { key: 'approve', text: '批准' },
      { key: 'reject', text: '驳回' },
    ],
  })
  expect(event.body).toMatchObject({
    chatid: 'ops-1',
    from: { userid: 'Li' },
    event: {
      eventtype: 'template_card_event',
      template_card_event: { card_type: 'button_interaction', event_key: 'approve', task_id: 'block-1' },
    },
  })
  expect(await errcodeOf(client.replyStream(event, 'S1', '批准', true))).toBe(846605)
  expect(await errcodeOf(client.updateTemplateCard(event, noticeCard({ task_id: 'other' }) as never))).toBe(42014)
  expect(await errcodeOf(client.updateTemplateCard(event, noticeCard({ task_id: 'block-1' }) as never))).toBe(0)
  expect(world.sandbox.messages('ops-1')).toMatchObject([{ text: '已批准', buttons: [], card: { replaced: true } }])
  expect(() => world.sandbox.press('ops-1', 'Li', card?.msgid ?? '', 'approve')).toThrow('没有按钮')
})

it('an update after five seconds is refused and the card stays', async () => {
  const client = await world.client()
  await client.sendMessage('ops-1', { msgtype: 'template_card', template_card: buttonCard('block-2') } as never)
  const pressed = next(client, 'event.template_card_event')
  world.sandbox.press('ops-1', 'chen', world.sandbox.messages('ops-1')[0]?.msgid ?? '', 'reject')
  const event = await pressed
  world.time.now += 5_001

  expect(await errcodeOf(client.updateTemplateCard(event, noticeCard({ task_id: 'block-2' }) as never))).toBe(846605)
  expect(world.sandbox.messages('ops-1')[0]?.buttons).toHaveLength(2)
})

it('a forwarded card sends its press from the other chat and only that copy changes', async () => {
  const client = await world.client()
  await client.sendMessage('ops-1', { msgtype: 'template_card', template_card: buttonCard('block-3') } as never)
  const copy = world.sandbox.forward('ops-1', world.sandbox.messages('ops-1')[0]?.msgid ?? '', 'g-Uni', 'chen')
  const pressed = next(client, 'event.template_card_event')
  world.sandbox.press('g-Uni', 'chen', copy.msgid, 'approve')
  const event = await pressed
  await client.updateTemplateCard(event, noticeCard({ task_id: 'block-3' }) as never)

  expect(event.body).toMatchObject({ chatid: 'g-Uni', event: { template_card_event: { task_id: 'block-3' } } })
  expect(world.sandbox.messages('ops-1')[0]?.card?.replaced).toBe(false)
  expect(world.sandbox.messages('g-Uni')[0]?.card?.replaced).toBe(true)
})

it('an update for one person leaves the card as it was for the others', async () => {
  const client = await world.client()
  await client.sendMessage('ops-1', { msgtype: 'template_card', template_card: buttonCard('block-4') } as never)
  const msgid = world.sandbox.messages('ops-1')[0]?.msgid ?? ''
  const pressed = next(client, 'event.template_card_event')
  world.sandbox.press('ops-1', 'Li', msgid, 'approve')
  await client.updateTemplateCard(await pressed, noticeCard({ task_id: 'block-4' }) as never, ['LI'])

  expect(world.sandbox.messages('ops-1')[0]).toMatchObject({
    card: { replaced: false },
    views: { li: { replaced: true, title: '已批准' } },
  })
  expect(() => world.sandbox.press('ops-1', 'Li', msgid, 'approve')).toThrow('没有按钮')
  const second = next(client, 'event.template_card_event')
  world.sandbox.press('ops-1', 'chen', msgid, 'reject')
  expect((await second).body).toMatchObject({ from: { userid: 'chen' } })
})

it('what was chosen on a card arrives with the press', async () => {
  const client = await world.client()
  const options = [
    { id: 'a', text: '白天' },
    { id: 'b', text: '夜间' },
  ]
  const card = {
    card_type: 'vote_interaction',
    main_title: { title: '何时扫描' },
    task_id: 'vote-1',
    checkbox: { question_key: 'when', option_list: options, mode: 0 },
    submit_button: { text: '提交', key: 'submit' },
  }
  await client.sendMessage('ops-1', { msgtype: 'template_card', template_card: card } as never)
  const [message] = world.sandbox.messages('ops-1')
  const pressed = next(client, 'event.template_card_event')
  const press = (ids: string[]): void => world.sandbox.press('ops-1', 'chen', message?.msgid ?? '', 'submit', { when: ids })

  expect(() => press(['a', 'b'])).toThrow('REQUEST_INVALID')
  expect(() => press(['c'])).toThrow('REQUEST_INVALID')
  press(['b'])
  expect(message?.text).toBe('何时扫描\n· 白天\n· 夜间')
  expect((await pressed).body).toMatchObject({
    event: { template_card_event: { selected_items: { selected_item: [{ question_key: 'when', option_ids: { option_id: ['b'] } }] } } },
  })
})

it('cards are refused with the codes of their faults, and a task_id serves once for ever', async () => {
  const client = await world.client()
  const send = (card: object): Promise<unknown> =>
    errcodeOf(client.sendMessage('ops-1', { msgtype: 'template_card', template_card: card } as never))

  expect(await send(buttonCard('t-1', { task_id: undefined }))).toBe(42014)
  expect(await send(buttonCard('t 1'))).toBe(42014)
  expect(await send(buttonCard('t-1'))).toBe(0)
  expect(await send(buttonCard('t-1'))).toBe(42014)
  expect(await send(noticeCard({ card_action: undefined }))).toBe(42045)
})

it('the newer connection of a robot kicks the older one, which hears why', async () => {
  const older = await world.client()
  const kicked = next(older, 'event.disconnected_event')
  const newer = await world.client()
  const heard = next(newer, 'message.text')

  expect((await kicked).body).toMatchObject({ msgtype: 'event', event: { eventtype: 'disconnected_event' } })
  world.sandbox.say('g-Uni', 'chen', '@管家 还在吗')
  expect((await heard).body).toMatchObject({ text: { content: '@管家 还在吗' } })
})

it('an uploaded file arrives byte for byte', async () => {
  const client = await world.client()
  const bytes = randomBytes(700_000)

  const uploaded = await client.uploadMedia(bytes, { type: 'file', filename: '日报.pdf' })
  await client.sendMediaMessage('ops-1', 'file', uploaded.media_id)

  const [message] = world.sandbox.messages('ops-1')
  expect(uploaded.media_id).toHaveLength(87)
  expect(typeof uploaded.created_at).toBe('number')
  expect(message).toMatchObject({ kind: 'file', text: '日报.pdf', files: [{ name: '日报.pdf' }] })
  const path = message?.files[0]?.url.replace('/sandbox/wecom', '') ?? ''
  const download = await world.sandbox.handle({ method: 'GET', path, query: {}, headers: {}, body: Buffer.alloc(0) })
  expect(download.headers['Content-Disposition']).toBe(`attachment; filename*=UTF-8''${encodeURIComponent('日报.pdf')}`)
  expect(bytes.equals(download.body as Buffer)).toBe(true)
  expect(bytes.equals(world.sandbox.file(uploaded.media_id)?.bytes ?? Buffer.alloc(0))).toBe(true)
})

it('uploads are checked for size, pieces, md5 and owner', async () => {
  const init = (change: object): object =>
    frame('aibot_upload_media_init', { type: 'file', filename: 'a.txt', total_size: 6, total_chunks: 1, ...change })
  const [, small, large, chunks, kind, started] = await exchange([
    subscribeFrame,
    init({ total_size: 5 }),
    init({ total_size: 21 * 1024 * 1024, total_chunks: 50 }),
    init({ total_size: 700_000 }),
    init({ type: 'exe' }),
    init({ md5: createHash('md5').update('other').digest('hex') }),
  ])
  const id = (started?.['body'] as { upload_id: string }).upload_id
  const [, missing, chunk, md5, unknown] = await exchange([
    subscribeFrame,
    frame('aibot_upload_media_finish', { upload_id: id }),
    frame('aibot_upload_media_chunk', { upload_id: id, chunk_index: 0, base64_data: Buffer.from('abcdef').toString('base64') }),
    frame('aibot_upload_media_finish', { upload_id: id }),
    frame('aibot_upload_media_finish', { upload_id: 'nobody' }),
  ])

  expect([small, large, chunks, kind].map(answer => answer?.['errcode'])).toEqual([40006, 45001, 40058, 40004])
  expect([missing, chunk, md5, unknown].map(answer => answer?.['errcode'])).toEqual([40058, 0, 301019, 40058])
})

it('the thirty-first message of a minute gets 45009, another chat does not, and a minute later all is well', async () => {
  const client = await world.client()
  world.sandbox.say('g-Uni', 'chen', '@管家 你好')
  for (let i = 0; i < 30; i++) await client.sendMessage('ops-1', markdown(`第 ${i} 条`))

  expect(await errcodeOf(client.sendMessage('ops-1', markdown('多了')))).toBe(45009)
  expect(await errcodeOf(client.sendMessage('g-Uni', markdown('别的群')))).toBe(0)
  world.time.now += 60_001
  expect(await errcodeOf(client.sendMessage('ops-1', markdown('又可以了')))).toBe(0)
})

it('a single chat is heard without a mention and opened for pushes to that person', async () => {
  const client = await world.client()
  const heard = next(client, 'message.text')
  const entered = next(client, 'event.enter_chat')
  expect(await errcodeOf(client.sendMessage('chen', markdown('早')))).toBe(93006)

  world.sandbox.enter('chen')
  const event = await entered
  expect(await errcodeOf(client.replyWelcome(event, { msgtype: 'text', text: { content: '您好' } }))).toBe(0)
  expect(await errcodeOf(client.replyWelcome(event, { msgtype: 'text', text: { content: '您好' } }))).toBe(846605)
  world.sandbox.say('single:chen', 'chen', '状态')
  const message = await heard
  expect(await errcodeOf(client.sendMessage('Chen', { ...markdown('早'), chat_type: 1 } as never))).toBe(0)

  expect(message.body).toMatchObject({ chattype: 'single', from: { userid: 'chen' } })
  expect(message.body).not.toHaveProperty('chatid')
  expect(world.sandbox.messages('single:chen').map(one => one.text)).toEqual(['您好', '状态', '早'])
})

it('ordered faults happen as often as ordered', async () => {
  const client = await world.client()
  world.sandbox.faults({ answer: { times: 1, errcode: -1 }, duplicateMessages: 1 })
  expect(await errcodeOf(client.sendMessage('ops-1', markdown('一')))).toBe(-1)
  expect(await errcodeOf(client.sendMessage('ops-1', markdown('二')))).toBe(0)

  const heard: unknown[] = []
  const twice = new Promise<void>(resolve => {
    client.on('message.text', message => {
      heard.push(message.body?.msgid)
      if (heard.length === 2) resolve()
    })
  })
  const said = world.sandbox.say('g-Uni', 'chen', '@管家 一次')
  await twice
  expect(heard).toEqual([said.msgid, said.msgid])

  world.sandbox.faults({ dropConnection: 1, refuseSubscribes: 1 })
  const gone = next(client, 'disconnected')
  client.sendMessage('ops-1', markdown('送到了但没有回执')).catch(() => undefined)
  await gone
  expect(world.sandbox.messages('ops-1').at(-1)?.text).toBe('送到了但没有回执')
  const [refused, accepted] = await exchange([subscribeFrame, subscribeFrame])
  expect([refused?.['errcode'], accepted?.['errcode']]).toEqual([853000, 0])

  world.sandbox.faults({ ignorePings: true, swallowAcks: 1, command: 'aibot_send_msg' })
  const ping = { cmd: 'ping', headers: { req_id: 'p' } }
  const socket = new WebSocket(world.url)
  await once(socket, 'open')
  const answers: string[] = []
  socket.on('message', (data: Buffer) => answers.push((JSON.parse(data.toString()) as { headers: { req_id: string } }).headers.req_id))
  const push = frame('aibot_send_msg', { chatid: 'ops-1', ...markdown('无回执') })
  for (const one of [subscribeFrame, ping, push, { ...push, headers: { req_id: 'last' } }]) socket.send(JSON.stringify(one))
  while (!answers.includes('last')) await once(socket, 'message')
  expect(answers).toEqual(['s1', 'last'])
  socket.terminate()
})
