// The rota, escalations, delegations, cases under the law's countdown, second signatures and phones.
import { Table, TableColumn, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

const text = (name: string, length: number, isNullable = false): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  isNullable,
})

export class DutyAndLeave1796310000000 implements MigrationInterface {
  readonly name = 'DutyAndLeave1796310000000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    const long = (name: string, isNullable = false): TableColumnOptions => ({ name, type: mysql ? 'longtext' : 'text', isNullable })
    const own = [{ ...text('id', 36), isPrimary: true }, text('tenantId', 36)]
    await runner.createTable(new Table({ name: 'duty_rotas', columns: [...own, long('plan')] }), true)
    await runner.createTable(
      new Table({
        name: 'escalations',
        columns: [
          { ...text('id', 80), isPrimary: true },
          text('tenantId', 36),
          text('ticketId', 36),
          text('subject', 64),
          text('state', 16),
          text('reason', 32),
          long('words'),
          text('requestedBy', 64),
          text('requestedAt', 24),
          text('startsAt', 24),
          text('expert', 64, true),
          text('acceptedBy', 64, true),
          text('acceptedAt', 24, true),
          text('endedAt', 24, true),
          long('outcome', true),
        ],
        indices: [
          { name: 'ix_escalations_tenantId_ticketId', columnNames: ['tenantId', 'ticketId'], isUnique: false },
          { name: 'ix_escalations_state_startsAt', columnNames: ['state', 'startsAt'], isUnique: false },
        ],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'delegations',
        columns: [...own, text('fromUser', 64), text('toUser', 64), text('until', 24), text('revokedAt', 24, true), text('createdAt', 24)],
        indices: [{ name: 'ix_delegations_tenantId_toUser', columnNames: ['tenantId', 'toUser'], isUnique: false }],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'regulatory_cases',
        columns: [
          ...own,
          text('incidentId', 36),
          text('subject', 64),
          text('state', 16),
          { name: 'grade', type: mysql ? 'int' : 'integer' },
          long('why'),
          long('facts'),
          text('filedBy', 64, true),
          text('reviewedBy', 64, true),
          text('decidedBy', 64, true),
          long('decision', true),
          text('startedAt', 24, true),
          text('dueAt', 24, true),
          text('createdAt', 24),
        ],
        indices: [{ name: 'ix_regulatory_cases_tenantId_subject', columnNames: ['tenantId', 'subject'], isUnique: false }],
      }),
      true,
    )
    await runner.addColumn('disposals', new TableColumn(long('signatures', true)))
    await runner.addColumn('people', new TableColumn(text('phone', 32, true)))
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('people', 'phone')
    await runner.dropColumn('disposals', 'signatures')
    for (const name of ['regulatory_cases', 'delegations', 'escalations', 'duty_rotas']) await runner.dropTable(name)
  }
}
