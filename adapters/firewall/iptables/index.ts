// The iptables driver; listed in adapters/firewall/index.ts.
import { defineFirewall } from '../../../core/ports/firewall.js'
import { LinuxPlace, readLinuxPlace } from '../../shared/linux-address.js'
import { makeLinuxRun } from '../../shared/linux-run.js'
import { IptablesFirewall } from './iptables-firewall.js'

export const iptables = defineFirewall<LinuxPlace>({
  id: 'iptables',
  title: 'Linux iptables/ipset 防火墙',
  config: LinuxPlace,
  can: { ttl: true, ipv6: true, listing: true, reference: true },
  configure: readLinuxPlace,
  connect: config => new IptablesFirewall(config.device, makeLinuxRun(config), config.timeoutMilliseconds),
})
