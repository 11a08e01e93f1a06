// A robot in callback mode can only answer: whatever is said unasked to its groups goes by their webhook, so each of them needs one. Used by check-plan.ts.
import type { Group } from '../tenant.js'
import type { Fault, Path } from './faults.js'
import type { PlatformPlan } from './plan-platform.js'
import type { TenantPlan } from './plan-tenant.js'
import type { DeclarationContent } from './schema.js'

interface Planned {
  readonly content: DeclarationContent
  readonly platform: Pick<PlatformPlan, 'robots' | 'rooms'>
  readonly plans: readonly Pick<TenantPlan, 'groups'>[]
}

export function checkModes(planned: Planned, untouched: readonly Group[]): Fault[] {
  const { content, platform, plans } = planned
  const mute = new Set(platform.robots.rows.filter(robot => robot.mode === 'callback').map(robot => robot.name))
  if (mute.size === 0) return []
  const faults: Fault[] = []
  const look = (group: Group, path: Path | undefined): void => {
    if (!mute.has(group.robot)) return
    const robot = content.robots.findIndex(item => item.name === group.robot)
    const at = path ?? ['robots', robot, 'mode']
    if (path === undefined && robot < 0) return
    if (group.form === 'external_relay')
      faults.push({ path: at, problem: `机器人“${group.robot}”是回调模式，不能主动发言，不能用于 external_relay 的群 ${group.chatId}` })
    else if (group.webhook === null)
      faults.push({ path: at, problem: `机器人“${group.robot}”是回调模式，只能回答；群 ${group.chatId} 要写 webhook，主动消息从那里发` })
  }
  const pathOf = (chatId: string): Path | undefined => {
    for (const kind of ['ops', 'expert'] as const) if (content.rooms[kind]?.chatid === chatId) return ['rooms', kind]
    for (const [tenant, declared] of content.tenants.entries()) {
      const index = (declared.groups ?? []).findIndex(group => group.chatid === chatId)
      if (index >= 0) return ['tenants', tenant, 'groups', index]
    }
    return undefined
  }
  for (const group of [...platform.rooms.rows, ...plans.flatMap(plan => plan.groups.rows), ...untouched]) look(group, pathOf(group.chatId))
  return faults
}
