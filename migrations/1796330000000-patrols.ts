// Patrols: runs, their slices, what was covered, how often passwords were tried, and the versions of what is patrolled when.
import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

const text = (name: string, length: number, isNullable = false): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  isNullable,
})
const index = (table: string, columnNames: string[], isUnique = false) => ({
  name: `ix_${table}_${columnNames.join('_')}`.slice(0, 60),
  columnNames,
  isUnique,
})

export class Patrols1796330000000 implements MigrationInterface {
  readonly name = 'Patrols1796330000000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    const type = mysql ? 'longtext' : 'text'
    const int = (name: string): TableColumnOptions => ({ name, type: mysql ? 'int' : 'integer' })
    const long = (name: string, isNullable = false): TableColumnOptions => ({ name, type, isNullable })
    const id: TableColumnOptions = { ...text('id', 36), isPrimary: true }
    await runner.createTable(
      new Table({
        name: 'patrol_runs',
        columns: [
          id,
          text('tenantId', 36),
          text('number', 64),
          text('kind', 32),
          long('targets'),
          text('letter', 64),
          text('requestedBy', 64),
          text('state', 16),
          text('startAt', 24),
          text('startedAt', 24, true),
          text('finishedAt', 24, true),
          long('plan'),
          long('receipt', true),
          int('slicesDone'),
          text('stopWantedBy', 64, true),
          text('stopWantedAt', 24, true),
          text('claimedBy', 100, true),
          text('claimedUntil', 24, true),
          long('why', true),
          text('createdAt', 24),
        ],
        indices: [
          index('patrol_runs', ['tenantId', 'number'], true),
          index('patrol_runs', ['state', 'startAt']),
          index('patrol_runs', ['tenantId', 'kind', 'createdAt']),
        ],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'patrol_slices',
        columns: [
          id,
          text('tenantId', 36),
          text('runId', 36),
          int('ordinal'),
          long('hosts'),
          text('state', 16),
          int('attempts'),
          text('startedAt', 24, true),
          text('finishedAt', 24, true),
          long('why', true),
        ],
        indices: [index('patrol_slices', ['tenantId', 'runId', 'ordinal'], true)],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'scan_coverage',
        columns: [
          id,
          text('tenantId', 36),
          text('runId', 36),
          text('host', 64),
          text('checkKey', 100),
          text('engine', 32),
          text('outcome', 16),
          long('ports'),
          long('why'),
          text('at', 24),
        ],
        indices: [index('scan_coverage', ['tenantId', 'runId']), index('scan_coverage', ['tenantId', 'host', 'checkKey', 'at'])],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'password_tries',
        columns: [
          { ...text('id', 64), isPrimary: true },
          text('tenantId', 36),
          text('account', 300),
          long('entries'),
          int('version'),
          text('updatedAt', 24),
        ],
        indices: [index('password_tries', ['tenantId'])],
      }),
      true,
    )
    await runner.createTable(
      new Table({
        name: 'strategy_versions',
        columns: [
          id,
          text('tenantId', 36),
          int('version'),
          long('patrols'),
          long('why'),
          text('by', 64),
          text('approvedBy', 64, true),
          text('at', 24),
        ],
        indices: [index('strategy_versions', ['tenantId', 'version'], true)],
      }),
      true,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['strategy_versions', 'password_tries', 'scan_coverage', 'patrol_slices', 'patrol_runs'])
      await runner.dropTable(name)
  }
}
