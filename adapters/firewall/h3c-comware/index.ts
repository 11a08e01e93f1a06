// The H3C Comware driver; listed in adapters/firewall/index.ts.
import { defineFirewall } from '../../../core/ports/firewall.js'
import { CliFirewall, CliFirewallConfig, configureCliFirewall } from '../cli-firewall.js'
import { comwareDialect } from './dialect.js'

export const h3cComware = defineFirewall<CliFirewallConfig>({
  id: 'h3c-comware',
  title: 'H3C SecPath 防火墙（Comware 7）',
  config: CliFirewallConfig,
  can: { ttl: false, ipv6: true, listing: true, reference: true },
  configure: configureCliFirewall,
  connect: config => new CliFirewall(config, comwareDialect),
})
