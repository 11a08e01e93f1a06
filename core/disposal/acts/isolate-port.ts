// Shutting a switch port; made by acts/index.ts.
import { AppError } from '../../errors.js'
import type { Switch } from '../../ports/switch.js'
import type { Disposal } from '../disposal.js'
import type { Act } from './act.js'

export function isolatePort(device: Switch, { target, number }: Disposal): Act {
  return {
    async before() {
      const { port, enabled } = await device.state(target)
      // A port that somebody else has shut is not ours to open again.
      if (!enabled) throw new AppError('ARGUMENT_INVALID', { value: port, what: '端口（它本来就是关闭的）', example: number })
      return { port }
    },
    perform: () => device.shut(target),
    async look() {
      const { port, enabled, linkUp } = await device.state(target)
      return { holds: !enabled, answer: `端口 ${port} ${enabled ? '已启用' : '已关闭'}，链路${linkUp ? '在' : '断'}` }
    },
    undo: () => device.open(target),
  }
}
