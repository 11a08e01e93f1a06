// `引擎`: which scanning engines are there, in which version and with which rights, and how to install what is missing.
import { z } from 'zod'
import { plain } from '../cards/format.js'
import { defineCommand, say, type CommandResult } from '../runtime/command.js'
import type { Core } from '../../core/core.js'

export const showEngines = defineCommand({
  name: '引擎状态',
  aliases: ['扫描引擎', 'engines'],
  capability: 'order-patrol',
  risk: 'read',
  help: { group: '巡检', summary: '扫描引擎的版本、权限和安装方法', examples: ['引擎状态'] },
  args: z.object({}),
  run: ({ core }) => show(core),
  runAcross: ({ core }) => show(core),
})

async function show(core: Core): Promise<CommandResult> {
  const states = await core.patrols.engineStates()
  const lines = states.map(({ title, ready, version, rights, install }) =>
    ready ? `· ${title} ${plain(version ?? '', 20)}：可用，${rights}` : `· ${title}：不可用，安装命令 \`${install ?? ''}\``,
  )
  return say(['**引擎状态**', ...lines].join('\n'))
}
