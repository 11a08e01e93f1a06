// `guanjia migrate`: brings the database's schema up to date.
import { openDatabase } from '../../adapters/database/data-source.js'
import { runMigrations } from '../../adapters/database/run-migrations.js'
import { readConfig } from '../config.js'
import type { Verb } from './verb.js'

export const migrate: Verb = {
  usage: 'migrate',
  summary: 'Brings the schema of DATABASE_URL up to date',
  async run() {
    const database = await openDatabase(readConfig(process.env).databaseUrl)
    try {
      const names = await runMigrations(database)
      process.stdout.write(names.length === 0 ? '已是最新。\n' : names.map(name => `${name}\n`).join(''))
      return 0
    } finally {
      await database.source.destroy()
    }
  },
}
