// `预警`: the newest advisories and what each has to do with the customer.
import { z } from 'zod'
import { advisoryList } from '../cards/advisory-list.js'
import { defineCommand, say } from '../runtime/command.js'

const MOST = 8

export const listAdvisories = defineCommand({
  name: '预警',
  aliases: [],
  capability: 'see-cases',
  risk: 'read',
  help: { group: '预警', summary: '最近的威胁预警，与我们有没有关系', examples: ['预警'] },
  args: z.object({}),
  async run({ tenant, core }) {
    return say(advisoryList(await core.advisories.list(tenant.id, undefined, MOST), tenant, '预警'))
  },
})
