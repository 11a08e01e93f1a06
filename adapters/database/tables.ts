// Every table as data: columns named as in the core types, so that a row is the core type without mapping.
import { EntitySchema } from 'typeorm'
import type { Row, Tables } from '../../core/ports/transaction.js'
import {
  columnOptions,
  int,
  json,
  long,
  optionalInt,
  optionalJson,
  optionalLong,
  optionalText,
  optionalTime,
  real,
  text,
  textOr,
  time,
  type ColumnKind,
  type DatabaseKind,
} from './columns.js'

type RowOf<K extends keyof Tables> = Tables[K] extends { get(tenantId: string, id: string): Promise<infer R | undefined> }
  ? NonNullable<R>
  : never

interface TableSpec<R> {
  readonly name: string
  readonly columns: { readonly [K in Exclude<keyof R, 'id' | 'tenantId'>]: ColumnKind }
  readonly indices: readonly { readonly columns: readonly (keyof R & string)[]; readonly unique?: boolean }[]
  /** Length of the id column; 36 unless the id is somebody else's. */
  readonly idLength?: number
}

type TableSpecs = { readonly [K in keyof Tables]: TableSpec<RowOf<K>> }

export const tableSpecs: TableSpecs = {
  tenants: {
    name: 'tenants',
    columns: {
      code: text(32),
      name: text(200),
      industry: text(32),
      mlpsLevel: int,
      authorizationMode: text(32),
      timeZone: text(64),
      manager: optionalText(64),
      settings: json,
      createdAt: time,
    },
    indices: [{ columns: ['code'], unique: true }],
  },
  people: {
    name: 'people',
    columns: { userId: text(64), name: text(200), role: text(32), mail: optionalText(200) },
    indices: [{ columns: ['tenantId', 'userId'], unique: true }, { columns: ['userId'] }],
  },
  groups: {
    name: 'chat_groups',
    columns: { chatId: text(128), name: text(200), kind: text(16), form: text(32), robot: text(64), webhook: optionalLong },
    indices: [{ columns: ['chatId'], unique: true }, { columns: ['tenantId'] }],
  },
  robots: {
    name: 'robots',
    columns: { name: text(64), botId: text(128), secret: long, wsUrl: optionalText(500) },
    indices: [{ columns: ['name'], unique: true }],
  },
  sources: {
    name: 'sources',
    columns: { name: text(64), type: text(32), tokenHash: text(64), networks: json, paths: optionalJson },
    indices: [
      { columns: ['tenantId', 'name'], unique: true },
      { columns: ['tokenHash'], unique: true },
    ],
  },
  sourceHealth: {
    name: 'source_health',
    columns: {
      lastEventAt: optionalTime,
      counts: json,
      skewSeconds: optionalInt,
      dropped: int,
      droppedAt: optionalTime,
      rhythm: json,
      problems: json,
      droppedTold: int,
      checkedAt: optionalTime,
    },
    indices: [{ columns: ['tenantId'] }],
  },
  devices: {
    name: 'devices',
    columns: { name: text(64), kind: text(32), address: text(500), credential: optionalLong, protects: json },
    indices: [{ columns: ['tenantId', 'name'], unique: true }],
  },
  letters: {
    name: 'authorization_letters',
    columns: { number: text(64), targets: json, exclude: json, validFrom: time, validTo: time, window: optionalText(32), kinds: json },
    indices: [{ columns: ['tenantId', 'number'], unique: true }],
  },
  alerts: {
    name: 'alerts',
    columns: {
      number: text(64),
      incidentId: text(36),
      mergeKey: text(300),
      modelId: text(64),
      ruleId: text(128),
      eventType: text(64),
      severity: text(16),
      attackResult: text(16),
      title: text(300),
      reason: long,
      attack: json,
      count: int,
      firstAt: time,
      lastAt: time,
      createdAt: time,
      strength: real,
      author: optionalText(300),
      references: json,
      evidence: json,
      applied: json,
      fingerprint: optionalText(128),
      resolvedAt: optionalTime,
      stories: optionalJson,
    },
    indices: [
      { columns: ['tenantId', 'mergeKey', 'lastAt'] },
      { columns: ['tenantId', 'incidentId'] },
      { columns: ['tenantId', 'createdAt'] },
      { columns: ['tenantId', 'number'], unique: true },
    ],
  },
  incidents: {
    name: 'incidents',
    columns: {
      number: text(64),
      groupKey: text(300),
      title: text(300),
      eventType: text(64),
      severity: text(16),
      attackResult: text(16),
      victim: json,
      attackers: json,
      hits: int,
      firstAt: time,
      lastAt: time,
      createdAt: time,
      judgement: json,
      verdict: json,
      firstReportedAt: optionalTime,
      reportedHits: int,
      conclusion: optionalLong,
      traceId: text(64),
    },
    indices: [
      { columns: ['tenantId', 'groupKey', 'lastAt'] },
      { columns: ['tenantId', 'number'], unique: true },
      { columns: ['tenantId', 'createdAt'] },
    ],
  },
  tickets: {
    name: 'tickets',
    columns: {
      number: text(64),
      type: text(16),
      subjectId: text(36),
      state: text(32),
      priority: text(4),
      assignee: optionalText(64),
      claimedAt: optionalTime,
      observeUntil: optionalTime,
      closedAt: optionalTime,
      createdAt: time,
      updatedAt: time,
    },
    indices: [
      { columns: ['tenantId', 'subjectId'], unique: true },
      { columns: ['tenantId', 'number'], unique: true },
      { columns: ['state', 'observeUntil'] },
    ],
  },
  transitions: {
    name: 'ticket_transitions',
    columns: {
      ticketId: text(36),
      from: optionalText(32),
      to: text(32),
      rule: int,
      by: text(64),
      at: time,
      channel: text(16),
      evidence: json,
      comment: long,
    },
    indices: [{ columns: ['tenantId', 'ticketId', 'at'] }],
  },
  disposals: {
    name: 'disposals',
    columns: {
      number: text(64),
      incidentId: optionalText(36),
      action: text(32),
      target: text(64),
      seconds: int,
      reason: long,
      effect: json,
      state: text(16),
      proposedBy: text(64),
      proposedAt: time,
      expiresAt: time,
      decidedBy: optionalText(64),
      decidedAt: optionalTime,
      decisionChannel: optionalText(16),
      deviceId: text(36),
      attempts: int,
      nextTryAt: optionalTime,
      claimedBy: optionalText(100),
      claimedUntil: optionalTime,
      executedAt: optionalTime,
      verifiedAt: optionalTime,
      leaseUntil: optionalTime,
      releaseWanted: optionalText(200),
      releasedAt: optionalTime,
      receipts: json,
      error: optionalLong,
      traceId: text(64),
    },
    indices: [
      { columns: ['tenantId', 'number'], unique: true },
      { columns: ['nextTryAt'] },
      { columns: ['tenantId', 'state', 'target'] },
      { columns: ['tenantId', 'proposedAt'] },
      { columns: ['state', 'expiresAt'] },
    ],
  },
  announcements: {
    name: 'announcements',
    columns: {
      kind: text(64),
      refs: json,
      key: text(200),
      dueAt: time,
      state: text(16),
      attempts: int,
      error: optionalLong,
      createdAt: time,
    },
    indices: [{ columns: ['key'], unique: true }, { columns: ['state', 'dueAt'] }],
  },
  deliveries: {
    name: 'deliveries',
    columns: {
      robot: text(64),
      chatId: text(128),
      chatType: text(16),
      message: json,
      lane: int,
      replyTo: optionalText(200),
      subject: text(64),
      key: text(200),
      state: text(16),
      attempts: int,
      nextTryAt: time,
      expiresAt: optionalTime,
      claimedBy: optionalText(100),
      claimedUntil: optionalTime,
      externalId: optionalText(200),
      sentAt: optionalTime,
      error: optionalText(64),
      createdAt: time,
      road: textOr(16, 'robot'),
      kind: textOr(40, ''),
      level: optionalText(4),
      topic: textOr(40, ''),
      heldUntil: optionalTime,
      heldWhy: optionalText(24),
      mergedInto: optionalText(36),
    },
    indices: [
      { columns: ['key'], unique: true },
      { columns: ['chatId', 'state'] },
      { columns: ['state', 'nextTryAt'] },
      { columns: ['tenantId', 'subject'] },
      { columns: ['tenantId', 'createdAt'] },
    ],
  },
  attempts: {
    name: 'delivery_attempts',
    columns: { deliveryId: text(36), at: time, outcome: text(16), code: optionalText(64), facts: json },
    indices: [{ columns: ['tenantId', 'deliveryId'] }],
  },
  cards: {
    name: 'cards',
    columns: { chatId: text(128), robot: text(64), commands: json, expiresAt: time, createdAt: time },
    indices: [{ columns: ['expiresAt'] }],
    idLength: 128,
  },
  preferences: {
    name: 'preferences',
    columns: { scope: text(160), settings: json, updatedAt: time },
    indices: [{ columns: ['tenantId', 'scope'], unique: true }],
  },
  links: {
    name: 'decision_links',
    columns: { userId: text(64), disposal: text(64), expiresAt: time, usedAt: optionalTime, createdAt: time },
    indices: [{ columns: ['expiresAt'] }],
    idLength: 64,
  },
  tokens: {
    name: 'service_tokens',
    columns: { sealed: optionalLong, expiresAt: optionalTime, fetchingUntil: optionalTime },
    indices: [],
    idLength: 160,
  },
  inbound: {
    name: 'inbound',
    columns: { kind: text(16), payload: json, state: text(16), at: time },
    indices: [{ columns: ['state', 'at'] }],
    idLength: 200,
  },
  reports: {
    name: 'reports',
    columns: { number: text(64), kind: text(16), period: text(32), markdown: long, figures: json, createdAt: time },
    indices: [{ columns: ['tenantId', 'kind', 'period'], unique: true }],
  },
  auditRecords: {
    name: 'audit_records',
    columns: {
      seq: int,
      at: time,
      actor: text(64),
      action: text(64),
      subject: text(128),
      details: json,
      traceId: text(64),
      previous: text(64),
      hash: text(64),
    },
    indices: [{ columns: ['tenantId', 'seq'], unique: true }, { columns: ['tenantId', 'at'] }],
  },
  auditHeads: { name: 'audit_heads', columns: { seq: int, hash: text(64) }, indices: [] },
  detectorStates: { name: 'detector_states', columns: { cursors: json, state: json, updatedAt: time }, indices: [] },
  leases: { name: 'leases', columns: { owner: text(100), until: time }, indices: [], idLength: 100 },
  sequences: { name: 'sequences', columns: { value: int }, indices: [], idLength: 100 },
  jobRuns: {
    name: 'job_runs',
    columns: { owner: text(100), startedAt: time, finishedAt: optionalTime, error: optionalLong },
    indices: [{ columns: ['startedAt'] }],
    idLength: 200,
  },
}

/** Builds the schemas once per kind of database, because a long text has another name on each. */
export function buildSchemas(database: DatabaseKind): { readonly [K in keyof Tables]: EntitySchema<Row> } {
  const entries = Object.entries(tableSpecs).map(([key, spec]) => [key, schema(spec as unknown as TableSpec<Row>, database)] as const)
  return Object.fromEntries(entries) as { [K in keyof Tables]: EntitySchema<Row> }
}

function schema(spec: TableSpec<Row>, database: DatabaseKind): EntitySchema<Row> {
  const columns = Object.entries(spec.columns as Record<string, ColumnKind>).map(
    ([name, kind]) => [name, columnOptions(kind, database)] as const,
  )
  return new EntitySchema<Row>({
    name: spec.name,
    tableName: spec.name,
    columns: {
      id: { ...columnOptions(text(spec.idLength ?? 36), database), primary: true },
      tenantId: columnOptions(text(36), database),
      ...Object.fromEntries(columns),
    },
    indices: spec.indices.map(({ columns: names, unique }) => ({
      name: indexName(spec.name, names),
      columns: [...names],
      unique: unique ?? false,
    })),
  })
}

export function indexName(table: string, columns: readonly string[]): string {
  return `ix_${table}_${columns.join('_')}`.slice(0, 60)
}
