// The tenant a case belongs to; asked by the services of this folder.
import { AppError } from '../errors.js'
import type { Tx } from '../ports/transaction.js'
import type { Tenant } from '../tenants/tenant.js'

/** @throws NOT_FOUND */
export async function tenantOf(tx: Pick<Tx, 'tenants'>, tenantId: string): Promise<Tenant> {
  const tenant = await tx.tenants.get(tenantId, tenantId)
  if (!tenant) throw new AppError('NOT_FOUND', { what: '单位' })
  return tenant
}
