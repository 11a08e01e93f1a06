// Suppressions with an end and a reason, and the versions of the triage models.
import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

const text = (name: string, length: number, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  ...rest,
})

export class SuppressionsAndTriage1795640000000 implements MigrationInterface {
  readonly name = 'SuppressionsAndTriage1795640000000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    const long = (name: string): TableColumnOptions => ({ name, type: mysql ? 'longtext' : 'text', isNullable: false })
    const id = text('id', 36, { isPrimary: true })
    await runner.createTable(
      new Table({
        name: 'suppressions',
        columns: [
          id,
          text('tenantId', 36),
          text('kind', 24),
          text('subject', 128),
          long('scope'),
          long('reason'),
          text('state', 16),
          text('proposedBy', 64),
          text('proposedAt', 24),
          text('confirmedBy', 64, { isNullable: true }),
          text('since', 24, { isNullable: true }),
          text('until', 24),
          { name: 'hits', type: mysql ? 'int' : 'integer', isNullable: false },
          text('lastHitAt', 24, { isNullable: true }),
        ],
        indices: [{ name: 'ix_suppressions_tenantId_state_until', columnNames: ['tenantId', 'state', 'until'], isUnique: false }],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'triage_models',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('tenantId', 36),
          { name: 'version', type: mysql ? 'int' : 'integer', isNullable: false },
          text('state', 16),
          text('cursor', 24),
          long('weights'),
          long('heldBack'),
          text('updatedAt', 24),
        ],
        indices: [{ name: 'ix_triage_models_tenantId_version', columnNames: ['tenantId', 'version'], isUnique: true }],
      }),
      true,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['triage_models', 'suppressions']) await runner.dropTable(name)
  }
}
