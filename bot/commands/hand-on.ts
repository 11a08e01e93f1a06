// `转交`: a case goes on with a named colleague, who is rung.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { PLATFORM } from '../../core/tenants/tenant.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

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
    const named = staff.filter(
      person =>
        text.includes(person.name) ||
        text
          .toLowerCase()
          .split(/[^a-z0-9_.@-]+/)
          .includes(person.userId),
    )
    if (named.length > 1)
      throw new AppError('CHOICE_NEEDED', {
        n: named.length,
        choices: named
          .slice(0, 4)
          .map(person => person.name)
          .join('、'),
      })
    if (!named[0]) throw new AppError('ARGUMENT_MISSING', { what: '接手的人', example: EXAMPLE })
    const { person } = await core.changes.reassign(actor, tenant.id, args.incident, named[0].userId)
    return say(`**${args.incident}** 已转给 ${plain(person.name, 30)}。`)
  },
})
