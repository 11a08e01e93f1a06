// The nftables driver; listed in adapters/firewall/index.ts.
import { defineFirewall } from '../../../core/ports/firewall.js'
import { configureNftables, NftablesConfig } from './address.js'
import { NftablesFirewall } from './nftables-firewall.js'
import { makeTransport } from './transport.js'

export const nftables = defineFirewall<NftablesConfig>({
  id: 'nftables',
  title: 'Linux nftables 防火墙',
  config: NftablesConfig,
  can: { ttl: true, ipv6: true, listing: true, reference: true },
  configure: configureNftables,
  connect: config => new NftablesFirewall(config.device, makeTransport(config), config.timeoutMilliseconds),
})
