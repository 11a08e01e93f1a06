// `转交`: a case goes on with a named colleague, who is rung.
import { z } from 'zod'
import { PLATFORM } from '../../core/tenants/tenant.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'
import { namedPerson } from '../runtime/named-person.js'

const EXAMPLE = '转交 IN-uni-261124-001 赵工'

export const handOn = defineCommand({
  name: '转交',
  aliases: ['改派'],
  capability: 'claim-and-judge',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  help: { group: '研判', summary: '把一起事件转给另一位分析师', examples: [EXAMPLE] },
  args: z.object({ incident: z.string(), text: z.string().max(200).optional() }),
  argumentNames: { text: '接手的人' },
  async run({ args, actor, tenant, core }) {
    const text = args.text ?? ''
    const staff = await core.directory.people(PLATFORM)
    const named = namedPerson(text, staff, { what: '接手的人', example: EXAMPLE })
    const { person } = await core.changes.reassign(actor, tenant.id, args.incident, named.userId)
    return say(`**${args.incident}** 已转给 ${plain(person.name, 30)}。`)
  },
})
