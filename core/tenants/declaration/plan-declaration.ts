// From a declaration and what is stored to the steps that bring them together, or to all reasons why not; used by apply-declaration.ts.
import type { Instant } from '../../ports/clock.js'
import type { Tables } from '../../ports/transaction.js'
import { PLATFORM } from '../tenant.js'
import { checkDevices } from './check-devices.js'
import { checkPlan } from './check-plan.js'
import type { ChangeKind } from './change.js'
import { fileInvalid, locate, type Fault } from './faults.js'
import { withoutToken } from './hash-token.js'
import { planPlatform } from './plan-platform.js'
import { planTenant, type TenantPlan } from './plan-tenant.js'
import type { Declaration } from './read-declaration.js'
import type { PlanTools, Step } from './reconcile.js'

export interface Plan {
  /** As the file names things, platform first. */
  readonly steps: readonly Step[]
  /** Does everything, in an order in which no unique key is taken twice. */
  write(tables: Tables): Promise<void>
}

/** Reads only. @throws FILE_INVALID with everything that stands against it */
export async function planDeclaration(
  tables: Tables,
  { content, file, lineOf }: Declaration,
  tools: PlanTools & { readonly at: Instant; readonly deviceKinds?: readonly string[] | undefined },
): Promise<Plan> {
  const platform = await planPlatform(tables, content, tools)
  const tenants = await tables.tenants.acrossTenantsFind({ code: { not: PLATFORM } })
  const stored = new Map(tenants.map(tenant => [tenant.code, tenant]))
  const plans: TenantPlan[] = []
  const faults: Fault[] = []
  for (const [index, declared] of content.tenants.entries()) {
    const plan = await planTenant(tables, declared, stored.get(declared.code), tools)
    plans.push(plan)
    faults.push(...(await checkDevices(tables, plan, declared, ['tenants', index], tools.deviceKinds)))
  }
  const groups = await tables.groups.acrossTenantsFind({})
  const sources = await tables.sources.acrossTenantsFind({})
  faults.push(...(await checkPlan(tables, { content, platform, plans, tenants, groups, sources })))
  if (faults.length > 0) throw fileInvalid(file, locate(faults, lineOf))

  const steps = [...platform.steps, ...plans.flatMap(plan => plan.steps)]
  const hashes = new Map(plans.flatMap(plan => plan.sources.rows.map(row => [row.id, row.tokenHash])))
  const moving = sources.filter(row => hashes.has(row.id) && hashes.get(row.id) !== row.tokenHash)
  return {
    steps,
    async write(to) {
      const all = async (kind: ChangeKind) => {
        for (const step of steps) if (step.change.kind === kind) await step.write(to)
      }
      await all('remove')
      // Two sources may exchange their tokens, and no moment may see one token twice.
      for (const { tenantId, id } of moving) await to.sources.update(tenantId, { id }, { tokenHash: withoutToken(id) })
      await all('update')
      await all('create')
    },
  }
}
