// The door of the web server: what may be reached by which name, and what a refusal tells.
import { request, type Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Router } from '@koa/router'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../core/errors.js'
import { silentLogger } from '../core/ports/logger.js'
import { makeHttp } from './http.js'

let server: Server
let port: number
const logged: { level: string; facts: object }[] = []
beforeAll(async () => {
  const router = new Router()
  router.get('/sandbox/api/groups', ctx => void (ctx.body = 'groups'))
  router.get('/sandbox/apiary', ctx => void (ctx.body = 'bees'))
  router.get('/open', ctx => void (ctx.body = 'open'))
  router.get('/boom', () => {
    throw new Error('password=hunter2')
  })
  router.get('/away', () => {
    throw new AppError('DATABASE_UNREACHABLE')
  })
  router.get('/', ctx => void (ctx.body = 'dashboard'))
  const log = (level: string) => (facts: object) => void logged.push({ level, facts })
  const app = makeHttp({
    logger: { ...silentLogger, error: log('error'), warn: log('warn') },
    ids: { next: () => '00000000-0000-7000-8000-0000000000ab' },
    publicHost: 'butler.example.com',
    routers: [router],
    trusting: ['/sandbox/api', '/'],
  })
  server = createServer(app.callback() as Parameters<typeof createServer>[1])
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => new Promise(resolve => server.close(resolve)))

interface Answered {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, unknown>
}

function get(path: string, host?: string, method = 'GET'): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host }
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, response => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }))
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

describe('what trusts whoever reaches it', () => {
  it.each(['localhost', 'LOCALHOST:8080', '127.0.0.1:8080', '10.0.0.5', '[::1]:8080', 'butler.example.com', 'Butler.Example.com:443'])(
    'is reached as %s',
    async host => {
      expect((await get('/sandbox/api/groups', host)).status).toBe(200)
      expect((await get('/', host)).status).toBe(200)
    },
  )

  it.each([
    'evil.example',
    'cafe.de',
    'a.be',
    'dead.beef:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'butler.example.com.evil.example',
    '127.0.0.1.nip.io',
    '999.1.1.1',
    'evil.example@localhost.evil.example',
    '[evil]',
  ])('is not reached as %s', async host => {
    expect((await get('/sandbox/api/groups', host)).status).toBe(400)
    expect((await get('/', host)).status).toBe(400)
  })

  it.each(['/SANDBOX/API/groups', '/Sandbox/Api/Groups', '/sandbox/api/groups/', '/sandbox/api/groups?x=1'])(
    'is not reached around the check as %s',
    async path => {
      expect((await get(path, 'evil.example')).body).not.toBe('groups')
    },
  )

  it('is not everything: other paths answer to any name', async () => {
    expect((await get('/open', 'evil.example')).body).toBe('open')
    expect((await get('/sandbox/apiary', 'evil.example')).body).toBe('bees')
  })
})

describe('a refusal', () => {
  it('has a code, a sentence and a trace id', async () => {
    const { status, body } = await get('/nowhere')

    expect(status).toBe(404)
    expect(JSON.parse(body)).toEqual({
      error: { code: 'NOT_FOUND', message: '没有找到 这个地址。', traceId: '00000000-0000-7000-8000-0000000000ab' },
    })
  })

  it('of our own fault tells a reference, and the log the rest', async () => {
    const { status, body } = await get('/boom')

    expect(status).toBe(500)
    expect(body).not.toContain('hunter2')
    expect(body).toContain('000000ab')
    expect(logged.at(-1)).toMatchObject({ level: 'error', facts: { code: 'INTERNAL', path: '/boom' } })
  })

  it('of a part that is away is operational', async () => {
    expect((await get('/away')).status).toBe(503)
    expect(logged.at(-1)?.level).toBe('warn')
  })

  it('comes with the headers every answer has', async () => {
    const { headers } = await get('/nowhere')

    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' })
    expect(headers['x-powered-by']).toBeUndefined()
  })
})
