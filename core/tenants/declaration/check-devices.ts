// Devices that cannot go, and kinds that no driver serves; used by plan-declaration.ts.
import { inForce } from '../../disposal/disposal-service.js'
import type { Tables } from '../../ports/transaction.js'
import type { Fault, Path } from './faults.js'
import type { TenantPlan } from './plan-tenant.js'
import type { DeclaredTenant } from './schema.js'

const MAX_NUMBERS = 5

export async function checkDevices(
  tables: Tables,
  plan: TenantPlan,
  declared: DeclaredTenant,
  path: Path,
  kinds: readonly string[] | undefined,
): Promise<Fault[]> {
  const faults: Fault[] = []
  ;(declared.devices ?? []).forEach((device, index) => {
    if (kinds && !kinds.includes(device.kind))
      faults.push({ path: [...path, 'devices', index, 'kind'], problem: `只能是 ${kinds.join('、')}` })
  })
  for (const device of plan.devices.removed) {
    const numbers = await openDisposals(tables, plan.tenant.id, device.id)
    if (numbers) faults.push({ path: [...path, 'devices'], problem: `设备 ${device.name} 上还有未了结的处置 ${numbers}，了结后才能移除` })
  }
  const places = new Map(plan.devices.rows.map((row, index) => [row.id, index]))
  for (const before of plan.devicesBefore) {
    const index = places.get(before.id)
    if (index === undefined || plan.devices.rows[index]?.kind === before.kind) continue
    // Another kind is another device under the old name: the old one would keep its blocks for ever.
    const numbers = await openDisposals(tables, plan.tenant.id, before.id)
    if (numbers)
      faults.push({
        path: [...path, 'devices', index, 'kind'],
        problem: `设备 ${before.name} 上还有未了结的处置 ${numbers}，了结后才能换类型`,
      })
  }
  return faults
}

/** Blocks in force, and whatever the executor still has to do with the device (a request, the cleaning up after a failure). */
async function openDisposals(tables: Tables, tenantId: string, deviceId: string): Promise<string | undefined> {
  const options = { order: { number: 'asc' as const }, limit: MAX_NUMBERS + 1 }
  const rows = [
    ...(await tables.disposals.find(tenantId, { deviceId, state: { oneOf: inForce } }, options)),
    ...(await tables.disposals.find(tenantId, { deviceId, nextTryAt: { not: null } }, options)),
  ]
  const numbers = [...new Set(rows.map(row => row.number))].sort()
  if (numbers.length === 0) return undefined
  return numbers.slice(0, MAX_NUMBERS).join('、') + (numbers.length > MAX_NUMBERS ? ' 等' : '')
}
