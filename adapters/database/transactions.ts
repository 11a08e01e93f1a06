// The unit of work on TypeORM: one mutex for SQLite's single connection, a second try after a deadlock on MySQL,
// and audit rows, chained, written last so that their lock is held shortly and always taken in the same order.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import type { EntityManager } from 'typeorm'
import { AppError } from '../../core/errors.js'
import type { Ids } from '../../core/ports/ids.js'
import type { Secrets } from '../../core/ports/secrets.js'
import type { NewAnnouncement, Tables, Transactions, Tx } from '../../core/ports/transaction.js'
import type { AuditEntry } from '../../core/audit/audit.js'
import type { Clock } from '../../core/ports/clock.js'
import { appendAudit } from './audit-chain.js'
import type { OpenDatabase } from './data-source.js'
import { tenantTable } from './tenant-table.js'

dayjs.extend(utc)
dayjs.extend(timezone)

interface Needs {
  readonly clock: Clock
  readonly ids: Ids
  readonly secrets: Secrets
}

const DEADLOCK_TRIES = 6

export function makeTransactions(database: OpenDatabase, needs: Needs): Transactions {
  const listeners: (() => void)[] = []
  const exclusive = database.kind === 'sqlite' ? mutex() : <T>(work: () => Promise<T>) => work()

  async function attempt<T>(work: (tx: Tx) => Promise<T>): Promise<{ result: T; announced: boolean }> {
    const inTransaction = <R>(body: (manager: EntityManager) => Promise<R>): Promise<R> =>
      // READ COMMITTED: after waiting for a lock the newest committed row is seen, which counters and the audit head rely on.
      database.kind === 'mysql' ? database.source.transaction('READ COMMITTED', body) : database.source.transaction(body)
    return inTransaction(async manager => {
      const audits: AuditEntry[] = []
      const announcements: NewAnnouncement[] = []
      const tables = tablesOn(database, manager)
      const at = new Date(needs.clock.now()).toISOString()
      let queued = false
      const tx: Tx = {
        ...tables,
        deliveries: {
          ...tables.deliveries,
          insert: async row => {
            queued = true
            await tables.deliveries.insert(row)
          },
          insertIfAbsent: async row => {
            queued = true
            return tables.deliveries.insertIfAbsent(row)
          },
        },
        at,
        id: () => needs.ids.next(),
        number: async (prefix, tenant) => {
          const day = dayjs(at).tz(tenant.timeZone).format('YYMMDD')
          const value = await nextInSequence(tables, `${prefix}-${tenant.id}-${day}`, tenant.id)
          return `${prefix}-${tenant.code}-${day}-${String(value).padStart(3, '0')}`
        },
        audit: entry => {
          audits.push(entry)
        },
        announce: announcement => {
          announcements.push(announcement)
        },
      }
      const result = await work(tx)
      for (const item of announcements) {
        await tables.announcements.insertIfAbsent({
          id: needs.ids.next(),
          tenantId: item.tenantId,
          kind: item.kind,
          refs: item.refs,
          key: item.key,
          dueAt: item.dueAt ?? at,
          state: 'pending',
          attempts: 0,
          error: null,
          createdAt: at,
        })
      }
      await appendAudit(tables, audits, { at, ids: needs.ids, secrets: needs.secrets })
      return { result, announced: queued || announcements.length > 0 }
    })
  }

  return {
    async run(work) {
      for (let tries = 1; ; tries++) {
        try {
          const { result, announced } = await exclusive(() => attempt(work))
          if (announced) for (const listener of listeners) listener()
          return result
        } catch (error) {
          if (isDeadlock(error) && tries < DEADLOCK_TRIES) {
            await new Promise(resolve => setTimeout(resolve, 10 * 2 ** tries * Math.random()))
            continue
          }
          throw translated(error)
        }
      }
    },
    async read(work) {
      try {
        return await exclusive(() => work(tablesOn(database, database.source.manager)))
      } catch (error) {
        throw translated(error)
      }
    },
    onCommit: listener => {
      listeners.push(listener)
    },
  }
}

function tablesOn({ schemas }: OpenDatabase, manager: EntityManager): Tables {
  const entries = Object.entries(schemas).map(([key, schema]) => [key, tenantTable(manager, schema)] as const)
  return Object.fromEntries(entries) as unknown as Tables
}

/** SQLite has one connection: overlapping transactions would nest into one another and lose rows, so they queue here. */
function mutex(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const next = last.then(work, work)
    last = next.catch(() => undefined)
    return next
  }
}

async function nextInSequence(tables: Tables, id: string, tenantId: string): Promise<number> {
  const current = await tables.sequences.get(tenantId, id)
  if (!current && (await tables.sequences.insertIfAbsent({ id, tenantId, value: 1 }))) return 1
  for (;;) {
    const row = await tables.sequences.get(tenantId, id)
    const value = row?.value ?? 0
    if ((await tables.sequences.update(tenantId, { id, value }, { value: value + 1 })) === 1) return value + 1
  }
}

function isDeadlock(error: unknown): boolean {
  const code =
    (error as { code?: string; driverError?: { code?: string } } | null)?.driverError?.code ?? (error as { code?: string } | null)?.code
  return code === 'ER_LOCK_DEADLOCK' || code === 'ER_LOCK_WAIT_TIMEOUT' || code === 'ER_CHECKREAD'
}

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'PROTOCOL_CONNECTION_LOST',
  'ETIMEDOUT',
  'EPIPE',
  'ER_SERVER_SHUTDOWN',
  'ENOTFOUND',
])

function translated(error: unknown): unknown {
  const driver = (error as { driverError?: { code?: string } } | null)?.driverError ?? (error as { code?: string } | null)
  return driver?.code && CONNECTION_CODES.has(driver.code) ? new AppError('DATABASE_UNREACHABLE', {}, { cause: error }) : error
}
