import Koa from 'koa'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { scanImport } from '../../adapters/scan-import/index.js'
import { makeIds } from '../../adapters/shared/uuid-v7.js'
import { SourceMap } from '../../core/events/source-map.js'
import { ImportService } from '../../core/findings/import-service.js'
import { createHash } from 'node:crypto'
import { openWorld } from '../../tests/support/memory-world.js'
import { errorAnswer } from './error-answer.js'
import { importRouter } from './import.js'

let server: Server | undefined
afterEach(() => {
  server?.close()
})
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => silent } as never
const report =
  '<OWASPZAPReport><site name="https://a.example" host="a.example" port="443"><alerts><alertitem><pluginid>1</pluginid><alert>x</alert><riskcode>3</riskcode></alertitem></alerts></site></OWASPZAPReport>'

async function open() {
  const world = await openWorld()
  await world.transactions.run(tx =>
    tx.sources.insert({
      id: 'source-1',
      tenantId: world.uni.id,
      name: 'scans',
      type: 'raw',
      tokenHash: createHash('sha256').update('token-of-scans').digest('hex'),
      networks: [],
    }),
  )
  const imports = new ImportService({ transactions: world.transactions, scans: scanImport })
  const app = new Koa()
  app.use(errorAnswer(silent, makeIds(world.clock)))
  app.use(importRouter({ imports, sources: new SourceMap({ transactions: world.transactions, clock: world.clock }) }).routes())
  server = createServer((request, response) => void app.callback()(request, response))
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/import`
  const post = async (query: string, body: string, token = 'token-of-scans') => {
    const answer = await fetch(`${base}${query}`, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const stored = () => world.transactions.read(t => t.findings.count(world.uni.id, {}))
  return { post, stored }
}

it('takes a file in for the customer of the token and answers with its summary', async () => {
  const { post, stored } = await open()

  expect(await post('?file=a.xml&record=false', report)).toMatchObject({
    status: 200,
    body: { file: 'a.xml', format: 'zap', ok: true, findings: 1, hosts: 1, error: null },
  })
  expect(await stored()).toBe(0)
  expect(await post('?file=../../a.xml', report)).toMatchObject({ status: 200, body: { file: 'a.xml', recorded: { created: 1 } } })
  expect(await stored()).toBe(1)
})

it('a damaged file is told in the summary, a stranger is refused', async () => {
  const { post, stored } = await open()

  expect(await post('', report.slice(0, -9))).toMatchObject({ status: 200, body: { ok: false, findings: 0 } })
  expect(await post('?record=perhaps', report)).toMatchObject({ status: 400 })
  expect(await post('', report, 'somebody-else')).toMatchObject({ status: 401 })
  expect(await stored()).toBe(0)
})
