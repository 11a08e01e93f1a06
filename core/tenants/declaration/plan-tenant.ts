// What one declared tenant needs: its own row and its people, groups, sources, devices and letters; used by plan-declaration.ts.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import type { Instant } from '../../ports/clock.js'
import type { Row, Tables } from '../../ports/transaction.js'
import type { Device, Group, Person, Source, Tenant } from '../tenant.js'
import { hashToken, withoutToken } from './hash-token.js'
import { planTenantRow } from './plan-tenant-row.js'
import { reconcile, type PlanTools, type Reconciled, type RowKind, type Step, type Wanted } from './reconcile.js'
import { deviceKind, groupKind, letterKind, personKind, sourceKind } from './row-kinds.js'
import type { DeclaredTenant } from './schema.js'

dayjs.extend(utc)
dayjs.extend(timezone)

export interface TenantPlan {
  readonly tenant: Tenant
  readonly steps: readonly Step[]
  readonly people: Reconciled<Person>
  readonly sources: Reconciled<Source>
  readonly groups: Reconciled<Group>
  readonly devices: Reconciled<Device>
  /** The device rows as they are stored now. */
  readonly devicesBefore: readonly Device[]
}

export async function planTenant(
  tables: Tables,
  declared: DeclaredTenant,
  stored: Tenant | undefined,
  tools: PlanTools & { readonly at: Instant },
): Promise<TenantPlan> {
  const { tenant, steps: own } = planTenantRow(declared, stored, tools)
  const have = <T>(read: () => Promise<T[]>): Promise<T[]> => (stored ? read() : Promise.resolve([]))
  const devicesBefore = await have(() => tables.devices.find(tenant.id, {}))
  const compare = <R extends Row, D>(
    kind: RowKind<R>,
    rows: readonly R[],
    list: readonly D[] | undefined,
    wanted: (item: D) => Wanted<R>,
  ): Reconciled<R> => reconcile(kind, tenant, rows, (list ?? []).map(wanted), () => list !== undefined, tools)

  const people = compare(personKind, await have(() => tables.people.find(tenant.id, {})), declared.people, item => ({
    id: item.userid,
    values: () => ({ userId: item.userid, name: item.name, role: item.role, mail: item.mail ?? null, phone: item.phone ?? null }),
  }))
  const groups = compare(groupKind, await have(() => tables.groups.find(tenant.id, { kind: 'butler' })), declared.groups, item => ({
    id: item.chatid,
    values: () => {
      const { chatid: chatId, name, form, robot, webhook = null } = item
      return { chatId, name, kind: 'butler' as const, form, robot, webhook }
    },
  }))
  const sources = compare(sourceKind, await have(() => tables.sources.find(tenant.id, {})), declared.sources, item => ({
    id: item.name,
    values: rowId => ({
      name: item.name,
      type: item.type,
      tokenHash: item.token === undefined ? withoutToken(rowId) : hashToken(item.token),
      networks: item.from ?? [],
      paths: item.path === undefined ? null : [item.path].flat(),
    }),
  }))
  const devices = compare(deviceKind, devicesBefore, declared.devices, item => ({
    id: item.name,
    values: () => {
      const { name, kind, address, credential = null, protects } = item
      return { name, kind, address, credential, protects }
    },
  }))
  const letters = compare(letterKind, await have(() => tables.letters.find(tenant.id, {})), declared.letters, item => ({
    id: item.id,
    values: () => ({
      number: item.id,
      targets: item.targets,
      exclude: item.exclude,
      validFrom: moment(item.from, '00:00:00.000', tenant.timeZone),
      validTo: moment(item.to, '23:59:59.999', tenant.timeZone),
      window: item.window ?? null,
      kinds: item.kinds,
    }),
  }))
  const steps = [...own, ...[people, groups, sources, devices, letters].flatMap(part => part.steps)]
  return { tenant, steps, people, sources, groups, devices, devicesBefore }
}

/** A letter's days are the customer's, first and last included. */
function moment(day: string, time: string, zone: string): Instant {
  return dayjs.tz(`${day}T${time}`, zone).toISOString()
}
