// H3C switches by their command line; listed in adapters/switch/index.ts.
import { defineSwitch } from '../../../core/ports/switch.js'
import { CliSwitch, CliSwitchConfig, configureCliSwitch, type SwitchDialect } from '../cli-switch.js'

const comwareDialect: SwitchDialect = {
  pagingOff: 'screen-length disable',
  parse(text) {
    const [, port, state] = /^(\S+)[ ]*\n(?:Interface index: \d+\n)?Current state: ?(.+)$/m.exec(text) ?? []
    if (port === undefined || state === undefined) return undefined
    return { port, enabled: !/administratively down/i.test(state), linkUp: /^up\b/i.test(state) }
  },
}

export const comware = defineSwitch<CliSwitchConfig>({
  id: 'switch-comware',
  title: 'H3C 交换机（Comware）',
  config: CliSwitchConfig,
  configure: configureCliSwitch,
  connect: config => new CliSwitch(config, comwareDialect),
})
