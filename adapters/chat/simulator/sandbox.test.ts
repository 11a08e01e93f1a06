// The sandbox's own side: people, journal, bounds, card codes, and frames and requests nobody meant to send.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { checkCard } from './card-check.js'
import { buttonCard, errcodeOf, noticeCard, type Rig, rig, uniGroup, robots } from './sandbox-rig.js'
import { WecomRefusal } from './wecom-refusal.js'

let folder: string
let worlds: Rig[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  worlds = []
})
afterEach(async () => {
  for (const world of worlds) await world.close()
  rmSync(folder, { recursive: true })
})
async function open(options: Parameters<typeof rig>[0] = {}): Promise<Rig> {
  const world = await rig(options)
  worlds.push(world)
  return world
}

it('only members speak and press, only in chats that exist', async () => {
  const { sandbox } = await open()
  const said = sandbox.say('g-Uni', 'chen', '你好')

  expect(() => sandbox.say('g-Uni', 'nobody', '你好')).toThrow('REQUEST_INVALID')
  expect(() => sandbox.say('g-uni', 'chen', '你好')).toThrow('NOT_FOUND')
  expect(() => sandbox.say('g-Uni', 'chen', ' ')).toThrow('REQUEST_INVALID')
  expect(() => sandbox.press('g-Uni', 'chen', said.msgid, 'approve')).toThrow('REQUEST_INVALID')
  expect(() => sandbox.press('g-Uni', 'chen', 'unknown', 'approve')).toThrow('NOT_FOUND')
  expect(() => sandbox.forward('g-Uni', said.msgid, 'ops-1', 'chen')).toThrow('REQUEST_INVALID')
  expect(sandbox.groups().map(group => group.chatid)).toEqual(['g-Uni', 'ops-1'])
})

it('messages, activation and spent task ids survive a restart and a torn line', async () => {
  const journalFile = join(folder, 'data', 'sandbox.jsonl')
  const before = await open({ journalFile })
  const client = await before.client()
  before.sandbox.say('g-Uni', 'chen', '@管家 你好')
  await client.sendMessage('g-Uni', { msgtype: 'template_card', template_card: buttonCard('block-1') } as never)
  const messages = before.sandbox.messages('g-Uni')
  await before.close()
  appendFileSync(journalFile, '{"line":"message","chat":"g-U')

  const after = await open({ journalFile })
  const again = await after.client()

  expect(messages).toHaveLength(2)
  expect(after.sandbox.messages('g-Uni')).toEqual(messages)
  expect(await errcodeOf(again.sendMessage('g-Uni', { msgtype: 'markdown', markdown: { content: '回来了' } }))).toBe(0)
  expect(await errcodeOf(again.sendMessage('g-Uni', { msgtype: 'template_card', template_card: buttonCard('block-1') } as never))).toBe(
    42014,
  )
  await after.close()
  expect((await open({ journalFile })).sandbox.messages('g-Uni')).toHaveLength(3)
})

it('declaring again replaces members and names and keeps what was said', async () => {
  const { sandbox } = await open()
  sandbox.say('g-Uni', 'chen', '第一句')
  sandbox.declare({ robots, groups: [{ ...uniGroup, name: '新群名', members: [{ userid: 'zhao', name: '赵工', role: 'owner' }] }] })

  expect(sandbox.groups()[0]).toMatchObject({ name: '新群名', members: [{ userid: 'zhao' }] })
  expect(sandbox.messages('g-Uni').map(message => message.text)).toEqual(['第一句'])
  expect(() => sandbox.say('g-Uni', 'chen', '我走了')).toThrow('REQUEST_INVALID')
})

it('a chat keeps its newest messages, tells listeners, and reads on from a message', async () => {
  const { sandbox } = await open({ limits: { messagesPerChat: 3 } })
  const heard: string[] = []
  const stop = sandbox.subscribe(({ message }) => heard.push(message.text))
  const said = ['一', '二', '三', '四'].map(text => sandbox.say('ops-1', 'chen', text))
  stop()
  sandbox.say('ops-1', 'chen', '五')

  expect(heard).toEqual(['一', '二', '三', '四'])
  expect(sandbox.messages('ops-1').map(message => message.text)).toEqual(['三', '四', '五'])
  expect(sandbox.messages('ops-1', said[2]?.msgid).map(message => message.text)).toEqual(['四', '五'])
})

const vote = (change: object = {}): object => ({
  card_type: 'vote_interaction',
  main_title: { title: '选择' },
  task_id: 'v-1',
  checkbox: { question_key: 'q', option_list: [{ id: 'a', text: '甲' }], mode: 1 },
  submit_button: { text: '提交', key: 's' },
  ...change,
})
const multiple = (select: unknown): object => ({ ...vote(), card_type: 'multiple_interaction', select_list: select })
const news = (change: object): object => noticeCard({ card_type: 'news_notice', card_image: { url: 'https://a.example/i.png' }, ...change })
it.each([
  ['no object', [], 41016],
  ['type unknown', noticeCard({ card_type: 'x' }), 42031],
  ['title missing', buttonCard('t', { main_title: {} }), 41016],
  ['title a number', buttonCard('t', { main_title: { title: 1 } }), 40058],
  ['fact without name', buttonCard('t', { horizontal_content_list: [{ value: 'a' }] }), 42027],
  ['seven facts', buttonCard('t', { horizontal_content_list: Array(7).fill({ keyname: 'a' }) }), 42035],
  ['fact without url', buttonCard('t', { horizontal_content_list: [{ keyname: 'a', type: 1 }] }), 42028],
  ['fact without userid', buttonCard('t', { horizontal_content_list: [{ keyname: 'a', type: 3 }] }), 42050],
  ['no buttons', buttonCard('t', { button_list: [] }), 42038],
  ['button without key', buttonCard('t', { button_list: [{ text: 'a' }] }), 42039],
  ['button key too long', buttonCard('t', { button_list: [{ text: 'a', key: 'k'.repeat(1025) }] }), 42039],
  ['two buttons of one key', buttonCard('t', { button_list: Array(2).fill({ text: 'a', key: 'k' }) }), 42039],
  ['style a text', buttonCard('t', { button_list: [{ text: 'a', key: 'k', style: '1' }] }), 40058],
  ['task id too long', buttonCard('t'.repeat(129)), 42014],
  ['menu without task id', noticeCard({ action_menu: { desc: 'm', action_list: [{ text: 'a', key: 'k' }] } }), 42014],
  ['menu keys collide', noticeCard({ task_id: 't', action_menu: { action_list: Array(2).fill({ text: 'a', key: 'k' }) } }), 42051],
  ['action without url', noticeCard({ card_action: { type: 1 } }), 42028],
  ['action without appid', noticeCard({ card_action: { type: 2 } }), 42030],
  ['action of type 0', noticeCard({ card_action: { type: 0 } }), 42045],
  ['four jumps', noticeCard({ jump_list: Array(4).fill({ title: 'a' }) }), 42042],
  ['jump without title', noticeCard({ jump_list: [{}] }), 42033],
  ['news without picture', news({ card_image: undefined }), 42044],
  ['five paragraphs', news({ vertical_content_list: Array(5).fill({ title: 'a' }) }), 42036],
  ['no options', vote({ checkbox: { question_key: 'q', option_list: [] } }), 42037],
  ['no question key', vote({ checkbox: { option_list: [{ id: 'a', text: 'b' }] } }), 42043],
  ['option without id', vote({ checkbox: { question_key: 'q', option_list: [{ text: 'b' }] } }), 42040],
  ['option without text', vote({ checkbox: { question_key: 'q', option_list: [{ id: 'a' }] } }), 42041],
  ['submit without key', vote({ submit_button: { text: 'a' } }), 42046],
  ['submit without text', vote({ submit_button: { key: 'a' } }), 42049],
  ['no lists', multiple([]), 42047],
])('a card with %s is refused', (_, card, errcode) => {
  const check = (): unknown => checkCard(card, 'robot')

  expect(check).toThrow(WecomRefusal)
  expect(check).toThrow(expect.objectContaining({ errcode }))
})

it('well-formed cards of all five types are accepted', () => {
  const select = { question_key: 'q', option_list: [{ id: 'a', text: '甲' }] }
  const cards = [noticeCard(), news({}), buttonCard('t', { button_selection: select }), vote(), multiple([select])]

  expect(cards.map(card => checkCard(card, 'robot'))).toEqual(cards)
})

const word = fc.constantFrom(
  ...'aib-1 sandbox-secret-1 ops-1 g-Uni chen stream markdown template_card file image text_notice button_interaction update_template_card t-1 __proto__'.split(
    ' ',
  ),
)
const name = fc.constantFrom(
  ...'msgtype chatid chat_type markdown content stream id finish template_card card_type task_id main_title title button_list key text card_action type url horizontal_content_list userids response_type file media_id upload_id chunk_index base64_data total_size total_chunks filename md5 bot_id secret articles news image __proto__ constructor'.split(
    ' ',
  ),
)
const tangle = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 5 },
    word,
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 8 }),
  ),
}))
const command = fc.constantFrom(
  ...'aibot_subscribe ping aibot_respond_msg aibot_respond_welcome_msg aibot_respond_update_msg aibot_send_msg aibot_upload_media_init aibot_upload_media_chunk aibot_upload_media_finish'.split(
    ' ',
  ),
)

/** Every place inside a value, as the keys that lead there. */
function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))]
}
function replaceAt(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return by
  if (Array.isArray(value)) return value.map((inner: unknown, index) => (String(index) === key ? replaceAt(inner, rest, by) : inner))
  const fields = value as Record<string, unknown>
  return { ...fields, [key]: replaceAt(fields[key], rest, by) }
}
/** A good value with one place spoilt: it gets past the first checks. */
const spoilt = (good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(good, fc.nat(), fc.oneof(fc.constant(undefined), tangle.value))
    .map(([value, at, by]) => replaceAt(value, places(value)[at % places(value).length] ?? [], by))
const good = fc.constantFrom<[string, object]>(
  ['aibot_send_msg', { chatid: 'ops-1', chat_type: 2, msgtype: 'markdown', markdown: { content: 'a' } }],
  ['aibot_send_msg', { chatid: 'ops-1', msgtype: 'template_card', template_card: buttonCard('t-1', { action_menu: { action_list: [] } }) }],
  ['aibot_send_msg', { chatid: 'ops-1', msgtype: 'template_card', template_card: news({ jump_list: [{ title: 'a', type: 1 }] }) }],
  ['aibot_send_msg', { chatid: 'ops-1', msgtype: 'template_card', template_card: vote() }],
  ['aibot_send_msg', { chatid: 'ops-1', msgtype: 'image', image: { media_id: 'a' } }],
  ['aibot_respond_msg', { msgtype: 'stream', stream: { id: 'S', finish: false, content: 'a', feedback: { id: 'f' } } }],
  ['aibot_respond_update_msg', { response_type: 'update_template_card', userids: ['chen'], template_card: buttonCard('block-9') }],
  ['aibot_respond_welcome_msg', { msgtype: 'text', text: { content: 'a' } }],
  ['aibot_upload_media_init', { type: 'file', filename: 'a', total_size: 6, total_chunks: 1, md5: 'a' }],
)

it('no frame brings the sandbox down, each gets one answer, and it never is the "system error" of a crash', async () => {
  const world = await open({ limits: { perMinute: 1_000_000, perHour: 1_000_000, uploadsPerMinute: 1_000_000, uploadsPerHour: 1_000_000 } })
  const socket = new WebSocket(world.url)
  await once(socket, 'open')
  const ask = async (data: string | Buffer): Promise<{ errcode: number }> => {
    const answered = once(socket, 'message')
    socket.send(data)
    const [answer] = (await answered) as [Buffer]
    return JSON.parse(answer.toString('utf8')) as { errcode: number }
  }
  const subscribe = { cmd: 'aibot_subscribe', headers: { req_id: 's' }, body: { bot_id: 'aib-1', secret: 'sandbox-secret-1' } }
  expect((await ask(JSON.stringify(subscribe))).errcode).toBe(0)

  // Real handles, so that replies and updates get past their first check.
  const handles: Record<string, string> = {}
  socket.on('message', (data: Buffer) => {
    const { cmd, headers, body } = JSON.parse(data.toString()) as {
      cmd?: string
      headers?: { req_id: string }
      body?: { event?: { eventtype: string } }
    }
    if (cmd !== undefined && headers) handles[body?.event?.eventtype ?? 'message'] = headers.req_id
  })
  const card = { chatid: 'ops-1', msgtype: 'template_card', template_card: buttonCard('block-9') }
  await ask(JSON.stringify({ cmd: 'aibot_send_msg', headers: { req_id: 'c' }, body: card }))
  world.sandbox.say('ops-1', 'chen', '@管家 你好')
  world.sandbox.press('ops-1', 'chen', world.sandbox.messages('ops-1')[0]?.msgid ?? '', 'approve')
  world.sandbox.enter('chen')
  while (Object.keys(handles).length < 3) await once(socket, 'message')
  const handleOf: Record<string, string> = {
    aibot_respond_msg: 'message',
    aibot_respond_update_msg: 'template_card_event',
    aibot_respond_welcome_msg: 'enter_chat',
  }
  const frames = fc.oneof(
    {
      weight: 8,
      arbitrary: good.chain(([cmd, body]) =>
        spoilt(fc.constant(body)).map(value =>
          JSON.stringify({ cmd, headers: { req_id: handles[handleOf[cmd] ?? ''] ?? 'r' }, body: value }),
        ),
      ),
    },
    fc.string().map(text => text),
    fc.uint8Array({ minLength: 1 }).map(bytes => Buffer.from(bytes)),
    fc.constant('['.repeat(500_000)),
    fc.json(),
    fc.record({ cmd: command, headers: tangle.value, body: tangle.value }).map(frame => JSON.stringify(frame)),
    fc
      .record({ cmd: command, headers: fc.constant({ req_id: 'r' }), body: fc.dictionary(name, tangle.value, { maxKeys: 10 }) })
      .map(frame => JSON.stringify(frame)),
  )
  await fc.assert(
    fc.asyncProperty(frames, async frame => {
      expect((await ask(frame)).errcode).not.toBe(-1)
    }),
    { numRuns: 3_000 },
  )
  socket.terminate()
})

it('no webhook call brings the sandbox down', async () => {
  const { sandbox } = await open({ limits: { webhookPerMinute: 1_000_000 } })
  const type = fc.constantFrom(...'text markdown markdown_v2 image news file voice template_card x'.split(' '))
  const bodies = fc.oneof(
    fc.uint8Array().map(bytes => Buffer.from(bytes)),
    spoilt(
      fc.constantFrom<object>(
        { msgtype: 'text', text: { content: 'a', mentioned_list: ['chen'], mentioned_mobile_list: ['@all'] } },
        { msgtype: 'news', news: { articles: [{ title: 'a', url: 'b', description: 'c' }] } },
        { msgtype: 'image', image: { base64: 'aGVsbG8=', md5: 'a' } },
        { msgtype: 'template_card', template_card: noticeCard({ quote_area: { type: 1, url: 'a' } }) },
      ),
    ).map(value => Buffer.from(JSON.stringify(value) ?? '')),
    fc.tuple(type, tangle.value).map(([msgtype, value]) => Buffer.from(JSON.stringify({ msgtype, [msgtype]: value }))),
  )
  const paths = fc.constantFrom('/cgi-bin/webhook/send', '/cgi-bin/webhook/upload_media', '/files/../../etc/passwd', '/files/__proto__')
  const contentType = fc.constantFrom('multipart/form-data; boundary=-', 'multipart/form-data', 'application/json')
  await fc.assert(
    fc.asyncProperty(paths, bodies, contentType, fc.constantFrom('POST', 'GET'), async (path, body, kind, method) => {
      const query = { key: 'k1', type: 'file' }
      const response = await sandbox.handle({ method, path, query, headers: { 'content-type': kind }, body })

      expect(response.headers['Error-Code']).not.toBe('-1')
    }),
    { numRuns: 500 },
  )
})
