// Compares the declared rows of one kind and one tenant with the stored ones; the result is steps, nothing is written here.
import { isAppError } from '../../errors.js'
import type { Row, Tables, TenantTable } from '../../ports/transaction.js'
import type { Secrets } from '../../ports/secrets.js'
import { sealContext, type SealedKind } from '../sealing.js'
import type { Change, ChangedThing } from './change.js'
import { sameValue } from './same-value.js'

export interface Step {
  readonly change: Change
  readonly tenantId: string
  write(tables: Tables): Promise<unknown>
}

export type Values<R extends Row> = Omit<R, 'id' | 'tenantId'>

export interface RowKind<R extends Row> {
  readonly what: ChangedThing
  table(tables: Tables): TenantTable<R>
  /** What the file calls the row; it never changes. */
  idOf(row: R): string
  nameOf(row: R): string
  /** Names of the file where they differ from the columns. */
  readonly fieldNames?: { readonly [K in keyof R]?: string }
  /** The column that is stored sealed; in `Wanted` it is plain. */
  readonly sealed?: { readonly column: keyof R & string; readonly context: SealedKind }
}

export interface Wanted<R extends Row> {
  readonly id: string
  values(rowId: string): Values<R>
}

export interface Owner {
  readonly id: string
  readonly code: string
}

export interface PlanTools {
  readonly secrets: Secrets
  newId(): string
}

export interface Reconciled<R extends Row> {
  readonly steps: readonly Step[]
  /** The rows as they will be. */
  readonly rows: readonly R[]
  readonly removed: readonly R[]
}

/** @param removes which of the rows that are not wanted go away */
export function reconcile<R extends Row>(
  kind: RowKind<R>,
  owner: Owner,
  have: readonly R[],
  want: readonly Wanted<R>[],
  removes: (row: R) => boolean,
  tools: PlanTools,
): Reconciled<R> {
  const stored = new Map(have.map(row => [kind.idOf(row), row]))
  const steps: Step[] = []
  const rows: R[] = []
  const change = (verb: Change['kind'], row: R, fields: readonly string[] = []): Change => {
    return { kind: verb, what: kind.what, tenant: owner.code, id: kind.idOf(row), name: kind.nameOf(row), fields }
  }
  for (const wanted of want) {
    const old = stored.get(wanted.id)
    stored.delete(wanted.id)
    const rowId = old?.id ?? tools.newId()
    const values = sealedAgain(kind, rowId, wanted.values(rowId), old, tools.secrets)
    const row = { ...values, id: rowId, tenantId: owner.id } as unknown as R
    rows.push(row)
    if (!old) {
      steps.push({ change: change('create', row), tenantId: owner.id, write: tables => kind.table(tables).insert(row) })
      continue
    }
    const changed = (Object.keys(values) as (keyof Values<R> & string)[]).filter(key => !sameValue(values[key], old[key]))
    if (changed.length === 0) continue
    const set = Object.fromEntries(changed.map(key => [key, values[key]])) as unknown as Partial<Values<R>>
    const fields = changed.map(key => kind.fieldNames?.[key] ?? key)
    steps.push({
      change: change('update', row, fields),
      tenantId: owner.id,
      write: tables => kind.table(tables).update(owner.id, byId<R>(rowId), set),
    })
  }
  const removed: R[] = []
  for (const row of stored.values()) {
    if (!removes(row)) {
      rows.push(row)
      continue
    }
    removed.push(row)
    steps.push({
      change: change('remove', row),
      tenantId: owner.id,
      write: tables => kind.table(tables).remove(owner.id, byId<R>(row.id)),
    })
  }
  return { steps, rows, removed }
}

function byId<R extends Row>(id: string): Parameters<TenantTable<R>['update']>[1] {
  return { id } as Parameters<TenantTable<R>['update']>[1]
}

/** Sealing gives another text each time, so an unchanged secret keeps the text it has. */
function sealedAgain<R extends Row>(kind: RowKind<R>, rowId: string, values: Values<R>, old: R | undefined, secrets: Secrets): Values<R> {
  if (!kind.sealed) return values
  const { column, context } = kind.sealed
  const plain = (values as Record<string, unknown>)[column]
  if (typeof plain !== 'string') return values
  const before = old?.[column]
  const place = sealContext(context, rowId)
  const same = typeof before === 'string' && opened(secrets, before, place) === plain
  return { ...values, [column]: same ? before : secrets.seal(plain, place) }
}

/** Undefined for what cannot be opened (another SECRET_KEY): it is sealed anew. */
function opened(secrets: Secrets, sealed: string, place: string): string | undefined {
  try {
    return secrets.open(sealed, place)
  } catch (error) {
    if (isAppError(error, 'SECRET_UNREADABLE')) return undefined
    throw error
  }
}
