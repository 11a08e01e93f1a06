// Brings the database to what a declaration says, all of it or nothing; called by `guanjia apply` and by the demo's first start.
import { instant } from '../../ports/clock.js'
import type { Secrets } from '../../ports/secrets.js'
import type { Transactions, Tx } from '../../ports/transaction.js'
import { PLATFORM } from '../tenant.js'
import type { Change } from './change.js'
import { planDeclaration } from './plan-declaration.js'
import type { Declaration } from './read-declaration.js'
import type { Step } from './reconcile.js'

export interface ApplyNeeds {
  readonly transactions: Transactions
  readonly secrets: Secrets
  /** Ids of the firewall drivers; absent: any kind is taken and found out when the device is first used. */
  readonly deviceKinds?: readonly string[]
}

export interface ApplyOptions {
  /** Reads and compares only. */
  readonly dryRun: boolean
  /** For the audit trail: a userid, or `cli`. */
  readonly actor: string
}

/**
 * Idempotent: what is already so is no change. Tenants that the file does not name are left alone.
 * @throws FILE_INVALID with every reason; then nothing is written. DATABASE_UNREACHABLE
 */
export async function applyDeclaration(needs: ApplyNeeds, declaration: Declaration, options: ApplyOptions): Promise<Change[]> {
  const { transactions, secrets, deviceKinds } = needs
  if (options.dryRun) {
    let count = 0
    // Sealing and ids are needed to compare, but nothing of them is kept.
    const tools = { secrets, deviceKinds, at: instant(0), newId: () => `dry-run-${++count}` }
    const { steps } = await transactions.read(tables => planDeclaration(tables, declaration, tools))
    return steps.map(step => step.change)
  }
  return transactions.run(async tx => {
    // A lock on databases with several connections: two files at once would each decide on what the other is changing.
    await tx.tenants.update(PLATFORM, { id: PLATFORM }, { code: PLATFORM })
    const plan = await planDeclaration(tx, declaration, { secrets, deviceKinds, at: tx.at, newId: () => tx.id() })
    await plan.write(tx)
    auditEachTenant(tx, plan.steps, options.actor)
    return plan.steps.map(step => step.change)
  })
}

function auditEachTenant(tx: Tx, steps: readonly Step[], actor: string): void {
  const byTenant = new Map<string, Step[]>()
  for (const step of steps) {
    const own = byTenant.get(step.tenantId)
    if (own) own.push(step)
    else byTenant.set(step.tenantId, [step])
  }
  for (const [tenantId, own] of byTenant) {
    tx.audit({
      tenantId,
      actor,
      action: 'declaration.applied',
      subject: own[0]?.change.tenant ?? tenantId,
      details: { changes: own.map(({ change: { kind, what, id, fields } }) => ({ kind, what, id, fields })) },
    })
  }
}
