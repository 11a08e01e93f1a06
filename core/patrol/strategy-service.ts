// The versions of a customer's strategy: read, changed, compared, taken back. A change is a new row; nothing is ever overwritten.
import { AppError } from '../errors.js'
import { authorise, type Actor } from '../tenants/actor.js'
import type { Tenant } from '../tenants/tenant.js'
import type { Tables, Transactions } from '../ports/transaction.js'
import type { PatrolRule, StrategyVersion } from './patrol.js'
import { openingAt } from './window.js'
import { differences, templates } from './strategy.js'

export interface Strategy {
  /** 0: the template of the industry, never changed. */
  readonly version: number
  readonly patrols: readonly PatrolRule[]
}

export async function currentStrategy(tables: Tables, tenant: Tenant): Promise<Strategy> {
  const row = await tables.strategyVersions.first(tenant.id, {}, { order: { version: 'desc' } })
  return row ?? { version: 0, patrols: templates[tenant.industry] }
}

export class StrategyService {
  constructor(private readonly transactions: Transactions) {}

  async current(tenant: Tenant): Promise<Strategy> {
    return this.transactions.read(t => currentStrategy(t, tenant))
  }

  /** Newest first. */
  async history(tenant: Tenant): Promise<readonly StrategyVersion[]> {
    return this.transactions.read(t => t.strategyVersions.find(tenant.id, {}, { order: { version: 'desc' }, limit: 20 }))
  }

  /** @throws NOT_ALLOWED, ARGUMENT_INVALID, NOT_FOUND */
  async change(
    actor: Actor,
    tenant: Tenant,
    rule: Partial<PatrolRule> & Pick<PatrolRule, 'kind'>,
    why: string,
  ): Promise<readonly string[]> {
    check(rule)
    return this.write(actor, tenant, why, (now: Strategy) => {
      const old = now.patrols.find(item => item.kind === rule.kind) ?? { everyDays: 0, window: null, perSecond: 50 }
      return Promise.resolve([...now.patrols.filter(item => item.kind !== rule.kind), { ...old, ...rule }])
    })
  }

  /** Puts what is proposed now into force; only then patrols are planned by themselves. */
  async enact(actor: Actor, tenant: Tenant): Promise<void> {
    await this.write(actor, tenant, '启用', now => Promise.resolve(now.patrols), true)
  }

  /** Version 0 is the industry's template. */
  async rollBack(actor: Actor, tenant: Tenant, version: number): Promise<readonly string[]> {
    return this.write(actor, tenant, `回到第 ${version} 版`, async (_, tables) => {
      if (version === 0) return templates[tenant.industry]
      const row = await tables.strategyVersions.first(tenant.id, { version })
      if (!row) throw new AppError('NOT_FOUND', { what: `第 ${version} 版策略` })
      return row.patrols
    })
  }

  private async write(
    actor: Actor,
    tenant: Tenant,
    why: string,
    patrolsOf: (now: Strategy, tables: Tables) => Promise<readonly PatrolRule[]>,
    enacts = false,
  ): Promise<readonly string[]> {
    authorise(actor, 'set-strategy', tenant.id)
    return this.transactions.run(async tx => {
      const now = await currentStrategy(tx, tenant)
      const patrols = await patrolsOf(now, tx)
      const changes = differences(now.patrols, patrols)
      if (changes.length === 0 && !(enacts && now.version === 0)) return changes
      const version = now.version + 1
      // The unique version lets one of two changes of one moment win; the other is told to look again.
      const row = {
        id: tx.id(),
        tenantId: tenant.id,
        version,
        patrols,
        why: why.slice(0, 300),
        by: actor.userId,
        approvedBy: null,
        at: tx.at,
      }
      if (!(await tx.strategyVersions.insertIfAbsent(row)))
        throw new AppError('REQUEST_INVALID', { problem: '策略刚被别人改过，请看过再改' })
      tx.audit({
        tenantId: tenant.id,
        actor: actor.userId,
        action: 'strategy.changed',
        subject: `v${version}`,
        details: { changes, why },
        traceId: actor.traceId,
      })
      return changes
    })
  }
}

function check({ everyDays, window, perSecond }: Partial<PatrolRule>): void {
  const invalid = (value: string, what: string): never => {
    throw new AppError('ARGUMENT_INVALID', { value, what, example: '策略 漏洞 每14天 22:00-06:00' })
  }
  if (everyDays !== undefined && !(Number.isInteger(everyDays) && everyDays >= 0 && everyDays <= 365)) invalid(String(everyDays), '频率')
  if (perSecond !== undefined && !(Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= 1000)) invalid(String(perSecond), '速率')
  if (typeof window === 'string' && openingAt(window, 0, 'UTC').until === Number.MAX_SAFE_INTEGER) invalid(window, '时间窗')
}
