// `待办`: what waits for this person, most urgent first, with a button each; in staff rooms across all customers.
import { z } from 'zod'
import type { Core } from '../../core/core.js'
import { instant } from '../../core/ports/clock.js'
import type { Actor } from '../../core/tenants/actor.js'
import { todoList } from '../../core/tickets/todo-list.js'
import { card, clock, plain } from '../cards/format.js'
import { defineCommand, say, type CommandResult, type Place } from '../runtime/command.js'

const ZONE = 'Asia/Shanghai'
/** Buttons a card has room for. */
const MOST_BUTTONS = 6
const MOST_LINES = 10
const SIGNS = '①②③④⑤⑥⑦⑧⑨⑩'

export const showTodo = defineCommand({
  name: '待办',
  aliases: ['要我做什么'],
  capability: 'see-overview',
  risk: 'read',
  help: { group: '概览', summary: '等您做的事，按急缓排列', examples: ['待办'] },
  args: z.object({}),
  run: ({ actor, tenant, place, core, now }) => answer(core, actor, place, [tenant.id], now),
  async runAcross({ actor, place, core, now }) {
    const tenants = await core.directory.acrossTenantsList()
    return answer(
      core,
      actor,
      place,
      tenants.map(tenant => tenant.id),
      now,
    )
  },
})

async function answer(core: Core, actor: Actor, place: Place, tenantIds: readonly string[], now: number): Promise<CommandResult> {
  const { userId, role } = actor
  const isPrivate = place.chatType === 'single'
  const items = await core.transactions.read(t => todoList(t, { userId, role, tenantIds, isPrivate, now: instant(now) }))
  if (items.length === 0) return say('没有等您做的事。')
  const lines = items
    .slice(0, MOST_LINES)
    .map(
      (item, index) =>
        `${SIGNS[index] ?? '·'} **${item.number}** ${plain(item.what, 60)}${item.due === null ? '' : `，${clock(item.due, ZONE)} 前`}　回复“${item.command}”`,
    )
  const more = items.length > MOST_LINES ? [`……共 ${items.length} 项`] : []
  const pressed = items.slice(0, MOST_BUTTONS)
  const shown = card({
    title: `待办 ${items.length} 项`,
    text: '按钮对应上面的序号',
    facts: [],
    whole: [],
    buttons: pressed.map((item, index) => ({ key: `todo-${index}`, text: `${SIGNS[index] ?? ''} ${item.label}`, style: 'plain' })),
  })
  const commands = Object.fromEntries(pressed.map((item, index) => [`todo-${index}`, item.command]))
  return {
    answers: [
      { message: { kind: 'markdown', text: [`**待办 ${items.length} 项**`, ...lines, ...more].join('\n') } },
      { message: { kind: 'card', card: shown }, commands },
    ],
  }
}
