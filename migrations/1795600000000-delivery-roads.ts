// Deliveries know their road, what they are about and whether they wait for a digest; alerts know the product they came from;
// preferences, signed links and tokens have tables.
import { Table, TableColumn, TableIndex, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

const text = (name: string, length: number, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  ...rest,
})

const deliveryColumns = [
  text('road', 16, { default: "'robot'" }),
  text('kind', 40, { default: "''" }),
  text('level', 4, { isNullable: true }),
  text('topic', 40, { default: "''" }),
  text('heldUntil', 24, { isNullable: true }),
  text('heldWhy', 24, { isNullable: true }),
  text('mergedInto', 36, { isNullable: true }),
]

export class DeliveryRoads1795600000000 implements MigrationInterface {
  readonly name = 'DeliveryRoads1795600000000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    const long = (name: string, isNullable = false): TableColumnOptions => ({ name, type: mysql ? 'longtext' : 'text', isNullable })
    const key = (length = 36): TableColumnOptions => text('id', length, { isPrimary: true })
    await runner.addColumns(
      'deliveries',
      deliveryColumns.map(column => new TableColumn(column)),
    )
    await runner.createIndex(
      'deliveries',
      new TableIndex({ name: 'ix_deliveries_chatId_state', columnNames: ['chatId', 'state'], isUnique: false }),
    )
    await runner.addColumns('alerts', [
      new TableColumn(text('fingerprint', 128, { isNullable: true })),
      new TableColumn(text('resolvedAt', 24, { isNullable: true })),
      new TableColumn(long('stories', true)),
    ])
    await runner.createTable(
      new Table({
        name: 'preferences',
        columns: [key(), text('tenantId', 36), text('scope', 160), long('settings'), text('updatedAt', 24)],
        indices: [{ name: 'ix_preferences_tenantId_scope', columnNames: ['tenantId', 'scope'], isUnique: true }],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'decision_links',
        columns: [
          key(64),
          text('tenantId', 36),
          text('userId', 64),
          text('disposal', 64),
          text('expiresAt', 24),
          text('usedAt', 24, { isNullable: true }),
          text('createdAt', 24),
        ],
        indices: [{ name: 'ix_decision_links_expiresAt', columnNames: ['expiresAt'], isUnique: false }],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'service_tokens',
        columns: [
          key(160),
          text('tenantId', 36),
          long('sealed', true),
          text('expiresAt', 24, { isNullable: true }),
          text('fetchingUntil', 24, { isNullable: true }),
        ],
        indices: [],
      }),
      true,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['service_tokens', 'decision_links', 'preferences']) await runner.dropTable(name)
    await runner.dropColumns('alerts', ['fingerprint', 'resolvedAt', 'stories'])
    await runner.dropIndex('deliveries', 'ix_deliveries_chatId_state')
    await runner.dropColumns(
      'deliveries',
      deliveryColumns.map(column => column.name),
    )
  }
}
