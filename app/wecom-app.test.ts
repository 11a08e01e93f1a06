import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { memoryTokens } from '../adapters/chat/wecom/memory-tokens.js'
import { silentLogger } from '../core/ports/logger.js'
import type { Parts } from './compose.js'
import { composeApp } from './wecom-app.js'

const partsWith = (config: object): Parts =>
  ({
    config: { wecomApp: undefined, wecomApiBase: undefined, publicUrl: undefined, ...config },
    clock: { now: () => 0 },
    logger: silentLogger,
    tokens: memoryTokens(() => 0),
    runtime: {},
  }) as unknown as Parts
const wecomApp = { corpId: 'ww1', agentId: 1_000_002, secret: 'an-app-secret', callback: undefined }

it('without its settings there is no application', () => {
  expect(composeApp(partsWith({}), () => 'http://127.0.0.1:1/sandbox/wecom')).toBeUndefined()
})

it('the sandbox is asked where this process listens in the end, not where it was expected to', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url?.split('?')[0] ?? '')
    response.end('{"errcode":40013,"errmsg":"invalid corpid"}')
  })
  // As main.ts does it: composed before the port is known.
  let url = 'https://butler.example.edu'
  const app = composeApp(partsWith({ wecomApp, publicUrl: url }), () => `${url}/sandbox/wecom`)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  await expect(
    app!.road.send({ address: 'li', sender: 'app', chatType: 'single' }, { kind: 'markdown', text: '一' }),
  ).rejects.toMatchObject({ code: 'CHAT_REFUSED' })

  expect(asked).toEqual(['/sandbox/wecom/cgi-bin/gettoken'])
  server.close()
})

it('is one road, however often it is asked for', () => {
  const app = composeApp(partsWith({ wecomApp }), () => 'http://127.0.0.1:1/sandbox/wecom')

  expect(app!.road).toBe(app!.road)
})

it('a base that is no address is said at the start', () => {
  const app = composeApp(partsWith({ wecomApp }), () => 'ftp://x')

  expect(() => app!.road).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }))
})
