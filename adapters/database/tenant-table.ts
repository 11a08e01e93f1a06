// One table behind the TenantTable port: the same code for every kind of row and both kinds of database.
import {
  And,
  Equal,
  In,
  IsNull,
  LessThan,
  LessThanOrEqual,
  Like,
  MoreThan,
  MoreThanOrEqual,
  Not,
  type EntityManager,
  type EntitySchema,
  type FindOperator,
  type FindOptionsWhere,
  type ObjectLiteral,
} from 'typeorm'
import type { Condition, FindOptions, Row, TenantTable, Where } from '../../core/ports/transaction.js'

/** SQLite takes at most 32,766 variables in a statement. */
const ROWS_PER_STATEMENT = 200

type Conditions = FindOptionsWhere<ObjectLiteral>

function operator(condition: Condition<unknown>): FindOperator<unknown> {
  if (condition === null) return IsNull()
  if (typeof condition !== 'object') return Equal(condition)
  const c = condition as Record<string, unknown>
  if ('oneOf' in c) return In(c['oneOf'] as unknown[])
  if ('noneOf' in c) return Not(In(c['noneOf'] as unknown[]))
  if ('not' in c) return c['not'] === null ? Not(IsNull()) : Not(Equal(c['not']))
  if ('atMost' in c) return LessThanOrEqual(c['atMost'])
  if ('atLeast' in c) return MoreThanOrEqual(c['atLeast'])
  if ('below' in c) return LessThan(c['below'])
  if ('above' in c) return MoreThan(c['above'])
  if ('from' in c && 'before' in c) return And(MoreThanOrEqual(c['from']), LessThan(c['before']))
  if ('startsWith' in c) return Like(`${(c['startsWith'] as string).replace(/[%_\\]/g, '')}%`)
  throw new TypeError(`unknown condition ${JSON.stringify(condition)}`)
}

function conditions<R>(where: Where<R>): Conditions {
  const result: Record<string, unknown> = {}
  for (const [column, condition] of Object.entries(where)) {
    // An undefined condition would mean "any row": a bug that shows other people's data, so it is refused.
    if (condition === undefined) throw new TypeError(`condition on ${column} is undefined`)
    result[column] = operator(condition)
  }
  return result
}

export function tenantTable<R extends Row>(manager: EntityManager, schema: EntitySchema<Row>): TenantTable<R> {
  const repository = manager.getRepository<ObjectLiteral>(schema)
  const select = (where: Conditions, options: FindOptions<R> = {}): Promise<R[]> =>
    repository.find({
      where,
      ...(options.order ? { order: options.order } : {}),
      ...(options.limit ? { take: options.limit } : {}),
    }) as unknown as Promise<R[]>
  const change = async (where: Conditions, set: object): Promise<number> => {
    const result = await repository
      .createQueryBuilder()
      .update()
      .set({ ...set })
      .where(where)
      .updateEntity(false)
      .execute()
    return result.affected ?? affectedRows(result.raw)
  }
  const scoped = (tenantId: string, where: Where<R>): Conditions => {
    if (!tenantId) throw new TypeError('a tenant is needed')
    return { ...conditions(where), tenantId: Equal(tenantId) }
  }
  return {
    insert: async row => {
      await repository.insert({ ...row })
    },
    insertIfAbsent: async row => {
      const result = await repository
        .createQueryBuilder()
        .insert()
        .values({ ...row })
        .orIgnore()
        .updateEntity(false)
        .execute()
      // SQLite's driver answers with a row id, old or new: only changes() tells, and nothing can come between on its one connection.
      if (typeof result.raw === 'number') return Number((await manager.query<{ n: number }[]>('SELECT changes() AS n'))[0]?.n) > 0
      return affectedRows(result.raw) > 0
    },
    insertMany: async rows => {
      for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT)
        await repository.insert(rows.slice(at, at + ROWS_PER_STATEMENT).map(row => ({ ...row })))
    },
    get: async (tenantId, id) => (await select(scoped(tenantId, { id } as Where<R>), { limit: 1 }))[0],
    first: async (tenantId, where, options) => (await select(scoped(tenantId, where), { ...options, limit: 1 }))[0],
    find: (tenantId, where, options) => select(scoped(tenantId, where), options),
    count: (tenantId, where) => repository.count({ where: scoped(tenantId, where) }),
    tally: async (tenantId, by, where, { sum, limit = 1000 } = {}) => {
      const query = repository
        .createQueryBuilder('t')
        .select('COUNT(*)', 'rows_n')
        .addSelect(sum === undefined ? '0' : `SUM(t.${sum})`, 'sum_n')
        .where(scoped(tenantId, where))
        .orderBy('rows_n', 'DESC')
        .limit(limit)
      for (const column of by) query.addSelect(`t.${column}`, `t_${column}`).addGroupBy(`t.${column}`).addOrderBy(`t.${column}`, 'ASC')
      const rows: Record<string, unknown>[] = await query.getRawMany()
      return rows.map(row => ({
        ...Object.fromEntries(by.map(column => [column, row[`t_${column}`]])),
        rows: Number(row['rows_n']),
        sum: Number(row['sum_n'] ?? 0),
      })) as Awaited<ReturnType<TenantTable<R>['tally']>>
    },
    pick: (tenantId, columns, where, options = {}) =>
      repository.find({
        select: Object.fromEntries(columns.map(column => [column, true])),
        where: scoped(tenantId, where),
        ...(options.order ? { order: options.order } : {}),
        ...(options.limit ? { take: options.limit } : {}),
      }) as never,
    update: (tenantId, where, set) => change(scoped(tenantId, where), set),
    remove: async (tenantId, where) => {
      const result = await repository.delete(scoped(tenantId, where))
      return result.affected ?? 0
    },
    acrossTenantsFind: (where, options) => select(conditions(where), options),
    acrossTenantsDistinct: (columns, where, limit) =>
      repository
        .createQueryBuilder('t')
        .select(columns.map(column => `t.${column}`))
        .distinct(true)
        .where(conditions(where))
        .limit(limit)
        .getRawMany()
        .then(rows =>
          rows.map(row => Object.fromEntries(columns.map(column => [column, (row as Record<string, unknown>)[`t_${column}`]]))),
        ) as ReturnType<TenantTable<R>['acrossTenantsDistinct']>,
    acrossTenantsUpdate: (where, set) => change(conditions(where), set),
  }
}

function affectedRows(raw: unknown): number {
  if (typeof raw === 'object' && raw !== null) {
    const result = raw as { affectedRows?: number; changes?: number }
    return result.affectedRows ?? result.changes ?? 0
  }
  return 0
}
