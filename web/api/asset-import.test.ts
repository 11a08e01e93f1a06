import Koa from 'koa'
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { makeIds } from '../../adapters/shared/uuid-v7.js'
import { spreadsheets } from '../../adapters/spreadsheet/index.js'
import { AssetRegister } from '../../core/assets/asset-register.js'
import { AssetImport } from '../../core/assets/import-assets.js'
import { SourceMap } from '../../core/events/source-map.js'
import { silentLogger } from '../../core/ports/logger.js'
import { openWorld } from '../../tests/support/memory-world.js'
import { assetImportRouter } from './asset-import.js'
import { errorAnswer } from './error-answer.js'

let server: Server | undefined
afterEach(() => {
  server?.close()
})

it('takes a table in for the customer of the token, row by row, and refuses what is not as described', async () => {
  const { transactions, clock, uni } = await openWorld()
  const tokenHash = createHash('sha256').update('token-of-assets').digest('hex')
  await transactions.run(tx => tx.sources.insert({ id: 's1', tenantId: uni.id, name: 'cmdb', type: 'raw', tokenHash, networks: [] }))
  const imports = new AssetImport({ transactions, register: new AssetRegister(transactions), tables: spreadsheets })
  const app = new Koa()
  app.use(errorAnswer(silentLogger, makeIds(clock)))
  app.use(assetImportRouter({ imports, sources: new SourceMap({ transactions, clock }) }).routes())
  server = createServer((request, response) => void app.callback()(request, response))
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/assets/import`
  const post = async (query: string, body: string, token = 'token-of-assets') => {
    const answer = await fetch(`${base}${query}`, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const table = '节点,名称\n10.0.0.1,甲\n坏,乙\n'

  expect(await post(`?file=../a.csv&map=${encodeURIComponent('address=节点')}`, table)).toMatchObject({
    status: 200,
    body: {
      file: 'a.csv',
      created: 1,
      refused: 1,
      rows: [
        { line: 2, verdict: 'created' },
        { line: 3, verdict: 'refused' },
      ],
    },
  })
  expect(await post('?file=a.csv', table)).toMatchObject({ status: 400, body: { error: { code: 'FILE_INVALID' } } })
  expect(await post('?map=password=x', table)).toMatchObject({ status: 400, body: { error: { code: 'REQUEST_INVALID' } } })
  expect(await post('', table, 'wrong')).toMatchObject({ status: 401 })
  expect(await transactions.read(t => t.assets.count(uni.id, {}))).toBe(1)
})
