// The page of a signed link over a real server and real transactions: looking changes nothing, one post decides, everything else is a page that refuses.
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DecisionLinks } from '../../core/delivery/decision-links.js'
import { DisposalService } from '../../core/disposal/disposal-service.js'
import type { Disposal } from '../../core/disposal/disposal.js'
import { silentLogger } from '../../core/ports/logger.js'
import { openWorld, type PersonName, type World } from '../../tests/support/memory-world.js'
import { decideRouter } from './decide.js'
import { errorAnswer } from './error-answer.js'

let world: World
let server: Server
let url: string
let links: DecisionLinks
let disposal: Disposal

beforeEach(async () => {
  world = await openWorld()
  const { transactions, clock, ids } = world
  const disposals = new DisposalService(transactions)
  links = new DecisionLinks({ transactions, clock, disposals, publicUrl: 'https://butler.example.edu' })
  disposal = (
    await disposals.proposeBlock(world.actor('zhang'), { tenantId: world.uni.id, ip: '203.0.113.7', seconds: 3600, reason: '口令猜解' })
  ).disposal
  const app = new Koa()
  app.silent = true
  app.use(errorAnswer(silentLogger, ids))
  app.use(decideRouter({ links, ids }).routes())
  server = createServer(app.callback() as Parameters<typeof createServer>[1])
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => new Promise(resolve => (server.close(resolve), server.closeAllConnections())))

async function pathFor(userId: PersonName = 'li'): Promise<string> {
  const person = (await world.transactions.read(t => t.people.first(world.uni.id, { userId })))!
  const link = await world.transactions.run(tx => links.make(tx, person, disposal.number))
  return new URL(link!).pathname
}
const post = (path: string, body = 'answer=yes', headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } })
/** With headers a browser’s fetch would not let through. */
const rawPost = (path: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, { method: 'POST', headers }, response => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    outgoing.on('error', reject)
    outgoing.end('answer=yes')
  })
const state = async () => (await world.transactions.read(t => t.disposals.get(world.uni.id, disposal.id)))?.state

describe('looking', () => {
  it('shows what is asked of whom, as often as wanted, and changes nothing', async () => {
    const path = await pathFor()

    for (let i = 0; i < 3; i++) {
      const response = await fetch(`${url}${path}`)
      const html = await response.text()
      expect(response.status).toBe(200)
      for (const words of ['封禁 203.0.113.7', '口令猜解', '60 分钟', disposal.number, '李工', '>同意<', '>不同意<'])
        expect(html).toContain(words)
    }
    await fetch(`${url}${path}`, { method: 'HEAD' })

    expect(await state()).toBe('requested')
    expect((await post(path)).status).toBe(200)
  })

  it('runs nothing, is framed by nobody, is kept nowhere, and tells no other site where it was', async () => {
    const { headers } = await fetch(`${url}${await pathFor()}`)

    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/)
    expect(headers.get('content-security-policy')).not.toContain('script-src')
    expect([headers.get('referrer-policy'), headers.get('cache-control')]).toEqual(['no-referrer', 'no-store'])
    expect(headers.get('content-type')).toContain('text/html')
  })

  it('takes what came from outside as data', async () => {
    const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>&lt;`
    const path = await pathFor()
    await world.transactions.run(async tx => {
      await tx.disposals.update(world.uni.id, { id: disposal.id }, { reason: evil, effect: { earlierBlocks: 0, lines: [evil] } })
      await tx.people.update(world.uni.id, { userId: 'li' }, { name: evil })
    })

    const html = await (await fetch(`${url}${path}`)).text()

    expect(html).not.toMatch(/<script|<img/)
    expect(html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#62;')
    expect(html).toContain('&#38;lt;')
  })
})

describe('posting', () => {
  it.each([
    ['yes', 'approved', '已同意'],
    ['no', 'rejected', '已不同意'],
  ])('%s decides', async (answer, becomes, title) => {
    const response = await post(await pathFor(), `answer=${answer}`)

    expect(response.status).toBe(200)
    expect(await response.text()).toContain(`<h1>${title}</h1>`)
    expect(await state()).toBe(becomes)
  })

  it('a second time is refused on a page', async () => {
    const path = await pathFor()
    await post(path)

    const again = await post(path, 'answer=no')

    expect(again.status).toBe(410)
    expect(again.headers.get('content-type')).toContain('text/html')
    expect(await again.text()).toContain('这个链接已失效')
    expect((await fetch(`${url}${path}`)).status).toBe(410)
    expect(await state()).toBe('approved')
  })

  it('twice at once decides once', async () => {
    const path = await pathFor()

    const all = await Promise.all(Array.from({ length: 5 }, (_, i) => post(path, `answer=${i % 2 ? 'yes' : 'no'}`)))

    expect(all.map(response => response.status).sort()).toEqual([200, 410, 410, 410, 410])
    expect((await world.audited()).filter(action => /approved|rejected/.test(action))).toHaveLength(1)
  })

  it('after somebody else has decided names who it was', async () => {
    const [first, second] = [await pathFor('chen'), await pathFor('li')]
    await post(first)

    const late = await post(second, 'answer=no')

    expect(late.status).toBe(409)
    expect(await late.text()).toContain(`${disposal.number} 已由陈主任于`)
    expect(await state()).toBe('approved')
  })

  it('by somebody who may no longer is refused on a page', async () => {
    const path = await pathFor()
    await world.transactions.run(tx => tx.people.update(world.uni.id, { userId: 'li' }, { role: 'viewer' }))

    const response = await post(path)

    expect(response.status).toBe(403)
    expect(await response.text()).toContain('客户授权人')
    expect(await state()).toBe('requested')
  })

  it.each(['', 'answer=', 'answer=maybe', 'answer=YES', 'yes', '{"answer":"yes"}'])(
    'the body “%s” decides nothing and leaves the link as it was',
    async body => {
      const path = await pathFor()

      const response = await post(path, body)

      expect([response.status, response.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8'])
      expect(await state()).toBe('requested')
      expect((await post(path)).status).toBe(200)
    },
  )

  it('a body without end is refused', async () => {
    const response = await post(await pathFor(), `answer=yes&x=${'x'.repeat(10_000)}`)

    expect(response.status).toBe(413)
    expect(await state()).toBe('requested')
  })
})

describe('where a post comes from', () => {
  it.each(['https://evil.example', 'http://127.0.0.1:1', 'nonsense', 'http://', 'file://'])('%s is refused', async origin => {
    const path = await pathFor()

    expect(await rawPost(path, { origin })).toBe(400)
    expect(await state()).toBe('requested')
  })

  it.each([
    ['our own page, which hides its address', () => 'null'],
    ['our own page', () => url],
  ])('%s is heard', async (_, origin) => {
    expect(await rawPost(await pathFor(), { origin: origin() })).toBe(200)
    expect(await state()).toBe('approved')
  })
})

it.each(['/d/x', `/d/${'A'.repeat(43)}`, `/d/${'A'.repeat(3000)}`, '/d/%00', '/d/..%2f..%2fetc'])(
  '%s is no link, for looking and for posting',
  async path => {
    for (const response of [await fetch(`${url}${path}`), await post(path)]) {
      expect(response.status).toBe(410)
      expect(await response.text()).toContain('这个链接已失效')
    }
  },
)
