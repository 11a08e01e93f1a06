// Findings, their transitions, and the scanners' files they came from.
import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

const text = (name: string, length: number, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  ...rest,
})

export class Findings1796100000000 implements MigrationInterface {
  readonly name = 'Findings1796100000000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    const long = (name: string): TableColumnOptions => ({ name, type: mysql ? 'longtext' : 'text', isNullable: false })
    const int = (name: string): TableColumnOptions => ({ name, type: mysql ? 'int' : 'integer' })
    const optional = (name: string): TableColumnOptions => text(name, 24, { isNullable: true })
    const index = (table: string, columns: readonly string[], isUnique = false) => ({
      name: `ix_${table}_${columns.join('_')}`.slice(0, 60),
      columnNames: [...columns],
      isUnique,
    })
    await runner.createTable(
      new Table({
        name: 'findings',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('tenantId', 36),
          text('identity', 64),
          text('kind', 24),
          text('engine', 32),
          text('checkKey', 200),
          text('title', 300),
          text('severity', 16),
          text('host', 253),
          int('port'),
          text('protocol', 8),
          text('state', 24),
          long('details'),
          int('occurrences'),
          int('reopened'),
          text('firstSeenAt', 24),
          text('lastSeenAt', 24),
          optional('uncoveredSince'),
          optional('fixedAt'),
          text('dueAt', 24),
          optional('holdsUntil'),
          text('updatedAt', 24),
        ],
        indices: [
          index('findings', ['tenantId', 'identity'], true),
          index('findings', ['tenantId', 'host']),
          index('findings', ['tenantId', 'state', 'dueAt']),
        ],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'finding_transitions',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('tenantId', 36),
          text('findingId', 36),
          text('from', 24, { isNullable: true }),
          text('to', 24),
          int('rule'),
          text('by', 64),
          text('at', 24),
          long('evidence'),
        ],
        indices: [index('finding_transitions', ['tenantId', 'findingId', 'at'])],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'scan_imports',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('tenantId', 36),
          text('file', 200),
          text('sha256', 64),
          text('format', 32),
          text('engine', 32),
          text('scope', 64),
          text('by', 64),
          text('at', 24),
          long('figures'),
        ],
        indices: [index('scan_imports', ['tenantId', 'scope', 'id'])],
      }),
      true,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['scan_imports', 'finding_transitions', 'findings']) await runner.dropTable(name)
  }
}
