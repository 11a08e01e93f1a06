// The first schema: every table of the product, portable between SQLite and MySQL/MariaDB.
import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions, type TableIndexOptions } from 'typeorm'

type Column = (mysql: boolean) => TableColumnOptions
const text =
  (name: string, length: number, isNullable = false): Column =>
  () => ({ name, type: 'varchar', length: String(length), isNullable })
const key =
  (name: string, length: number): Column =>
  () => ({ name, type: 'varchar', length: String(length), isPrimary: true })
const long =
  (name: string, isNullable = false): Column =>
  mysql => ({ name, type: mysql ? 'longtext' : 'text', isNullable })
const int =
  (name: string, isNullable = false): Column =>
  mysql => ({ name, type: mysql ? 'int' : 'integer', isNullable })
const real =
  (name: string): Column =>
  () => ({ name, type: 'double' })

const tables: { name: string; columns: Column[]; indices: TableIndexOptions[] }[] = [
  {
    name: 'tenants',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      text('code', 32),
      text('name', 200),
      text('industry', 32),
      int('mlpsLevel'),
      text('authorizationMode', 32),
      text('timeZone', 64),
      text('manager', 64, true),
      long('settings'),
      text('createdAt', 24),
    ],
    indices: [{ name: 'ix_tenants_code', columnNames: ['code'], isUnique: true }],
  },
  {
    name: 'people',
    columns: [key('id', 36), text('tenantId', 36), text('userId', 64), text('name', 200), text('role', 32), text('mail', 200, true)],
    indices: [
      { name: 'ix_people_tenantId_userId', columnNames: ['tenantId', 'userId'], isUnique: true },
      { name: 'ix_people_userId', columnNames: ['userId'], isUnique: false },
    ],
  },
  {
    name: 'chat_groups',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      text('chatId', 128),
      text('name', 200),
      text('kind', 16),
      text('form', 32),
      text('robot', 64),
      long('webhook', true),
    ],
    indices: [
      { name: 'ix_chat_groups_chatId', columnNames: ['chatId'], isUnique: true },
      { name: 'ix_chat_groups_tenantId', columnNames: ['tenantId'], isUnique: false },
    ],
  },
  {
    name: 'robots',
    columns: [key('id', 36), text('tenantId', 36), text('name', 64), text('botId', 128), long('secret'), text('wsUrl', 500, true)],
    indices: [{ name: 'ix_robots_name', columnNames: ['name'], isUnique: true }],
  },
  {
    name: 'sources',
    columns: [key('id', 36), text('tenantId', 36), text('name', 64), text('type', 32), text('tokenHash', 64), long('networks')],
    indices: [
      { name: 'ix_sources_tenantId_name', columnNames: ['tenantId', 'name'], isUnique: true },
      { name: 'ix_sources_tokenHash', columnNames: ['tokenHash'], isUnique: true },
    ],
  },
  {
    name: 'devices',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      text('name', 64),
      text('kind', 32),
      text('address', 500),
      long('credential', true),
      long('protects'),
    ],
    indices: [{ name: 'ix_devices_tenantId_name', columnNames: ['tenantId', 'name'], isUnique: true }],
  },
  {
    name: 'authorization_letters',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      text('number', 64),
      long('targets'),
      long('exclude'),
      text('validFrom', 24),
      text('validTo', 24),
      text('window', 32, true),
      long('kinds'),
    ],
    indices: [{ name: 'ix_authorization_letters_tenantId_number', columnNames: ['tenantId', 'number'], isUnique: true }],
  },
  {
    name: 'alerts',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      text('number', 64),
      text('incidentId', 36),
      text('mergeKey', 300),
      text('modelId', 64),
      text('ruleId', 128),
      text('eventType', 64),
      text('severity', 16),
      text('attackResult', 16),
      text('title', 300),
      long('reason'),
      long('attack'),
      int('count'),
      text('firstAt', 24),
      text('lastAt', 24),
      text('createdAt', 24),
      real('strength'),
      text('author', 300, true),
      long('references'),
      long('evidence'),
      long('applied'),
    ],
    indices: [
      { name: 'ix_alerts_tenantId_mergeKey_lastAt', columnNames: ['tenantId', 'mergeKey', 'lastAt'], isUnique: false },
      { name: 'ix_alerts_tenantId_incidentId', columnNames: ['tenantId', 'incidentId'], isUnique: false },
      { name: 'ix_alerts_tenantId_createdAt', columnNames: ['tenantId', 'createdAt'], isUnique: false },
      { name: 'ix_alerts_tenantId_number', columnNames: ['tenantId', 'number'], isUnique: true },
    ],
  },
  {
    name: 'incidents',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      text('number', 64),
      text('groupKey', 300),
      text('title', 300),
      text('eventType', 64),
      text('severity', 16),
      text('attackResult', 16),
      long('victim'),
      long('attackers'),
      int('hits'),
      text('firstAt', 24),
      text('lastAt', 24),
      text('createdAt', 24),
      long('judgement'),
      long('verdict'),
      text('firstReportedAt', 24, true),
      int('reportedHits'),
      long('conclusion', true),
      text('traceId', 64),
    ],
    indices: [
      { name: 'ix_incidents_tenantId_groupKey_lastAt', columnNames: ['tenantId', 'groupKey', 'lastAt'], isUnique: false },
      { name: 'ix_incidents_tenantId_number', columnNames: ['tenantId', 'number'], isUnique: true },
      { name: 'ix_incidents_tenantId_createdAt', columnNames: ['tenantId', 'createdAt'], isUnique: false },
    ],
  },
  {
    name: 'tickets',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      text('number', 64),
      text('type', 16),
      text('subjectId', 36),
      text('state', 32),
      text('priority', 4),
      text('assignee', 64, true),
      text('claimedAt', 24, true),
      text('observeUntil', 24, true),
      text('closedAt', 24, true),
      text('createdAt', 24),
      text('updatedAt', 24),
    ],
    indices: [
      { name: 'ix_tickets_tenantId_subjectId', columnNames: ['tenantId', 'subjectId'], isUnique: true },
      { name: 'ix_tickets_tenantId_number', columnNames: ['tenantId', 'number'], isUnique: true },
      { name: 'ix_tickets_state_observeUntil', columnNames: ['state', 'observeUntil'], isUnique: false },
    ],
  },
  {
    name: 'ticket_transitions',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      text('ticketId', 36),
      text('from', 32, true),
      text('to', 32),
      int('rule'),
      text('by', 64),
      text('at', 24),
      text('channel', 16),
      long('evidence'),
      long('comment'),
    ],
    indices: [{ name: 'ix_ticket_transitions_tenantId_ticketId_at', columnNames: ['tenantId', 'ticketId', 'at'], isUnique: false }],
  },
  {
    name: 'disposals',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      text('number', 64),
      text('incidentId', 36, true),
      text('action', 32),
      text('target', 64),
      int('seconds'),
      long('reason'),
      long('effect'),
      text('state', 16),
      text('proposedBy', 64),
      text('proposedAt', 24),
      text('expiresAt', 24),
      text('decidedBy', 64, true),
      text('decidedAt', 24, true),
      text('decisionChannel', 16, true),
      text('deviceId', 36),
      int('attempts'),
      text('nextTryAt', 24, true),
      text('claimedBy', 100, true),
      text('claimedUntil', 24, true),
      text('executedAt', 24, true),
      text('verifiedAt', 24, true),
      text('leaseUntil', 24, true),
      text('releaseWanted', 200, true),
      text('releasedAt', 24, true),
      long('receipts'),
      long('error', true),
      text('traceId', 64),
    ],
    indices: [
      { name: 'ix_disposals_tenantId_number', columnNames: ['tenantId', 'number'], isUnique: true },
      { name: 'ix_disposals_nextTryAt', columnNames: ['nextTryAt'], isUnique: false },
      { name: 'ix_disposals_tenantId_state_target', columnNames: ['tenantId', 'state', 'target'], isUnique: false },
      { name: 'ix_disposals_tenantId_proposedAt', columnNames: ['tenantId', 'proposedAt'], isUnique: false },
      { name: 'ix_disposals_state_expiresAt', columnNames: ['state', 'expiresAt'], isUnique: false },
    ],
  },
  {
    name: 'announcements',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      text('kind', 64),
      long('refs'),
      text('key', 200),
      text('dueAt', 24),
      text('state', 16),
      int('attempts'),
      long('error', true),
      text('createdAt', 24),
    ],
    indices: [
      { name: 'ix_announcements_key', columnNames: ['key'], isUnique: true },
      { name: 'ix_announcements_state_dueAt', columnNames: ['state', 'dueAt'], isUnique: false },
    ],
  },
  {
    name: 'deliveries',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      text('robot', 64),
      text('chatId', 128),
      text('chatType', 16),
      long('message'),
      int('lane'),
      text('replyTo', 200, true),
      text('subject', 64),
      text('key', 200),
      text('state', 16),
      int('attempts'),
      text('nextTryAt', 24),
      text('expiresAt', 24, true),
      text('claimedBy', 100, true),
      text('claimedUntil', 24, true),
      text('externalId', 200, true),
      text('sentAt', 24, true),
      text('error', 64, true),
      text('createdAt', 24),
    ],
    indices: [
      { name: 'ix_deliveries_key', columnNames: ['key'], isUnique: true },
      { name: 'ix_deliveries_state_nextTryAt', columnNames: ['state', 'nextTryAt'], isUnique: false },
      { name: 'ix_deliveries_tenantId_subject', columnNames: ['tenantId', 'subject'], isUnique: false },
      { name: 'ix_deliveries_tenantId_createdAt', columnNames: ['tenantId', 'createdAt'], isUnique: false },
    ],
  },
  {
    name: 'delivery_attempts',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      text('deliveryId', 36),
      text('at', 24),
      text('outcome', 16),
      text('code', 64, true),
      long('facts'),
    ],
    indices: [{ name: 'ix_delivery_attempts_tenantId_deliveryId', columnNames: ['tenantId', 'deliveryId'], isUnique: false }],
  },
  {
    name: 'cards',
    columns: [
      key('id', 128),
      text('tenantId', 36),
      text('chatId', 128),
      text('robot', 64),
      long('commands'),
      text('expiresAt', 24),
      text('createdAt', 24),
    ],
    indices: [{ name: 'ix_cards_expiresAt', columnNames: ['expiresAt'], isUnique: false }],
  },
  {
    name: 'inbound',
    columns: [key('id', 200), text('tenantId', 36), text('kind', 16), long('payload'), text('state', 16), text('at', 24)],
    indices: [{ name: 'ix_inbound_state_at', columnNames: ['state', 'at'], isUnique: false }],
  },
  {
    name: 'reports',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      text('number', 64),
      text('kind', 16),
      text('period', 32),
      long('markdown'),
      long('figures'),
      text('createdAt', 24),
    ],
    indices: [{ name: 'ix_reports_tenantId_kind_period', columnNames: ['tenantId', 'kind', 'period'], isUnique: true }],
  },
  {
    name: 'audit_records',
    columns: [
      key('id', 36),
      text('tenantId', 36),
      int('seq'),
      text('at', 24),
      text('actor', 64),
      text('action', 64),
      text('subject', 128),
      long('details'),
      text('traceId', 64),
      text('previous', 64),
      text('hash', 64),
    ],
    indices: [
      { name: 'ix_audit_records_tenantId_seq', columnNames: ['tenantId', 'seq'], isUnique: true },
      { name: 'ix_audit_records_tenantId_at', columnNames: ['tenantId', 'at'], isUnique: false },
    ],
  },
  {
    name: 'audit_heads',
    columns: [key('id', 36), text('tenantId', 36), int('seq'), text('hash', 64)],
    indices: [],
  },
  {
    name: 'detector_states',
    columns: [key('id', 36), text('tenantId', 36), long('cursors'), long('state'), text('updatedAt', 24)],
    indices: [],
  },
  {
    name: 'leases',
    columns: [key('id', 100), text('tenantId', 36), text('owner', 100), text('until', 24)],
    indices: [],
  },
  {
    name: 'sequences',
    columns: [key('id', 100), text('tenantId', 36), int('value')],
    indices: [],
  },
  {
    name: 'job_runs',
    columns: [
      key('id', 200),
      text('tenantId', 36),
      text('owner', 100),
      text('startedAt', 24),
      text('finishedAt', 24, true),
      long('error', true),
    ],
    indices: [{ name: 'ix_job_runs_startedAt', columnNames: ['startedAt'], isUnique: false }],
  },
]

export class InitialSchema1795500000000 implements MigrationInterface {
  readonly name = 'InitialSchema1795500000000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    // Ids of chats and numbers are compared byte for byte; the default collation of MySQL would fold case.
    if (mysql) await runner.query('ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin')
    for (const { name, columns, indices } of tables) {
      await runner.createTable(new Table({ name, columns: columns.map(column => column(mysql)), indices }), true)
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of [...tables].reverse()) await runner.dropTable(name)
  }
}
