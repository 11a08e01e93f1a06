// Worth of an address as the customer declared it for whole networks, where no ledger of assets says it; used where a verdict sets a priority.
import ipaddr from 'ipaddr.js'
import { contains } from '../disposal/guard.js'
import type { TenantSettings } from './tenant.js'

/** 1–5, the highest of the networks the address stands in; undefined when nothing is declared about it. */
export function declaredValue(settings: Pick<TenantSettings, 'valuedNetworks'>, ip: string | undefined): number | undefined {
  if (ip === undefined || !ipaddr.isValid(ip)) return undefined
  const address = ipaddr.process(ip)
  const values = (settings.valuedNetworks ?? []).filter(item => contains(item.network, address)).map(item => item.value)
  return values.length === 0 ? undefined : Math.max(...values)
}
