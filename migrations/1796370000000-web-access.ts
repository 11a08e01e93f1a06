// Passwords and sessions of the big screen.
import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

const text = (name: string, length: number, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  ...rest,
})

export class WebAccess1796370000000 implements MigrationInterface {
  readonly name = 'WebAccess1796370000000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    await runner.createTable(
      new Table({
        name: 'web_passwords',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('tenantId', 36),
          text('hash', 300),
          { name: 'failures', type: mysql ? 'int' : 'integer' },
          text('lockedUntil', 24, { isNullable: true }),
          text('updatedAt', 24),
        ],
        indices: [{ name: 'ix_web_passwords_tenantId', columnNames: ['tenantId'], isUnique: false }],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'web_sessions',
        columns: [text('id', 64, { isPrimary: true }), text('tenantId', 36), text('personId', 36), text('kind', 8), text('expiresAt', 24)],
        indices: [{ name: 'ix_web_sessions_tenantId_personId', columnNames: ['tenantId', 'personId'], isUnique: false }],
      }),
      true,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('web_sessions')
    await runner.dropTable('web_passwords')
  }
}
