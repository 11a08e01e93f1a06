// Opens the database a URL names: `sqlite:<file>`, `mysql://…` or `mariadb://…`; called by app/compose.ts and the tests.
import 'reflect-metadata'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DataSource, type EntitySchema } from 'typeorm'
import { AppError } from '../../core/errors.js'
import type { Row, Tables } from '../../core/ports/transaction.js'
import { migrations } from '../../migrations/index.js'
import type { DatabaseKind } from './columns.js'
import { SqliteDatabase } from './sqlite-driver.js'
import { buildSchemas } from './tables.js'

export interface OpenDatabase {
  readonly source: DataSource
  readonly kind: DatabaseKind
  readonly schemas: { readonly [K in keyof Tables]: EntitySchema<Row> }
}

/** @throws CONFIGURATION_INVALID for a URL of another kind, DATABASE_UNREACHABLE when it does not answer */
export async function openDatabase(url: string): Promise<OpenDatabase> {
  const kind: DatabaseKind = url.startsWith('sqlite:') ? 'sqlite' : 'mysql'
  const schemas = buildSchemas(kind)
  const entities = Object.values(schemas)
  const common = {
    entities,
    migrations: [...migrations],
    migrationsTransactionMode: 'each' as const,
    synchronize: false,
    logging: false as const,
  }
  let source: DataSource
  if (kind === 'sqlite') {
    const file = url.slice('sqlite:'.length)
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
    source = new DataSource({
      ...common,
      type: 'better-sqlite3',
      database: file,
      driver: SqliteDatabase,
      prepareDatabase: (database: SqliteDatabase) => {
        // FULL: a commit that was acknowledged survives a power cut, not only a kill.
        database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000;')
        // 32 MB of pages in memory and of log before it is copied back: the same few pages change again and again.
        database.exec('PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8192;')
      },
    })
  } else {
    const parsed = /^(mysql|mariadb):\/\//.exec(url)
    if (!parsed) throw new AppError('CONFIGURATION_INVALID', { problems: 'DATABASE_URL must begin with sqlite:, mysql: or mariadb:' })
    const type = parsed[1] === 'mariadb' || (await speaksMariaDb(url)) ? 'mariadb' : 'mysql'
    source = new DataSource({
      ...common,
      type,
      url: url.replace(/^mariadb:/, 'mysql:'),
      charset: 'utf8mb4',
      timezone: 'Z',
      supportBigNumbers: true,
      bigNumberStrings: true,
      extra: { connectionLimit: 10, connectTimeout: 10_000 },
    })
  }
  try {
    await source.initialize()
  } catch (cause) {
    throw new AppError('DATABASE_UNREACHABLE', {}, { cause })
  }
  return { source, kind, schemas }
}

/** `mysql://` may name a MariaDB, for which TypeORM wants its own type (drift check and insert-ignore differ). */
async function speaksMariaDb(url: string): Promise<boolean> {
  const { createConnection } = await import('mysql2/promise')
  try {
    const connection = await createConnection({ uri: url, connectTimeout: 10_000 })
    const [rows] = await connection.query('SELECT VERSION() AS version')
    await connection.end()
    return JSON.stringify(rows).toLowerCase().includes('mariadb')
  } catch (cause) {
    throw new AppError('DATABASE_UNREACHABLE', {}, { cause })
  }
}
