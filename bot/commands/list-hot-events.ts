// `热点`: what happened elsewhere, and what it means here.
import { z } from 'zod'
import { advisoryList } from '../cards/advisory-list.js'
import { defineCommand, say } from '../runtime/command.js'

const MOST = 5

export const listHotEvents = defineCommand({
  name: '热点',
  aliases: [],
  capability: 'see-cases',
  risk: 'read',
  help: { group: '预警', summary: '热点安全事件，与我们有没有关系', examples: ['热点'] },
  args: z.object({}),
  async run({ tenant, core }) {
    return say(advisoryList(await core.advisories.list(tenant.id, true, MOST), tenant, '热点'))
  },
})
