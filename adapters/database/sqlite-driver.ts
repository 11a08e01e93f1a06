// A better-sqlite3-shaped face for node:sqlite (Node ≥ 22.16) or @photostructure/sqlite, which TypeORM drives as `better-sqlite3`.
import { createRequire } from 'node:module'

interface RawStatement {
  all(...parameters: unknown[]): unknown[]
  run(...parameters: unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint }
  get(...parameters: unknown[]): unknown
  columns(): unknown[]
  setReadBigInts(on: boolean): void
}
interface RawDatabase {
  prepare(sql: string): RawStatement
  exec(sql: string): void
  close(): void
}

const require = createRequire(import.meta.url)

function loadEngine(): { DatabaseSync: new (file: string, options?: object) => RawDatabase } {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const builtIn = major > 22 || (major === 22 && minor >= 16)
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return
  return builtIn ? require('node:sqlite') : require('@photostructure/sqlite')
}

/** Only what SQLite can bind: a Date or an object would silently become NULL, so it is refused. */
function bindable(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', ' ') : value
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array) return value
  throw new TypeError(`cannot bind a ${typeof value} to SQLite`)
}

class Statement {
  readonly reader: boolean
  // The database is kept from being collected before its statements: @photostructure/sqlite 1.2.1 crashes otherwise.
  constructor(
    private readonly raw: RawStatement,
    readonly owner: SqliteDatabase,
  ) {
    this.reader = raw.columns().length > 0
  }
  all(...parameters: unknown[]): unknown[] {
    return this.raw.all(...parameters.flat().map(bindable))
  }
  get(...parameters: unknown[]): unknown {
    return this.raw.get(...parameters.flat().map(bindable))
  }
  run(...parameters: unknown[]): { changes: number; lastInsertRowid: number } {
    const { changes, lastInsertRowid } = this.raw.run(...parameters.flat().map(bindable))
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) }
  }
}

export class SqliteDatabase {
  private readonly raw: RawDatabase
  open = true
  constructor(file: string) {
    const { DatabaseSync } = loadEngine()
    this.raw = new DatabaseSync(file)
  }
  prepare(sql: string): Statement {
    // A deferred transaction that reads first cannot become a writer once another process has written: take the lock at the start.
    return new Statement(this.raw.prepare(sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : sql), this)
  }
  pragma(text: string): unknown[] {
    return this.raw.prepare(`PRAGMA ${text}`).all()
  }
  exec(sql: string): this {
    this.raw.exec(sql)
    return this
  }
  close(): void {
    this.open = false
    this.raw.close()
  }
}
