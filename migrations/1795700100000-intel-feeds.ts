// Lists of indicators that are read on schedule, and what became of each.
import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

const text = (name: string, length: number, isNullable = false): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  isNullable,
})

export class IntelFeeds1795700100000 implements MigrationInterface {
  readonly name = 'IntelFeeds1795700100000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    const long = (name: string, isNullable = false): TableColumnOptions => ({ name, type: mysql ? 'longtext' : 'text', isNullable })
    const int = (name: string, isNullable = false): TableColumnOptions => ({ name, type: mysql ? 'int' : 'integer', isNullable })
    const key: TableColumnOptions = { ...text('id', 36), isPrimary: true }
    await runner.createTable(
      new Table({
        name: 'intel_feeds',
        columns: [
          key,
          text('tenantId', 36),
          text('name', 64),
          text('url', 1000),
          text('format', 16),
          text('kind', 32),
          { name: 'confidence', type: 'double' },
          int('everySeconds'),
          long('columns'),
          text('tlp', 16, true),
          int('validDays', true),
          long('credential', true),
        ],
        indices: [{ name: 'ix_intel_feeds_tenantId_name', columnNames: ['tenantId', 'name'], isUnique: true }],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'intel_feed_states',
        columns: [
          key,
          text('tenantId', 36),
          text('nextAt', 24),
          text('fetchedAt', 24, true),
          text('importedAt', 24, true),
          text('declared', 64),
          text('etag', 200, true),
          text('lastModified', 64, true),
          int('entries'),
          int('refused'),
          int('failures'),
          long('error', true),
          text('createdAt', 24),
        ],
      }),
      true,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['intel_feed_states', 'intel_feeds']) await runner.dropTable(name)
  }
}
