// `回退模型`: an earlier version of the triage model orders the queue again.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import type { Core } from '../../core/core.js'
import type { Actor } from '../../core/tenants/actor.js'
import { PLATFORM } from '../../core/tenants/tenant.js'
import { defineCommand, say } from '../runtime/command.js'

export const rollBackModel = defineCommand({
  name: '回退模型',
  aliases: ['模型回退', 'rollback'],
  capability: 'tune-models',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  help: { group: '研判', summary: '排序模型回到以前的版本', examples: ['回退模型 3'] },
  args: z.object({ text: z.string().max(40) }),
  argumentNames: { text: '版本' },
  async run({ args, actor, tenant, core }) {
    return rollBack(core, actor, tenant.id, args.text)
  },
  async runAcross({ args, actor, core }) {
    return rollBack(core, actor, PLATFORM, args.text)
  },
})

async function rollBack(core: Core, actor: Actor, tenantId: string, text: string) {
  const version = Number(/\d{1,6}/.exec(text)?.[0])
  if (!Number.isInteger(version)) throw new AppError('ARGUMENT_INVALID', { value: text, what: '版本', example: '回退模型 3' })
  const now = await core.triage.rollBack(actor, tenantId, version)
  return say(`排序模型已回到版本 ${version} 的内容，现在是版本 ${now}。`)
}
