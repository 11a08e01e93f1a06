// What only the database can show to be wrong: names that nobody declared, things that belong to somebody else, blocks that would be
// orphaned. Used by plan-declaration.ts; it looks at everything as it will be, so that moving things within one file is possible.
import type { Tables } from '../../ports/transaction.js'
import { EXPERTS } from '../../duty/rota.js'
import { PLATFORM, type Group, type Source, type Tenant } from '../tenant.js'
import { bothSides } from './cross-check.js'
import { checkModes } from './check-modes.js'
import type { Fault, Path } from './faults.js'
import { overlapProblem, overlaps, type OwnedNetwork } from './networks.js'
import type { PlatformPlan } from './plan-platform.js'
import type { TenantPlan } from './plan-tenant.js'
import type { DeclarationContent } from './schema.js'

export interface Planned {
  readonly content: DeclarationContent
  readonly platform: PlatformPlan
  /** In the order of the file. */
  readonly plans: readonly TenantPlan[]
  /** As stored now, of all tenants. */
  readonly tenants: readonly Tenant[]
  readonly groups: readonly Group[]
  readonly sources: readonly Source[]
}

export async function checkPlan(tables: Tables, planned: Planned): Promise<Fault[]> {
  return [
    ...checkRobots(planned),
    ...checkChats(planned),
    ...checkManagers(planned),
    ...(await checkSides(tables, planned)),
    ...checkSources(planned),
    ...checkDuty(planned),
    ...(await checkLeaving(tables, planned)),
    ...checkModes(planned, untouchedGroups(planned)),
  ]
}

/** Tenants that the file does not name. */
function otherTenants({ plans, tenants }: Planned): Tenant[] {
  const named = new Set(plans.map(plan => plan.tenant.id))
  return tenants.filter(tenant => !named.has(tenant.id))
}

function untouchedGroups(planned: Planned): Group[] {
  const others = new Set(otherTenants(planned).map(tenant => tenant.id))
  return planned.groups.filter(group => others.has(group.tenantId))
}

function declaredChats({
  content,
}: Planned): { readonly robot: string; readonly chatid: string; readonly path: Path; readonly owner: number }[] {
  const rooms = (['ops', 'expert'] as const).flatMap(kind => {
    const room = content.rooms[kind]
    return room ? [{ robot: room.robot, chatid: room.chatid, path: ['rooms', kind], owner: -1 }] : []
  })
  const groups = content.tenants.flatMap((tenant, owner) =>
    (tenant.groups ?? []).map(({ robot, chatid }, index) => ({ robot, chatid, path: ['tenants', owner, 'groups', index], owner })),
  )
  return [...rooms, ...groups]
}

function checkRobots(planned: Planned): Fault[] {
  const { content, platform, plans } = planned
  const names = new Set(platform.robots.rows.map(robot => robot.name))
  const unknown = declaredChats(planned)
    .filter(chat => !names.has(chat.robot))
    .map(({ path, robot }) => ({ path: [...path, 'robot'], problem: `机器人“${robot}”没有声明，请写在 robots 里` }))

  const byBotId = new Map(platform.robots.rows.slice(content.robots.length).map(robot => [robot.botId, robot.name]))
  const taken = content.robots.flatMap(({ name, botId }, index) => {
    const other = byBotId.get(botId)
    if (other === undefined) return []
    return [{ path: ['robots', index, 'botId'], problem: `botId 已由机器人“${other}”使用，不能再给“${name}”` }]
  })

  const remaining = [...platform.rooms.rows, ...plans.flatMap(plan => plan.groups.rows), ...untouchedGroups(planned)]
  const needed = new Map(remaining.map(group => [group.robot, group.chatId]))
  const declared = new Set(declaredChats(planned).map(chat => chat.chatid))
  const inUse = content.retired.robots.flatMap((name, index) => {
    const chat = needed.get(name)
    if (chat === undefined || declared.has(chat)) return []
    return [{ path: ['retired', 'robots', index], problem: `群 ${chat} 还在用机器人“${name}”，不能移除` }]
  })
  return [...unknown, ...taken, ...inUse]
}

/** A chat that changes hands would show one customer the answers to another. */
function checkChats(planned: Planned): Fault[] {
  const { plans, groups, tenants } = planned
  const codes = new Map(tenants.map(tenant => [tenant.id, `单位 ${tenant.code}`]))
  const stored = new Map(groups.map(group => [group.chatId, group]))
  return declaredChats(planned).flatMap(({ chatid, path, owner }) => {
    const before = stored.get(chatid)
    const now = plans[owner]?.tenant
    if (!before || before.tenantId === (now?.id ?? PLATFORM)) return []
    const holder = before.tenantId === PLATFORM ? '平台' : (codes.get(before.tenantId) ?? before.tenantId)
    return [{ path: [...path, 'chatid'], problem: `群 ${chatid} 已属于${holder}，不能再声明给${now ? `单位 ${now.code}` : '平台'}` }]
  })
}

function checkManagers(planned: Planned): Fault[] {
  const { content, platform, plans } = planned
  const staff = new Set(platform.staff.rows.map(person => person.userId))
  const unknown = content.tenants.flatMap(({ manager }, index) => {
    if (manager === undefined || manager === null || staff.has(manager)) return []
    return [{ path: ['tenants', index, 'manager'], problem: `“${manager}”不是工作人员，请写在 staff 里` }]
  })
  const silent = [
    ...plans.filter((_, index) => content.tenants[index]?.manager === undefined).map(plan => plan.tenant),
    ...otherTenants(planned),
  ]
  const managed = new Map(silent.map(tenant => [tenant.manager, tenant.code]))
  const leaving = content.retired.staff.flatMap((userid, index) => {
    const code = managed.get(userid)
    return code === undefined ? [] : [{ path: ['retired', 'staff', index], problem: `“${userid}”还是单位 ${code} 的客户经理，请先换人` }]
  })
  return [...unknown, ...leaving]
}

/** Analysts keep the shifts, senior experts the experts' turns; a senior expert may take a shift as well. */
function checkDuty({ content, platform }: Planned): Fault[] {
  if (!content.duty) return []
  const roles = new Map(platform.staff.rows.map(person => [person.userId, person.role]))
  const { shifts, experts, swaps } = content.duty
  const named: (readonly [string, Path, boolean])[] = [
    ...shifts.flatMap((shift, at) => shift.people.map((id, index) => [id, ['duty', 'shifts', at, 'rotation', index], false] as const)),
    ...experts.people.map((id, index) => [id, ['duty', 'experts', 'rotation', index], true] as const),
    ...swaps.map(({ person, shift }, index) => [person, ['duty', 'swaps', index, 'person'], shift === EXPERTS] as const),
  ]
  return named.flatMap(([userid, path, expert]) => {
    const role = roles.get(userid)
    if (role === 'senior_expert' || (!expert && role === 'analyst')) return []
    return [{ path, problem: `“${userid}”不是${expert ? '高级专家' : '分析师或高级专家'}，不能排这个班` }]
  })
}

/** Whoever goes must not leave a gap behind. */
async function checkLeaving(tables: Tables, { content }: Planned): Promise<Fault[]> {
  const plan = content.duty ?? (await tables.dutyRotas.first(PLATFORM, {}))?.plan
  if (!plan) return []
  const onRota = new Set([...plan.shifts.flatMap(shift => shift.people), ...plan.experts.people, ...plan.swaps.map(swap => swap.person)])
  return content.retired.staff.flatMap((userid, index) =>
    onRota.has(userid) ? [{ path: ['retired', 'staff', index], problem: `“${userid}”还在值班表里，请先改 duty` }] : [],
  )
}

async function checkSides(tables: Tables, planned: Planned): Promise<Fault[]> {
  const { content, platform, plans } = planned
  const staff = new Set(platform.staff.rows.map(person => person.userId))
  const faults: Fault[] = []
  const elsewhere = new Set(otherTenants(planned).map(tenant => tenant.id))
  const customers = new Set<string>()
  const userids = content.staff.map(person => person.userid)
  for (let from = 0; from < userids.length; from += 500) {
    const rows = await tables.people.acrossTenantsFind({ userId: { oneOf: userids.slice(from, from + 500) } })
    for (const row of rows) if (elsewhere.has(row.tenantId)) customers.add(row.userId)
  }
  plans.forEach(({ people }, tenant) => {
    const declared = content.tenants[tenant]?.people?.length ?? 0
    people.rows.forEach((person, index) => {
      if (!staff.has(person.userId)) return
      if (index < declared) faults.push({ path: ['tenants', tenant, 'people', index, 'userid'], problem: bothSides })
      else customers.add(person.userId)
    })
  })
  userids.forEach((userid, index) => {
    if (customers.has(userid)) faults.push({ path: ['staff', index, 'userid'], problem: bothSides })
  })
  return faults
}

function checkSources(planned: Planned): Fault[] {
  const { content, plans, sources, tenants } = planned
  const codes = new Map(tenants.map(tenant => [tenant.id, tenant.code]))
  const others = new Set(otherTenants(planned).map(tenant => tenant.id))
  const all: { readonly row: Source; readonly owner: string; readonly path?: Path }[] = sources
    .filter(row => others.has(row.tenantId))
    .map(row => ({ row, owner: codes.get(row.tenantId) ?? row.tenantId }))
  plans.forEach((plan, tenant) => {
    const declared = content.tenants[tenant]?.sources?.length ?? 0
    plan.sources.rows.forEach((row, index) => {
      all.push({ row, owner: plan.tenant.code, ...(index < declared && { path: ['tenants', tenant, 'sources', index] }) })
    })
  })

  const faults: Fault[] = []
  const holders = new Map(all.filter(item => !item.path).map(({ row, owner }) => [row.tokenHash, `${owner}/${row.name}`]))
  for (const { row, path } of all) {
    const holder = holders.get(row.tokenHash)
    if (path && holder !== undefined)
      faults.push({ path: [...path, 'token'], problem: `token 与日志源 ${holder} 的相同，每个日志源要有自己的` })
  }
  const networks = all.flatMap(({ row, owner, path }) =>
    row.type === 'syslog'
      ? row.networks.map((network, index): OwnedNetwork => {
          return { owner, network, source: row.name, ...(path && { path: [...path, 'from', index] }) }
        })
      : [],
  )
  for (const [one, other] of overlaps(networks)) if (one.path) faults.push({ path: one.path, problem: overlapProblem(one, other) })
  return faults
}
