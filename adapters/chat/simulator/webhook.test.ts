// The group webhook over `handle`: types, byte limits, frequency, dead keys, uploads, and the files of a chat.
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { SandboxResponse } from './http-door.js'
import { noticeCard, type Rig, rig, buttonCard } from './sandbox-rig.js'

let world: Rig
beforeEach(async () => {
  world = await rig()
})
afterEach(() => world.close())

const call = (path: string, query: Record<string, string>, body: Buffer | string, headers = {}): Promise<SandboxResponse> =>
  world.sandbox.handle({ method: 'POST', path, query, headers, body: Buffer.from(body) })
const fieldsOf = (response: SandboxResponse): Record<string, unknown> => JSON.parse(response.body.toString()) as Record<string, unknown>
async function send(body: object, key = 'k1'): Promise<unknown> {
  return fieldsOf(await call('/cgi-bin/webhook/send', { key }, JSON.stringify(body)))['errcode']
}
async function upload(bytes: Buffer, key = 'k1', type = 'file'): Promise<Record<string, unknown>> {
  const head = '--b1\r\nContent-Disposition: form-data; name="media"; filename="a.txt"\r\nContent-Type: application/octet-stream\r\n\r\n'
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n--b1--\r\n')])
  return fieldsOf(await call('/cgi-bin/webhook/upload_media', { key, type }, body, { 'content-type': 'multipart/form-data; boundary=b1' }))
}
const text = (content: string, more: object = {}): object => ({ msgtype: 'text', text: { content, ...more } })

it('a mention rings members of the group and nobody else', async () => {
  expect(await send(text('请处理', { mentioned_list: ['LI', 'stranger', '@all'] }))).toBe(0)

  expect(world.sandbox.messages('g-Uni')).toMatchObject([
    { kind: 'text', text: '请处理 @所有人 @李工', mentions: ['@all', 'Li'], from: '消息推送' },
  ])
})

it('lengths are counted in bytes', async () => {
  expect(await send(text('长'.repeat(682) + 'ab'))).toBe(0)
  expect(await send(text('长'.repeat(683)))).toBe(40058)
  expect(await send({ msgtype: 'markdown', markdown: { content: 'a'.repeat(4096) } })).toBe(0)
  expect(await send({ msgtype: 'markdown', markdown: { content: 'a'.repeat(4097) } })).toBe(40058)
  expect(await send({ msgtype: 'markdown_v2', markdown_v2: { content: '| a |' } })).toBe(0)
  expect(await send(text(' '))).toBe(44004)
})

it('a refusal is HTTP 200 with the code in body and headers', async () => {
  const response = await call('/cgi-bin/webhook/send', { key: 'dead' }, JSON.stringify(text('a')))

  expect(response.status).toBe(200)
  expect(response.headers).toMatchObject({ 'Content-Type': 'application/json; charset=UTF-8', 'Error-Code': '93000' })
  expect(fieldsOf(response)['errmsg']).toMatch(/hint: \[\d+\]/)
  expect(await call('/cgi-bin/webhook/send', { key: 'k1' }, '{').then(fieldsOf)).toMatchObject({ errcode: 40035 })
})

it('the twenty-first message of a minute gets 45009', async () => {
  for (let i = 0; i < 20; i++) expect(await send(text(`第 ${i} 条`))).toBe(0)

  expect(await send(text('多了'))).toBe(45009)
  world.time.now += 60_001
  expect(await send(text('又可以了'))).toBe(0)
})

it('pictures need the md5 of their bytes, news at most eight articles', async () => {
  const png = Buffer.from('89504e470d0a1a0a0000', 'hex')
  const md5 = createHash('md5').update(png).digest('hex')
  const article = { title: '周报', url: 'https://butler.example/w' }

  expect(await send({ msgtype: 'image', image: { base64: png.toString('base64'), md5 } })).toBe(0)
  expect(await send({ msgtype: 'image', image: { base64: png.toString('base64'), md5: '0'.repeat(32) } })).toBe(301019)
  expect(await send({ msgtype: 'news', news: { articles: [article] } })).toBe(0)
  expect(await send({ msgtype: 'news', news: { articles: Array(9).fill(article) } })).toBe(45008)
  expect(await send({ msgtype: 'news', news: { articles: [{ title: '无链接' }] } })).toBe(40058)
})

it('news notices need a picture, and no card brings a menu that nobody would hear', async () => {
  const news = noticeCard({ card_type: 'news_notice', card_image: { url: 'https://butler.example/p.png' } })

  expect(await send({ msgtype: 'template_card', template_card: news })).toBe(0)
  expect(await send({ msgtype: 'template_card', template_card: { ...news, card_image: undefined } })).toBe(42044)
  expect(await send({ msgtype: 'template_card', template_card: { ...news, card_action: undefined } })).toBe(42045)
  const action_menu = { desc: '更多', action_list: [{ text: '静默', key: 'mute' }] }
  expect(await send({ msgtype: 'template_card', template_card: { ...news, task_id: 't-1', action_menu } })).toBe(40058)
})

it('a text may be as long as the sandbox was told', async () => {
  world.sandbox.limits({ webhookTextBytes: 5120 })

  expect(await send(text('a'.repeat(5120)))).toBe(0)
  expect(await send(text('a'.repeat(5121)))).toBe(40058)
})

it('only notices may be cards', async () => {
  expect(await send({ msgtype: 'template_card', template_card: noticeCard() })).toBe(0)
  expect(await send({ msgtype: 'template_card', template_card: buttonCard('t-1') })).toBe(42031)
})

it('an uploaded file is sent by the same key only, for three days', async () => {
  const media = await upload(Buffer.from('hello file'))
  const file = { msgtype: 'file', file: { media_id: media['media_id'] } }

  expect(media).toMatchObject({ errcode: 0, type: 'file', created_at: '1795507200' })
  expect(await send(file)).toBe(0)
  expect(world.sandbox.messages('g-Uni')).toMatchObject([{ kind: 'file', files: [{ name: 'a.txt' }] }])
  expect(world.sandbox.file(String(media['media_id']))?.bytes.toString()).toBe('hello file')
  world.time.now += 3 * 24 * 3_600_000 + 1
  expect(await send(file)).toBe(40007)
})

it('an empty file is refused before a dead key is', async () => {
  expect(await upload(Buffer.alloc(0), 'dead')).toMatchObject({ errcode: 44001 })
  expect(await upload(Buffer.from('12345'), 'k1')).toMatchObject({ errcode: 40006 })
  expect(await upload(Buffer.from('123456'), 'dead')).toMatchObject({ errcode: 93000 })
  expect(await upload(Buffer.from('not amr at all'), 'k1', 'voice')).toMatchObject({ errcode: 40005 })
})

it('ordered webhook faults come first', async () => {
  world.sandbox.faults({ webhookStatus: { times: 1, status: 503 }, webhookAnswer: { times: 1, errcode: -1 } })

  expect((await call('/cgi-bin/webhook/send', { key: 'k1' }, JSON.stringify(text('a')))).status).toBe(503)
  expect(await send(text('b'))).toBe(-1)
  expect(await send(text('c'))).toBe(0)
})
