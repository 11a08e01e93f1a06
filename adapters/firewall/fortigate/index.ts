// The FortiGate driver; listed in adapters/firewall/index.ts.
import { defineFirewall } from '../../../core/ports/firewall.js'
import { readDeviceWeb } from '../../shared/device-http.js'
import { misconfigured } from '../../shared/ssh-address.js'
import { FortigateConfig } from './config.js'
import { FortigateFirewall } from './fortigate-firewall.js'

export const fortigate = defineFirewall<FortigateConfig>({
  id: 'fortigate',
  title: 'Fortinet FortiGate 防火墙',
  config: FortigateConfig,
  can: { ttl: false, ipv6: true, listing: true, reference: true },
  configure(context) {
    const { web, parameters, credential, path } = readDeviceWeb(context, ['vdom', 'group'])
    if (path !== '/') throw misconfigured(web.device, '地址里不带路径')
    return { web, token: credential['token'], vdom: parameters.get('vdom') ?? 'root', group: parameters.get('group') ?? 'guanjia-block' }
  },
  connect: config => new FortigateFirewall(config),
})
