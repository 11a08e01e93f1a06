// Sources may be files, and each has a row about its wellbeing.
import { Table, TableColumn, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

export class SourceHealth1795700300000 implements MigrationInterface {
  readonly name = 'SourceHealth1795700300000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    const text = (name: string, length: number, isNullable = false): TableColumnOptions => ({
      name,
      type: 'varchar',
      length: String(length),
      isNullable,
    })
    const json = (name: string, isNullable = false): TableColumnOptions => ({ name, type: mysql ? 'longtext' : 'text', isNullable })
    const int = (name: string, isNullable = false): TableColumnOptions => ({ name, type: mysql ? 'int' : 'integer', isNullable })
    await runner.addColumn('sources', new TableColumn(json('paths', true)))
    await runner.createTable(
      new Table({
        name: 'source_health',
        columns: [
          { ...text('id', 36), isPrimary: true },
          text('tenantId', 36),
          text('lastEventAt', 24, true),
          json('counts'),
          int('skewSeconds', true),
          int('dropped'),
          text('droppedAt', 24, true),
          json('rhythm'),
          json('problems'),
          int('droppedTold'),
          text('checkedAt', 24, true),
        ],
        indices: [{ name: 'ix_source_health_tenantId', columnNames: ['tenantId'], isUnique: false }],
      }),
      true,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('source_health')
    await runner.dropColumn('sources', 'paths')
  }
}
