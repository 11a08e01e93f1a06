// The PAN-OS driver; listed in adapters/firewall/index.ts.
import { defineFirewall } from '../../../core/ports/firewall.js'
import { readDeviceWeb } from '../../shared/device-http.js'
import { misconfigured } from '../../shared/ssh-address.js'
import { PanosConfig } from './config.js'
import { PanosFirewall } from './panos-firewall.js'

/** A commit takes half a minute on small devices; the wait for it is longer than the time-out of other devices. */
const COMMIT_MILLISECONDS = 120_000

export const panos = defineFirewall<PanosConfig>({
  id: 'panos',
  title: 'Palo Alto PAN-OS 防火墙',
  config: PanosConfig,
  can: { ttl: false, ipv6: true, listing: true, reference: true },
  configure(context) {
    const { web, parameters, credential, path } = readDeviceWeb(context, ['vsys', 'tag', 'admin'])
    if (path !== '/') throw misconfigured(web.device, '地址里不带路径')
    return {
      web,
      apiKey: credential['apiKey'],
      admin: parameters.get('admin') ?? 'guanjia',
      vsys: parameters.get('vsys') ?? 'vsys1',
      tag: parameters.get('tag') ?? 'guanjia-block',
    }
  },
  connect: config => new PanosFirewall(config, COMMIT_MILLISECONDS),
})
