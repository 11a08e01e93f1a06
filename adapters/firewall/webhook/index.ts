// The signed webhook driver, for EDR, WAF and SOAR systems that can be taught one protocol; listed in adapters/firewall/index.ts.
import { defineFirewall } from '../../../core/ports/firewall.js'
import { readDeviceWeb } from '../../shared/device-http.js'
import { WebhookConfig } from './config.js'
import { WebhookFirewall } from './webhook-firewall.js'

export const webhook = defineFirewall<WebhookConfig>({
  id: 'webhook',
  title: '签名 Webhook（EDR、WAF、SOAR）',
  config: WebhookConfig,
  can: { ttl: true, ipv6: true, listing: true, reference: true },
  configure(context) {
    const { web, credential, path } = readDeviceWeb(context, [])
    return { web, secret: credential['secret'], path }
  },
  connect: config => new WebhookFirewall(config),
})
