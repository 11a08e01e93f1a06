// Any switch by SNMP; listed in adapters/switch/index.ts.
import { defineSwitch } from '../../../core/ports/switch.js'
import { misconfigured, readJson, readParameters } from '../../shared/ssh-address.js'
import { portList } from '../checked-port.js'
import { Access, SnmpSwitchConfig } from './config.js'
import { SnmpSwitch } from './snmp-switch.js'

export const snmp = defineSwitch<SnmpSwitchConfig>({
  id: 'switch-snmp',
  title: '交换机（SNMP）',
  config: SnmpSwitchConfig,
  configure({ address, credential, timeoutMilliseconds }) {
    const device = address.slice(0, 200)
    const url = address.length <= 512 && URL.canParse(address) ? new URL(address) : undefined
    if (url?.protocol !== 'snmp:' || url.username !== '' || url.hash !== '' || !['', '/'].includes(url.pathname) || url.hostname === '')
      throw misconfigured(device, '地址应为 snmp://主机:端口')
    const parameters = readParameters(device, url, ['never'], 'SNMP 地址')
    const access = Access.safeParse(credential === undefined ? undefined : readJson(credential))
    if (!access.success) throw misconfigured(device, '凭据应为 JSON：community，或 user、authKey、privKey（各至少 8 位）')
    return {
      device,
      timeoutMilliseconds,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? 161 : Number(url.port),
      never: portList(parameters.get('never')),
      access: access.data,
    }
  },
  connect: config => new SnmpSwitch(config),
})
