// Cases beside incidents and their transitions.
import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

const text = (name: string, length: number, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  ...rest,
})

export class Cases1796320000000 implements MigrationInterface {
  readonly name = 'Cases1796320000000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    const long = (name: string): TableColumnOptions => ({ name, type: mysql ? 'longtext' : 'text', isNullable: false })
    const index = (table: string, columns: readonly string[], isUnique = false) => ({
      name: `ix_${table}_${columns.join('_')}`.slice(0, 60),
      columnNames: [...columns],
      isUnique,
    })
    await runner.createTable(
      new Table({
        name: 'cases',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('tenantId', 36),
          text('number', 64),
          text('kind', 32),
          text('state', 32),
          text('title', 300),
          text('severity', 16),
          text('owner', 64, { isNullable: true }),
          text('until', 24, { isNullable: true }),
          text('origin', 64, { isNullable: true }),
          text('identity', 200),
          long('details'),
          text('openedBy', 64),
          text('createdAt', 24),
          text('updatedAt', 24),
          text('closedAt', 24, { isNullable: true }),
        ],
        indices: [
          index('cases', ['tenantId', 'number'], true),
          index('cases', ['tenantId', 'kind', 'state']),
          index('cases', ['tenantId', 'identity']),
        ],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'case_transitions',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('tenantId', 36),
          text('caseId', 36),
          text('from', 32, { isNullable: true }),
          text('to', 32),
          { name: 'rule', type: mysql ? 'int' : 'integer' },
          text('by', 64),
          text('at', 24),
          text('channel', 16),
          long('evidence'),
        ],
        indices: [index('case_transitions', ['tenantId', 'caseId', 'at'])],
      }),
      true,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['case_transitions', 'cases']) await runner.dropTable(name)
  }
}
