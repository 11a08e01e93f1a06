// The group's webhook against the sandbox and against other ends that hang, babble, redirect or are not there.
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { endOf } from '../../../tests/contracts/chat.js'
import { sendMention } from './group-webhook.js'
import { chatRig, serve, stop } from './wecom-rig.js'

let server: Server | undefined
afterEach(async () => {
  if (server) await stop(server)
  server = undefined
})

async function from(handler: RequestListener, timeoutMilliseconds = 10_000): Promise<{ code: string; facts: object }> {
  server = await serve(handler)
  const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cgi-bin/webhook/send?key=geheim`
  return endOf(sendMention({ webhook, text: '请处理', userIds: ['Li'], chatId: 'g1', timeoutMilliseconds }))
}
const to = (webhook: string | undefined, text = '请处理', userIds = ['Li']) => endOf(sendMention({ webhook, text, userIds, chatId: 'g1' }))

describe('on the sandbox', () => {
  it('rings members, keeps to the byte limit, and knows dead keys, limits and outages', async () => {
    const world = await chatRig()
    const webhook = `${world.http}/cgi-bin/webhook/send?key=k-ops`

    expect((await to(webhook, '请处理', ['LI', '<script>'])).code).toBe('done')
    expect((await to(webhook, `${'长'.repeat(682)}ab`)).code).toBe('done')
    expect(await to(webhook, '长'.repeat(683))).toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'TOO_LONG', maxBytes: 2048 } })
    expect(await to(webhook, ' ')).toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 44004 } })
    expect(await to(`${world.http}/cgi-bin/webhook/send?key=dead`)).toMatchObject({
      code: 'CHAT_TARGET_DEAD',
      facts: { code: 93000, chatId: 'g1' },
    })
    world.sandbox.faults({ webhookAnswer: { times: 1, errcode: 45009 } })
    expect(await to(webhook)).toMatchObject({ code: 'CHAT_BUSY', facts: { retryAfterSeconds: 60 } })
    world.sandbox.faults({ webhookStatus: { times: 1, status: 503 } })
    expect(await to(webhook)).toMatchObject({ code: 'CHAT_BUSY', facts: { retryAfterSeconds: 30 } })
    world.sandbox.faults({ webhookStatus: { times: 1, status: 500 } })
    expect(await to(webhook)).toMatchObject({ code: 'CHAT_OUTCOME_UNKNOWN' })

    expect(world.sandbox.messages('ops-1')).toMatchObject([{ mentions: ['Li'] }, { mentions: ['Li'] }])
    await world.close()
  })
})

it.each([
  undefined,
  '',
  'nonsense',
  'file:///etc/passwd',
  'ftp://127.0.0.1/x?key=geheim',
  'javascript:alert(1)',
  'http://geheim:geheim@127.0.0.1/x',
])('the address %j is refused without being repeated', async webhook => {
  const end = await to(webhook)

  expect(end.code).toBe('CHAT_REFUSED')
  expect(JSON.stringify(end)).not.toContain('geheim')
})

it('more than a thousand mentioned are refused before anything is sent', async () => {
  expect(await to('http://127.0.0.1:9/', 'x', Array.from({ length: 1001 }, String))).toMatchObject({ code: 'CHAT_REFUSED' })
})

it('nobody there: nothing was sent', async () => {
  server = await serve(() => undefined)
  const { port } = server.address() as AddressInfo
  await stop(server)

  expect(await to(`http://127.0.0.1:${port}/?key=geheim`)).toEqual({ code: 'CHAT_UNREACHABLE', facts: { reason: 'ECONNREFUSED' } })
})

it('no answer, half an answer, a broken connection: the outcome is unknown, and the key is in none of it', async () => {
  const ends = [
    await from(() => undefined, 100),
    await from((_, response) => response.writeHead(200).write('{"errc'), 100),
    await from(request => request.socket.destroy()),
  ]

  expect(ends.map(end => end.code)).toEqual(['CHAT_OUTCOME_UNKNOWN', 'CHAT_OUTCOME_UNKNOWN', 'CHAT_OUTCOME_UNKNOWN'])
  expect(JSON.stringify(ends)).not.toContain('geheim')
})

it.each(['', 'null', '[]', '<html>', '{"errcode":"0"}', '{"errmsg":"ok"}', '{'.repeat(50_000)])(
  'an answer that starts with %.20j leaves the outcome unknown',
  async body => {
    expect((await from((_, response) => response.end(body))).code).toBe('CHAT_OUTCOME_UNKNOWN')
  },
)

it('an endless answer is read up to a bound', async () => {
  const end = await from((_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536))) continue
    }
    response.on('drain', more)
    more()
  })

  expect(end).toEqual({ code: 'CHAT_OUTCOME_UNKNOWN', facts: { reason: 'UNREADABLE_ANSWER' } })
})

it('a redirect is not followed', async () => {
  const asked: (string | undefined)[] = []
  const end = await from((request, response) => {
    asked.push(request.url)
    response.writeHead(307, { location: '/elsewhere' }).end()
  })

  expect(end).toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'HTTP_307' } })
  expect(asked).toHaveLength(1)
})

it('too many requests names the wait the other end asks for', async () => {
  const end = await from((_, response) => response.writeHead(429, { 'retry-after': '7' }).end('{}'))

  expect(end).toMatchObject({ code: 'CHAT_BUSY', facts: { retryAfterSeconds: 7 } })
})
