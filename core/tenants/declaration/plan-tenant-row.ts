// A tenant's own row: what the file says over what is stored, or over the defaults of a new one; used by the planners.
import type { Instant } from '../../ports/clock.js'
import { defaultSettings, type Tenant, type TenantSettings } from '../tenant.js'
import type { Change } from './change.js'
import type { PlanTools, Step, Values } from './reconcile.js'
import { sameValue } from './same-value.js'
import type { DeclaredTenant } from './schema.js'

/**
 * For what a new tenant leaves out. Nobody acts for a customer who said nothing about leave: `notify`. Level 2 is the lowest that has to
 * be filed and assessed, so nothing is called important that was not declared so.
 */
export const newTenant = {
  industry: 'general',
  mlpsLevel: 2,
  authorizationMode: 'notify',
  timeZone: 'Asia/Shanghai',
  manager: null,
  settings: defaultSettings,
} as const satisfies Partial<Tenant>

export function planTenantRow(
  declared: DeclaredTenant,
  stored: Tenant | undefined,
  tools: PlanTools & { readonly at: Instant },
): { readonly tenant: Tenant; readonly steps: readonly Step[] } {
  const before = stored ?? newTenant
  const values = {
    code: declared.code,
    name: declared.name,
    industry: declared.industry ?? before.industry,
    mlpsLevel: declared.mlpsLevel ?? before.mlpsLevel,
    authorizationMode: declared.authorizationMode ?? before.authorizationMode,
    timeZone: declared.timeZone ?? before.timeZone,
    manager: declared.manager === undefined ? before.manager : declared.manager,
    settings: declared.settings === undefined ? before.settings : settingsFrom(declared.settings),
  }
  const id = stored?.id ?? tools.newId()
  const tenant: Tenant = { ...values, id, tenantId: id, createdAt: stored?.createdAt ?? tools.at }
  return { tenant, steps: stored ? updateSteps(tenant, stored, values) : [insertStep(tenant)] }
}

export function insertStep(tenant: Tenant): Step {
  return { change: tenantChange('create', tenant, []), tenantId: tenant.id, write: tables => tables.tenants.insert(tenant) }
}

function updateSteps(tenant: Tenant, stored: Tenant, values: Partial<Tenant>): Step[] {
  const changed = (Object.keys(values) as (keyof Tenant)[]).filter(key => !sameValue(tenant[key], stored[key]))
  if (changed.length === 0) return []
  const fields = changed.flatMap(key => (key === 'settings' ? changedSettings(tenant.settings, stored.settings) : [key]))
  const set = Object.fromEntries(changed.map(key => [key, tenant[key]])) as Partial<Values<Tenant>>
  return [
    {
      change: tenantChange('update', tenant, fields),
      tenantId: tenant.id,
      write: tables => tables.tenants.update(tenant.id, { id: tenant.id }, set),
    },
  ]
}

function tenantChange(kind: Change['kind'], tenant: Tenant, fields: readonly string[]): Change {
  return { kind, what: 'tenant', tenant: tenant.code, id: tenant.code, name: tenant.name, fields }
}

function changedSettings(now: TenantSettings, before: TenantSettings): string[] {
  const keys = [...new Set([...Object.keys(now), ...Object.keys(before)])] as (keyof TenantSettings)[]
  return keys.filter(key => !sameValue(now[key], before[key])).map(key => `settings.${key}`)
}

function withoutUndefined(given: object): TenantSettings['attention'] {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Over the defaults and not over what is stored: what was taken out of the file is back at its default. */
function settingsFrom(declared: NonNullable<DeclaredTenant['settings']>): TenantSettings {
  const { observeSeconds = {} } = declared
  const defaults = defaultSettings.observeSeconds
  return {
    firstReportWaitSeconds: declared.firstReportWaitSeconds ?? defaultSettings.firstReportWaitSeconds,
    growthReportSeconds: declared.growthReportSeconds ?? defaultSettings.growthReportSeconds,
    observeSeconds: {
      P1: observeSeconds.P1 ?? defaults.P1,
      P2: observeSeconds.P2 ?? defaults.P2,
      P3: observeSeconds.P3 ?? defaults.P3,
      P4: observeSeconds.P4 ?? defaults.P4,
    },
    approvalSeconds: declared.approvalSeconds ?? defaultSettings.approvalSeconds,
    protectedAddresses: declared.protectedAddresses ?? defaultSettings.protectedAddresses,
    models: declared.models ?? defaultSettings.models,
    attention: withoutUndefined(declared.attention ?? {}),
    ...(declared.spokenProbeHours === undefined ? {} : { spokenProbeHours: declared.spokenProbeHours }),
    ...(declared.reporterKind === undefined ? {} : { reporterKind: declared.reporterKind }),
    ...(declared.valuedNetworks === undefined ? {} : { valuedNetworks: declared.valuedNetworks }),
    ...(declared.clauses === undefined ? {} : { clauses: declared.clauses }),
  }
}
