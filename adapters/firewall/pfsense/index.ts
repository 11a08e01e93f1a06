// The pfSense driver; listed in adapters/firewall/index.ts.
import { defineFirewall } from '../../../core/ports/firewall.js'
import { readDeviceWeb } from '../../shared/device-http.js'
import { misconfigured } from '../../shared/ssh-address.js'
import { PfsenseConfig } from './config.js'
import { PfsenseFirewall } from './pfsense-firewall.js'

export const pfsense = defineFirewall<PfsenseConfig>({
  id: 'pfsense',
  title: 'pfSense 防火墙',
  config: PfsenseConfig,
  can: { ttl: false, ipv6: true, listing: true, reference: true },
  configure(context) {
    const { web, parameters, credential, path } = readDeviceWeb(context, ['alias'])
    if (path !== '/') throw misconfigured(web.device, '地址里不带路径')
    return { web, apiKey: credential['apiKey'], alias: parameters.get('alias') ?? 'guanjia_block' }
  },
  connect: config => new PfsenseFirewall(config),
})
