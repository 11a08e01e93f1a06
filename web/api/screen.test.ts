// Who gets onto the big screen and what each sees there, over a real server and real transactions.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { argon2Hasher } from '../../adapters/password/argon2.js'
import { sessionSecrets } from '../../adapters/shared/session-secrets.js'
import { silentLogger } from '../../core/ports/logger.js'
import { ScreenService, type Screen } from '../../core/web-access/screen.js'
import { WebAccess } from '../../core/web-access/web-access.js'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { errorAnswer } from './error-answer.js'
import { screenRouter, type ScreenRouter } from './screen.js'

const PASSWORD = 'three words and one more'
let world: World
let access: WebAccess
let server: Server
let routes: ScreenRouter
let url: string

beforeAll(async () => {
  world = await openWorld()
  const { transactions, clock, ids } = world
  access = new WebAccess({ transactions, clock, hasher: argon2Hasher, secrets: sessionSecrets })
  routes = screenRouter({ access, screen: new ScreenService({ transactions, clock }), transactions, folder: '/nowhere', secure: true })
  const app = new Koa()
  app.silent = true
  app.use(errorAnswer(silentLogger, ids))
  app.use(routes.router.routes())
  server = createServer(app.callback() as Parameters<typeof createServer>[1])
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  for (const userId of ['liu', 'chen', 'qian', 'zhou']) await access.setPassword(userId, PASSWORD)
})
afterAll(async () => {
  routes.close()
  await new Promise(resolve => (server.close(resolve), server.closeAllConnections()))
})

const logIn = (body: unknown) =>
  fetch(`${url}/api/v1/session`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
const see = (cookie: string, path = 'screen') => fetch(`${url}/api/v1/${path}`, { headers: { cookie } })
const screenOf = async (userId: string): Promise<Screen> =>
  (await (await see(cookieOf(await logIn({ userId, password: PASSWORD })))).json()) as Screen

it('lets nobody see anything without a session, nor with one that was ended', async () => {
  expect((await see('')).status).toBe(401)
  expect((await see('guanjia-session=abc')).status).toBe(401)
  expect((await see('', 'events')).status).toBe(401)

  const cookie = cookieOf(await logIn({ userId: 'liu', password: PASSWORD }))
  expect((await see(cookie)).status).toBe(200)
  await fetch(`${url}/api/v1/session`, { method: 'DELETE', headers: { cookie } })
  expect((await see(cookie)).status).toBe(401)
})

it('gives a cookie that scripts, other sites and plain HTTP do not get', async () => {
  const cookie = (await logIn({ userId: 'liu', password: PASSWORD })).headers.getSetCookie()[0]?.toLowerCase() ?? ''
  for (const part of ['httponly', 'secure', 'samesite=strict', 'path=/']) expect(cookie).toContain(part)
})

it('shows a customer its own house only, and those who serve them all', async () => {
  await world.incident()
  await world.incident({ tenant: world.hos })

  const [staff, uni, hos] = [await screenOf('liu'), await screenOf('chen'), await screenOf('qian')]
  expect(staff.customers.map(({ code }) => code)).toEqual(['hos', 'uni'])
  expect(staff.incidents).toHaveLength(2)
  expect(uni.customers.map(({ code }) => code)).toEqual(['uni'])
  expect(uni.incidents.map(({ number }) => number.split('-')[1])).toEqual(['uni'])
  expect(JSON.stringify(hos)).not.toContain('uni')
})

it('refuses wrong words alike, and makes the next try wait after some', async () => {
  const wrong = await logIn({ userId: 'zhou', password: 'not the words at all' })
  const nobody = await logIn({ userId: 'nobody', password: 'not the words at all' })
  const words = async (answer: Response) => ((await answer.json()) as { error: { message: string } }).error.message
  expect([wrong.status, nobody.status]).toEqual([401, 401])
  expect(await words(wrong)).toBe(await words(nobody))

  for (let n = 0; n < 4; n++) await logIn({ userId: 'zhou', password: 'not the words at all' })
  expect((await logIn({ userId: 'zhou', password: PASSWORD })).status).toBe(401)
  world.clock.turn(3_601)
  expect((await logIn({ userId: 'zhou', password: PASSWORD })).status).toBe(204)
})

it('lets a link in once and not for long', async () => {
  const link = await access.link('chen')
  expect((await see(`guanjia-session=${link}`)).status).toBe(401)
  const both = await Promise.all([logIn({ link }), logIn({ link })])
  expect(both.map(({ status }) => status).sort()).toEqual([204, 401])

  const late = await access.link('chen')
  world.clock.turn(16 * 60)
  expect((await logIn({ link: late })).status).toBe(401)
})

it('puts everybody out whose password was set anew', async () => {
  const cookie = cookieOf(await logIn({ userId: 'chen', password: PASSWORD }))
  await access.setPassword('chen', `${PASSWORD} again`)
  expect((await see(cookie)).status).toBe(401)
  await expect(access.setPassword('chen', 'short')).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
})

it('says so when something changed', async () => {
  const cookie = cookieOf(await logIn({ userId: 'liu', password: PASSWORD }))
  const answer = await see(cookie, 'events')
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let said = (await reader.read()).value ?? ''
  expect([answer.headers.get('content-type'), said]).toEqual(['text/event-stream', expect.stringContaining('event: ready')])
  await world.incident()
  while (!said.includes('event: changed')) said += (await reader.read()).value ?? ''
  await reader.cancel()
})

it.each(['', '{', '[]', '{"userId":"liu"}', '{"userId":"liu","password":5}', '{"link":"x"}', '{"userId":"liu","password":"x","link":"y"}'])(
  'refuses %j as a login',
  async body => {
    const answer = await fetch(`${url}/api/v1/session`, { method: 'POST', body })
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([400, 'REQUEST_INVALID'])
  },
)
