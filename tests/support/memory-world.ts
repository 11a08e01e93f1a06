// A small world for unit tests of core: two customers, their people, a group and a firewall on real transactions (SQLite in a temporary
// folder), with a clock that is turned by hand and ids that can be foretold. `openWorld` is called by the tests beside the core services.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openDatabase } from '../../adapters/database/data-source.js'
import { makeTransactions } from '../../adapters/database/transactions.js'
import { makeSecretBox } from '../../adapters/shared/secret-box.js'
import type { Announcement } from '../../core/delivery/delivery.js'
import type { Clock } from '../../core/ports/clock.js'
import type { Ids } from '../../core/ports/ids.js'
import type { Secrets } from '../../core/ports/secrets.js'
import type { Transactions } from '../../core/ports/transaction.js'
import type { Actor } from '../../core/tenants/actor.js'
import type { Role } from '../../core/tenants/roles.js'
import { defaultSettings, PLATFORM, type Device, type Group, type Tenant, type TenantSettings } from '../../core/tenants/tenant.js'
import type { Incident, Verdict } from '../../core/threats/incident.js'
import type { Priority, Ticket } from '../../core/tickets/ticket.js'

export const START = '2026-11-24T02:00:00.000Z'

export class TurnedClock implements Clock {
  private milliseconds = Date.parse(START)
  now(): number {
    return this.milliseconds
  }
  turn(seconds: number): void {
    this.milliseconds += seconds * 1000
  }
  set(at: string): void {
    this.milliseconds = Date.parse(at)
  }
}

/** 36 characters in the order they were given out. */
export class CountedIds implements Ids {
  private n = 0
  next(): string {
    return `00000000-0000-7000-8000-${String(++this.n).padStart(12, '0')}`
  }
}

/** Userid → name, role, customer (`platform`: staff). */
const people = {
  zhang: ['张工', 'analyst', PLATFORM],
  zhao: ['赵工', 'analyst', PLATFORM],
  wang: ['王专家', 'senior_expert', PLATFORM],
  liu: ['刘经理', 'customer_manager', PLATFORM],
  chen: ['陈主任', 'owner', 'tenant-uni'],
  li: ['李工', 'approver', 'tenant-uni'],
  zhou: ['周老师', 'operator', 'tenant-uni'],
  xu: ['徐校长', 'viewer', 'tenant-uni'],
  qian: ['钱院长', 'approver', 'tenant-hos'],
} as const satisfies Record<string, readonly [string, Role, string]>
export type PersonName = keyof typeof people

export interface World {
  readonly clock: TurnedClock
  readonly ids: Ids
  readonly secrets: Secrets
  readonly transactions: Transactions
  /** 示例大学, code `uni`. */
  readonly uni: Tenant
  /** 示例医院, code `hos`; has no device. */
  readonly hos: Tenant
  /** Stands before 10.20.0.0/16 and 192.0.2.0/25 of the university. */
  readonly device: Device
  readonly group: Group
  actor(name: PersonName): Actor
  change(
    tenant: Tenant,
    set: Partial<Omit<Tenant, 'id' | 'tenantId' | 'settings'>> & { settings?: Partial<TenantSettings> },
  ): Promise<Tenant>
  /** An incident with its ticket, as if it had come that far. */
  incident(given?: IncidentGiven): Promise<{ incident: Incident; ticket: Ticket }>
  ticketOf(incident: Pick<Incident, 'id' | 'tenantId'>): Promise<Ticket>
  /** Kinds of what was announced so far, oldest first, or the announcements of one kind. */
  announced(): Promise<string[]>
  announcements(kind: string): Promise<Announcement[]>
  /** Actions in a customer's audit trail, oldest first. */
  audited(tenant?: Tenant): Promise<string[]>
}

export interface IncidentGiven {
  readonly tenant?: Tenant
  readonly state?: Ticket['state']
  readonly priority?: Priority
  readonly assignee?: PersonName | null
  readonly attackers?: readonly string[]
  readonly set?: Partial<Incident>
  readonly ticket?: Partial<Ticket>
}

const folder = mkdtempSync(join(tmpdir(), 'guanjia-world-'))
const opened: (() => Promise<void>)[] = []
let template: Promise<void> | undefined
let worlds = 0

afterAll(async () => {
  for (const close of opened.splice(0)) await close()
  rmSync(folder, { recursive: true, force: true })
})

/** The migrated database all worlds of a test file begin with: migrating once is what keeps them fast. */
async function migrate(): Promise<void> {
  const database = await openDatabase(`sqlite:${join(folder, 'template.db')}`)
  await database.source.runMigrations()
  // One file without a log beside it can be copied.
  await database.source.query('PRAGMA journal_mode = DELETE')
  await database.source.destroy()
}

export async function openWorld(): Promise<World> {
  await (template ??= migrate())
  const file = join(folder, `world-${++worlds}.db`)
  copyFileSync(join(folder, 'template.db'), file)
  const database = await openDatabase(`sqlite:${file}`)
  // What a power cut would do is not tested here, and every commit would wait for the disk.
  await database.source.query('PRAGMA synchronous = OFF')
  opened.push(() => database.source.destroy())
  const clock = new TurnedClock()
  const ids = new CountedIds()
  const secrets = makeSecretBox('a-key-for-tests')
  const transactions = makeTransactions(database, { clock, ids, secrets })
  const uni = aTenant('uni', '示例大学')
  const hos = aTenant('hos', '示例医院')
  const platform = aTenant(PLATFORM, '平台', PLATFORM)
  const device: Device = {
    id: 'device-fw1',
    tenantId: uni.id,
    name: 'fw1',
    kind: 'fake',
    address: 'fake:fw1',
    credential: null,
    protects: ['10.20.0.0/16', '192.0.2.0/25'],
  }
  const group: Group = {
    id: 'group-uni',
    tenantId: uni.id,
    chatId: 'g-uni',
    name: '示例大学管家群',
    kind: 'butler',
    form: 'simulated',
    robot: 'main',
    webhook: secrets.seal('http://127.0.0.1/webhook?key=k1', 'group:group-uni'),
  }
  await transactions.run(async tx => {
    for (const tenant of [platform, uni, hos]) await tx.tenants.insert(tenant)
    for (const [userId, [name, role, tenantId]] of Object.entries(people))
      await tx.people.insert({ id: `person-${userId}`, tenantId, userId, name, role, mail: null })
    await tx.devices.insert(device)
    await tx.groups.insert(group)
  })
  const read = transactions.read.bind(transactions)
  return {
    clock,
    ids,
    secrets,
    transactions,
    uni,
    hos,
    device,
    group,
    actor(userId) {
      const [name, role, tenantId] = people[userId]
      return { userId, name, role, tenantId, channel: 'text', traceId: `trace-${userId}` }
    },
    async change(tenant, { settings, ...set }) {
      await transactions.run(async tx => {
        const now = (await tx.tenants.get(tenant.id, tenant.id)) ?? tenant
        await tx.tenants.update(tenant.id, { id: tenant.id }, { ...set, settings: { ...now.settings, ...settings } })
      })
      return (await read(t => t.tenants.get(tenant.id, tenant.id)))!
    },
    incident: given =>
      transactions.run(async tx => {
        const tenant = given?.tenant ?? uni
        const incident = anIncident(tx.id(), tenant, await tx.number('IN', tenant), tx.at, given)
        const ticket = aTicket(tx.id(), incident, await tx.number('TK', tenant), tx.at, given)
        await tx.incidents.insert(incident)
        await tx.tickets.insert(ticket)
        return { incident, ticket }
      }),
    ticketOf: async incident => (await read(t => t.tickets.first(incident.tenantId, { subjectId: incident.id })))!,
    announced: async () => (await read(t => t.announcements.acrossTenantsFind({}, { order: { id: 'asc' } }))).map(row => row.kind),
    announcements: kind => read(t => t.announcements.acrossTenantsFind({ kind }, { order: { id: 'asc' } })),
    audited: async (tenant = uni) =>
      (await read(t => t.auditRecords.find(tenant.id, {}, { order: { seq: 'asc' } }))).map(row => row.action),
  }
}

function aTenant(code: string, name: string, id = `tenant-${code}`): Tenant {
  return {
    id,
    tenantId: id,
    code,
    name,
    industry: 'education',
    mlpsLevel: 3,
    authorizationMode: 'collaborate',
    timeZone: 'Asia/Shanghai',
    manager: 'liu',
    settings: defaultSettings,
    createdAt: '2026-11-01T00:00:00.000Z',
  }
}

function anIncident(id: string, tenant: Tenant, number: string, at: string, given: IncidentGiven = {}): Incident {
  const judgement: Verdict = {
    code: 'suspicious',
    confidence: 0.6,
    reasons: ['5 分钟内 20 次登录失败', '来源为境外地址'],
    effect: '业务未受影响',
    advice: '封禁攻击源',
    by: 'system',
    at,
  }
  return {
    id,
    tenantId: tenant.id,
    number,
    groupKey: `10.20.1.5|${id}`,
    title: 'web1 正被猜解口令',
    eventType: 'brute_force',
    severity: 'medium',
    attackResult: 'failed',
    victim: { host: 'web1', ip: '10.20.1.5' },
    attackers: (given.attackers ?? ['203.0.113.7']).map(ip => ({ ip, hits: 3 })),
    hits: 3,
    firstAt: at,
    lastAt: at,
    createdAt: at,
    judgement,
    verdict: null,
    firstReportedAt: null,
    reportedHits: 0,
    conclusion: null,
    traceId: `trace-${id}`.slice(0, 64),
    ...given.set,
  }
}

function aTicket(id: string, incident: Incident, number: string, at: string, given: IncidentGiven = {}): Ticket {
  const state = given.state ?? 'new'
  const assignee = given.assignee === undefined ? (state === 'new' ? null : 'zhang') : given.assignee
  return {
    id,
    tenantId: incident.tenantId,
    number,
    type: 'incident',
    subjectId: incident.id,
    state,
    priority: given.priority ?? 'P3',
    assignee,
    claimedAt: assignee === null ? null : at,
    observeUntil: null,
    closedAt: null,
    createdAt: at,
    updatedAt: at,
    ...given.ticket,
  }
}
