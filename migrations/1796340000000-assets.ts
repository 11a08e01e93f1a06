// Assets, what they are recognised by, their services; what people do about findings, their re-verifications and closure certificates.
import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

const text = (name: string, length: number, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  ...rest,
})
const optional = (name: string, length = 24): TableColumnOptions => text(name, length, { isNullable: true })

export class Assets1796340000000 implements MigrationInterface {
  readonly name = 'Assets1796340000000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    const long = (name: string, isNullable = false): TableColumnOptions => ({ name, type: mysql ? 'longtext' : 'text', isNullable })
    const int = (name: string, isNullable = false): TableColumnOptions => ({ name, type: mysql ? 'int' : 'integer', isNullable })
    const index = (table: string, columns: readonly string[], isUnique = false) => ({
      name: `ix_${table}_${columns.join('_')}`.slice(0, 60),
      columnNames: [...columns],
      isUnique,
    })
    const create = (name: string, columns: TableColumnOptions[], indices: readonly (readonly [readonly string[], boolean?])[]) =>
      runner.createTable(
        new Table({
          name,
          columns: [text('id', 36, { isPrimary: true }), text('tenantId', 36), ...columns],
          indices: indices.map(([names, isUnique]) => index(name, names, isUnique)),
        }),
        true,
      )
    await create(
      'assets',
      [
        text('name', 100),
        text('kind', 40),
        text('address', 45),
        text('segment', 64),
        long('addresses'),
        text('hostname', 253),
        text('os', 200),
        text('business', 100),
        int('businessImportance', true),
        optional('owner', 64),
        text('ownerName', 100),
        text('place', 200),
        long('cia', true),
        int('value'),
        long('proposal', true),
        text('status', 16),
        text('statusSince', 24),
        int('missedRounds'),
        text('firstRun', 64),
        text('lastRun', 64),
        long('sources'),
        text('firstSeenAt', 24),
        optional('lastSeenAt'),
        text('updatedAt', 24),
      ],
      [[['tenantId', 'address']], [['tenantId', 'status', 'firstSeenAt']], [['tenantId', 'owner']]],
    )
    await create(
      'asset_keys',
      [text('assetId', 36), text('kind', 16), text('value', 200), text('lastSeenAt', 24)],
      [[['tenantId', 'kind', 'value'], true], [['tenantId', 'assetId']]],
    )
    await create(
      'asset_services',
      [
        text('assetId', 36),
        text('address', 45),
        int('port'),
        text('protocol', 8),
        text('name', 64),
        text('product', 200),
        text('version', 100),
        text('fingerprint', 300),
        text('firstSeenAt', 24),
        text('lastSeenAt', 24),
        optional('closedAt'),
      ],
      [[['tenantId', 'assetId', 'address', 'port', 'protocol'], true], [['tenantId', 'port']]],
    )
    await create(
      'finding_cases',
      [
        text('number', 64),
        optional('assetId', 36),
        optional('owner', 64),
        optional('dispatchedAt'),
        long('extension', true),
        long('assessment', true),
        optional('assessedAt'),
        text('updatedAt', 24),
      ],
      [[['tenantId', 'number'], true], [['tenantId', 'owner']], [['tenantId', 'dispatchedAt']], [['tenantId', 'assessedAt']]],
    )
    await create(
      'retests',
      [
        text('findingId', 36),
        text('number', 64),
        text('engine', 32),
        text('checkKey', 200),
        text('host', 253),
        int('port'),
        text('protocol', 8),
        text('state', 16),
        long('before'),
        long('answer', true),
        int('tries'),
        text('requestedBy', 64),
        text('requestedAt', 24),
        optional('finishedAt'),
      ],
      [[['tenantId', 'state']], [['tenantId', 'findingId']]],
    )
    await create(
      'closure_certificates',
      [text('findingId', 36), text('number', 64), long('content'), text('hash', 64), text('issuedAt', 24)],
      [[['tenantId', 'findingId']], [['tenantId', 'issuedAt']]],
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['closure_certificates', 'retests', 'finding_cases', 'asset_services', 'asset_keys', 'assets'])
      await runner.dropTable(name)
  }
}
