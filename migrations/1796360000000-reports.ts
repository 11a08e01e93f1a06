// Reports have versions, scopes and a path to the customer; events are counted by the hour; the score is kept by the day.
import { Table, TableColumn, TableIndex, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

const text = (name: string, length: number, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  ...rest,
})
const index = (table: string, columns: readonly string[], isUnique = false) => ({
  name: `ix_${table}_${columns.join('_')}`.slice(0, 60),
  columnNames: [...columns],
  isUnique,
})
/** For figures over a period. */
const added: readonly (readonly [string, readonly string[]])[] = [
  ['tickets', ['tenantId', 'createdAt']],
  ['tickets', ['tenantId', 'closedAt']],
  ['timers', ['tenantId', 'dueAt']],
  ['ticket_transitions', ['tenantId', 'at']],
]

export class Reports1796360000000 implements MigrationInterface {
  readonly name = 'Reports1796360000000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    const long = mysql ? 'longtext' : 'text'
    const int = mysql ? 'int' : 'integer'
    await runner.dropIndex('reports', 'ix_reports_tenantId_kind_period')
    await runner.addColumns('reports', [
      new TableColumn(text('scope', 200, { default: "''" })),
      new TableColumn({ name: 'version', type: int, default: 1 }),
      new TableColumn(text('state', 16, { default: "'sent'" })),
      new TableColumn({ name: 'content', type: long, isNullable: true }),
      new TableColumn(text('sentAt', 24, { isNullable: true })),
    ])
    await runner.createIndex('reports', new TableIndex(index('reports', ['tenantId', 'kind', 'period', 'scope', 'version'], true)))
    await runner.createIndex('reports', new TableIndex(index('reports', ['tenantId', 'number'])))
    await runner.createTable(
      new Table({
        name: 'event_hours',
        columns: [
          text('id', 64, { isPrimary: true }),
          text('tenantId', 36),
          text('hour', 24),
          text('sourceId', 36),
          text('dataset', 64),
          { name: 'events', type: int },
        ],
        indices: [index('event_hours', ['tenantId', 'hour'])],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'score_days',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('tenantId', 36),
          text('day', 10),
          { name: 'score', type: 'double' },
          text('grade', 8),
          { name: 'trusted', type: int },
          { name: 'content', type: long },
          text('createdAt', 24),
        ],
        indices: [index('score_days', ['tenantId', 'day'], true)],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'report_files',
        columns: [
          text('id', 64, { isPrimary: true }),
          text('tenantId', 36),
          text('reportId', 36),
          text('format', 8),
          text('room', 16, { isNullable: true }),
          { name: 'base64', type: long, isNullable: true },
          { name: 'attempts', type: int },
          text('createdAt', 24),
        ],
        indices: [index('report_files', ['tenantId', 'reportId']), index('report_files', ['room', 'createdAt'])],
      }),
      true,
    )
    for (const [table, columns] of added) await runner.createIndex(table, new TableIndex(index(table, columns)))
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of added) await runner.dropIndex(table, index(table, columns).name)
    for (const name of ['report_files', 'score_days', 'event_hours']) await runner.dropTable(name)
    await runner.query("DELETE FROM reports WHERE version > 1 OR scope <> ''")
    await runner.dropIndex('reports', 'ix_reports_tenantId_number')
    await runner.dropIndex('reports', index('reports', ['tenantId', 'kind', 'period', 'scope', 'version']).name)
    await runner.dropColumns('reports', ['scope', 'version', 'state', 'content', 'sentAt'])
    await runner.createIndex('reports', new TableIndex(index('reports', ['tenantId', 'kind', 'period'], true)))
  }
}
