// What is the webhook's own: the two Markdown dialects, pictures, uploads, and words in a text that WeCom would obey.
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { OutgoingMessage } from '../../../core/ports/chat.js'
import { endOf } from '../../../tests/contracts/chat.js'
import type { SandboxMessage } from '../simulator/sandbox-types.js'
import { type ChatRig, chatRig } from './wecom-rig.js'
import { webhookBody } from './webhook-body.js'
import { webhookRoad } from './webhook-road.js'

let world: ChatRig
beforeEach(async () => {
  world = await chatRig()
})
afterEach(() => world.close())

const target = () => ({ address: `${world.http}/cgi-bin/webhook/send?key=k-ops`, sender: 'ops-1', chatType: 'group' as const })
async function arrived(message: OutgoingMessage): Promise<SandboxMessage | undefined> {
  await webhookRoad().send(target(), message)
  return world.sandbox.messages('ops-1').at(-1)
}
const post = (message: OutgoingMessage): Promise<unknown> => webhookRoad().send(target(), message)
const say = (text: string): Promise<SandboxMessage | undefined> => arrived({ kind: 'markdown', text })
const file = (name: string, bytes: Buffer): OutgoingMessage => ({ kind: 'file', file: { name, base64: bytes.toString('base64') } })
const png = Buffer.from('89504e470d0a1a0a0000', 'hex')

it.each([
  ['**高危** <font color="warning">告警</font>', 'markdown'],
  ['a | b', 'markdown'],
  ['a\n---\nb | c', 'markdown'],
  ['| 资产 | 等级 |\n| --- | :-: |\n| OA | 高危 |', 'markdown_v2'],
  ['资产|等级\n-|-\nOA|高危', 'markdown_v2'],
  ['日志：\n```\nFailed password\n```', 'markdown_v2'],
])('%j goes as %s', async (text, kind) => {
  expect((await say(text))?.kind).toBe(kind)
})

it('colours are left out where the dialect has none', async () => {
  expect((await say('<font color="warning">高危</font>\n| a |\n|---|\n| b |'))?.text).toBe('高危\n| a |\n|---|\n| b |')
})

it('a mention inside a text or a card rings nobody', async () => {
  expect(await say('来自日志：<@Li> <@all>')).toMatchObject({ mentions: [], text: '来自日志：＜@Li> ＜@all>' })
  expect(await say('| a |\n|---|\n| <@Li> |')).toMatchObject({ mentions: [] })
  expect(await arrived({ kind: 'mention', text: '请看 <@chen> <a href="x">', userIds: ['Li'] })).toMatchObject({ mentions: ['Li'] })
  expect(world.sandbox.messages('ops-1').at(-1)?.text).toContain('＜@chen> ＜a href')
})

it('a picture is shown, anything else comes as a file with its name', async () => {
  expect((await arrived(file('拓扑.png', png)))?.kind).toBe('image')
  expect(await arrived(file('拓扑.pdf', png))).toMatchObject({ kind: 'file', files: [{ name: '拓扑.pdf' }] })
  expect(await arrived(file('假.png', Buffer.from('no picture')))).toMatchObject({ kind: 'file', files: [{ name: '假.png' }] })
  expect((await arrived(file('大.png', Buffer.concat([png, Buffer.alloc(2 * 1024 * 1024)]))))?.kind).toBe('file')
})

it('a file name cannot leave its place in the upload', async () => {
  const name = (await arrived(file('a"; filename="evil.exe"\r\nX: 1\r\n\r\n.txt', Buffer.from('abcdef'))))?.files[0]?.name

  expect(name).toMatch(/\.txt$|^a/)
  expect(world.sandbox.messages('ops-1')).toHaveLength(1)
})

it('an upload that is not taken ends before anything is said', async () => {
  world.front.answersNext(45009, '/upload_media')
  expect((await endOf(post(file('a.txt', Buffer.from('abcdef'))))).code).toBe('CHAT_BUSY')
  world.front.losesNext('/upload_media')
  expect(await endOf(post(file('a.txt', Buffer.from('abcdef'))))).toMatchObject({
    code: 'CHAT_UNREACHABLE',
    facts: { retryAfterSeconds: 30 },
  })
  world.front.answersNext(40007, '/webhook/send')
  await post(file('a.txt', Buffer.from('abcdef')))

  expect(world.sandbox.messages('ops-1').map(message => message.kind)).toEqual(['file'])
})

it('an address without an upload beside it is refused, and a person is not reached', async () => {
  const odd = { ...target(), address: `${world.http}/hook?key=k-ops` }

  expect(await endOf(webhookRoad().send(odd, file('a.txt', Buffer.from('abcdef'))))).toMatchObject({ facts: { code: 'WEBHOOK_INVALID' } })
  expect((await endOf(webhookRoad().send({ ...target(), chatType: 'single' }, { kind: 'markdown', text: 'x' }))).code).toBe(
    'CHAT_TARGET_DEAD',
  )
})

it('a line that mentions takes 2048 bytes, Markdown 4096 after what is taken out', () => {
  const body = (message: OutgoingMessage) => () => webhookBody(message, 'https://x')

  expect(body({ kind: 'mention', text: '长'.repeat(683), userIds: [] })).toThrow('TOO_LONG')
  expect(body({ kind: 'markdown', text: `|a|\n|-|\n${'<font color="info">'.repeat(300)}` })).not.toThrow()
  expect(body({ kind: 'markdown', text: '长'.repeat(1366) })).toThrow('TOO_LONG')
})
