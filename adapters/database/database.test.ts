// Runs the transactions contract on SQLite (always) and on a real MariaDB (private instance).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../core/ports/clock.js'
import { transactionsContract, type OpenedTransactions } from '../../tests/contracts/transactions.js'
import { createDatabase, startMariaDb } from '../../tests/support/servers.js'
import { makeSecretBox } from '../shared/secret-box.js'
import { makeIds } from '../shared/uuid-v7.js'
import { openDatabase } from './data-source.js'
import { makeTransactions } from './transactions.js'

async function opened(url: string, after: () => Promise<void> | void): Promise<OpenedTransactions> {
  const database = await openDatabase(url)
  await database.source.runMigrations()
  return {
    transactions: makeTransactions(database, { clock: systemClock, ids: makeIds(systemClock), secrets: makeSecretBox('test-key') }),
    drift: async () => (await database.source.driver.createSchemaBuilder().log()).upQueries.map(query => query.query),
    close: async () => {
      await database.source.destroy()
      await after()
    },
  }
}

transactionsContract('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guanjia-db-'))
  return opened(`sqlite:${join(folder, 'test.db')}`, () => rmSync(folder, { recursive: true, force: true }))
})

transactionsContract('MariaDB', async () => {
  const server = await startMariaDb()
  return opened(await createDatabase(server), () => server.stop())
})
