// Huawei switches by their command line; listed in adapters/switch/index.ts.
import { defineSwitch } from '../../../core/ports/switch.js'
import { CliSwitch, CliSwitchConfig, configureCliSwitch, type SwitchDialect } from '../cli-switch.js'

const vrpDialect: SwitchDialect = {
  pagingOff: 'screen-length 0 temporary',
  parse(text) {
    const [, port, state] = /^(\S+) current state ?: ?(.+)$/m.exec(text) ?? []
    if (port === undefined || state === undefined) return undefined
    return { port, enabled: !/administratively down/i.test(state), linkUp: /^up\b/i.test(state) }
  },
}

export const vrp = defineSwitch<CliSwitchConfig>({
  id: 'switch-vrp',
  title: '华为交换机（VRP）',
  config: CliSwitchConfig,
  configure: configureCliSwitch,
  connect: config => new CliSwitch(config, vrpDialect),
})
