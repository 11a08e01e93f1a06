// The OPNsense driver; listed in adapters/firewall/index.ts.
import { defineFirewall } from '../../../core/ports/firewall.js'
import { readDeviceWeb } from '../../shared/device-http.js'
import { misconfigured } from '../../shared/ssh-address.js'
import { OpnsenseConfig } from './config.js'
import { OpnsenseFirewall } from './opnsense-firewall.js'

export const opnsense = defineFirewall<OpnsenseConfig>({
  id: 'opnsense',
  title: 'OPNsense 防火墙',
  config: OpnsenseConfig,
  can: { ttl: false, ipv6: true, listing: true, reference: false },
  configure(context) {
    const { web, parameters, credential, path } = readDeviceWeb(context, ['alias'])
    if (path !== '/') throw misconfigured(web.device, '地址里不带路径')
    return { web, key: credential['key'], secret: credential['secret'], alias: parameters.get('alias') ?? 'guanjia_block' }
  },
  connect: config => new OpnsenseFirewall(config),
})
