// Column kinds that mean the same on SQLite and MySQL/MariaDB; used by tables.ts and mirrored by the migrations.
import type { EntitySchemaColumnOptions, ValueTransformer } from 'typeorm'

export type DatabaseKind = 'sqlite' | 'mysql'

export type ColumnKind =
  | { readonly type: 'text'; readonly length: number; readonly nullable?: boolean; readonly default?: string }
  | { readonly type: 'long'; readonly nullable?: boolean }
  | { readonly type: 'json'; readonly nullable?: boolean }
  | { readonly type: 'int'; readonly nullable?: boolean; readonly default?: number }
  | { readonly type: 'real' }

/** Short text; compared byte for byte (utf8mb4_bin on MySQL, BINARY on SQLite). */
export const text = (length = 64): ColumnKind => ({ type: 'text', length })
/** For columns added to tables that have rows. */
export const textOr = (length: number, value: string): ColumnKind => ({ type: 'text', length, default: value })
export const optionalText = (length = 64): ColumnKind => ({ type: 'text', length, nullable: true })
/** Instant: 24 characters, so that text order is time order. */
export const time: ColumnKind = { type: 'text', length: 24 }
export const optionalTime: ColumnKind = { type: 'text', length: 24, nullable: true }
export const long: ColumnKind = { type: 'long' }
export const optionalLong: ColumnKind = { type: 'long', nullable: true }
export const json: ColumnKind = { type: 'json' }
export const optionalJson: ColumnKind = { type: 'json', nullable: true }
export const int: ColumnKind = { type: 'int' }
/** For columns added to tables that have rows. */
export const intOr = (value: number): ColumnKind => ({ type: 'int', default: value })
export const optionalInt: ColumnKind = { type: 'int', nullable: true }
export const real: ColumnKind = { type: 'real' }

// SQLite's driver cuts text at a NUL byte, MySQL keeps it: both get a space instead.
const withoutNul: ValueTransformer = {
  to: (value: unknown) => (typeof value === 'string' ? value.replaceAll('\0', ' ') : value),
  from: (value: unknown) => value,
}
const asJson: ValueTransformer = {
  to: (value: unknown) => (value === undefined ? undefined : JSON.stringify(value)),
  from: (value: unknown) => (typeof value === 'string' ? (JSON.parse(value) as unknown) : value),
}

export function columnOptions(kind: ColumnKind, database: DatabaseKind): EntitySchemaColumnOptions {
  switch (kind.type) {
    case 'text':
      return {
        type: 'varchar',
        length: kind.length,
        nullable: kind.nullable ?? false,
        transformer: withoutNul,
        ...(kind.default === undefined ? {} : { default: kind.default }),
      }
    case 'long':
      return { type: database === 'sqlite' ? 'text' : 'longtext', nullable: kind.nullable ?? false, transformer: withoutNul }
    case 'json':
      return { type: database === 'sqlite' ? 'text' : 'longtext', nullable: kind.nullable ?? false, transformer: asJson }
    case 'int':
      return {
        type: database === 'sqlite' ? 'integer' : 'int',
        nullable: kind.nullable ?? false,
        ...(kind.default === undefined ? {} : { default: kind.default }),
      }
    case 'real':
      return { type: 'double' }
  }
}
