// Files people send the bot alone have a table; their bytes are sealed files.
import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

const text = (name: string, length: number, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  ...rest,
})

export class Uploads1795720000000 implements MigrationInterface {
  readonly name = 'Uploads1795720000000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    await runner.createTable(
      new Table({
        name: 'uploads',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('tenantId', 36),
          text('userId', 64),
          text('name', 200),
          text('kind', 16),
          { name: 'size', type: mysql ? 'int' : 'integer' },
          text('sha256', 64),
          text('receivedAt', 24),
          text('expiresAt', 24),
          text('removedAt', 24, { isNullable: true }),
        ],
        indices: [{ name: 'ix_uploads_tenantId_userId', columnNames: ['tenantId', 'userId'], isUnique: false }],
      }),
      true,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('uploads')
  }
}
