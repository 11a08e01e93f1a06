// Timers: what is promised, and what is to happen when, by ticket.
import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

const text = (name: string, length: number, isNullable = false): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  isNullable,
})

export class Timers1796200000000 implements MigrationInterface {
  readonly name = 'Timers1796200000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'timers',
        columns: [
          { ...text('id', 80), isPrimary: true },
          text('tenantId', 36),
          text('ticketId', 36),
          text('subject', 64),
          text('kind', 32),
          text('clock', 8),
          text('startedAt', 24),
          { name: 'minutes', type: 'double' },
          text('dueAt', 24),
          text('warnAt', 24, true),
          text('pausedAt', 24, true),
          { name: 'pausedMinutes', type: 'double' },
          text('breachedAt', 24, true),
          text('doneAt', 24, true),
          text('outcome', 16, true),
        ],
        indices: [
          { name: 'ix_timers_tenantId_ticketId', columnNames: ['tenantId', 'ticketId'], isUnique: false },
          { name: 'ix_timers_doneAt_dueAt', columnNames: ['doneAt', 'dueAt'], isUnique: false },
          { name: 'ix_timers_doneAt_warnAt', columnNames: ['doneAt', 'warnAt'], isUnique: false },
        ],
      }),
      true,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('timers')
  }
}
