// The Huawei USG driver; listed in adapters/firewall/index.ts.
import { defineFirewall } from '../../../core/ports/firewall.js'
import { CliFirewall, CliFirewallConfig, configureCliFirewall } from '../cli-firewall.js'
import { usgDialect } from './dialect.js'

export const huaweiUsg = defineFirewall<CliFirewallConfig>({
  id: 'huawei-usg',
  title: '华为 USG 防火墙',
  config: CliFirewallConfig,
  can: { ttl: false, ipv6: true, listing: true, reference: true },
  configure: configureCliFirewall,
  connect: config => new CliFirewall(config, usgDialect),
})
