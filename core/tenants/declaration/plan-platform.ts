// What all tenants share: the platform's own row, robots, staff, ops room and expert room; used by plan-declaration.ts.
import type { Instant } from '../../ports/clock.js'
import type { Tables } from '../../ports/transaction.js'
import { PLATFORM, type Group, type Person, type Robot, type Tenant } from '../tenant.js'
import { writeRobotKeys } from '../robot-keys.js'
import { insertStep, newTenant } from './plan-tenant-row.js'
import { reconcile, type PlanTools, type Reconciled, type Step, type Wanted } from './reconcile.js'
import { DUTY, dutyKind, feedKind, robotKind, roomKind, staffKind } from './row-kinds.js'
import type { DeclarationContent } from './schema.js'

export interface PlatformPlan {
  readonly steps: readonly Step[]
  readonly robots: Reconciled<Robot>
  readonly staff: Reconciled<Person>
  readonly rooms: Reconciled<Group>
}

const roomNames = { ops: '运营群', expert: '专家群' } as const

export async function planPlatform(
  tables: Tables,
  content: DeclarationContent,
  tools: PlanTools & { readonly at: Instant },
): Promise<PlatformPlan> {
  const owner = { id: PLATFORM, code: PLATFORM }
  const robots = reconcile(
    robotKind,
    owner,
    await tables.robots.find(PLATFORM, {}),
    content.robots.map(({ name, botId, mode, secret = '', wsUrl = null, token = '', aesKey = '' }) => ({
      id: name,
      values: () => ({ name, botId, mode, secret: mode === 'callback' ? writeRobotKeys({ token, aesKey }) : secret, wsUrl }),
    })),
    row => content.retired.robots.includes(row.name),
    tools,
  )
  const staff = reconcile(
    staffKind,
    owner,
    await tables.people.find(PLATFORM, {}),
    content.staff.map(({ userid, name, role, mail = null, phone = null }) => ({
      id: userid,
      values: () => ({ userId: userid, name, role, mail, phone }),
    })),
    row => content.retired.staff.includes(row.userId),
    tools,
  )
  const rooms = reconcile(
    roomKind,
    owner,
    await tables.groups.find(PLATFORM, {}),
    (['ops', 'expert'] as const).flatMap(kind => wantedRoom(kind, content.rooms[kind])),
    // A room declared in another chat replaces the one before; a room not mentioned stays.
    row => (row.kind === 'ops' || row.kind === 'expert') && content.rooms[row.kind] !== undefined,
    tools,
  )
  const feeds = reconcile(
    feedKind,
    owner,
    await tables.intelFeeds.find(PLATFORM, {}),
    content.feeds.map(({ every: everySeconds, credential = null, ...feed }) => ({
      id: feed.name,
      values: () => ({ ...feed, everySeconds, credential }),
    })),
    row => content.retired.feeds.includes(row.name),
    tools,
  )
  const duty = reconcile(
    dutyKind,
    owner,
    await tables.dutyRotas.find(PLATFORM, {}),
    content.duty ? [{ id: DUTY, values: () => ({ plan: content.duty! }) }] : [],
    () => false,
    tools,
  )
  const first = (await tables.tenants.get(PLATFORM, PLATFORM)) ? [] : [insertStep(platformRow(tools.at))]
  return { steps: [...first, ...robots.steps, ...staff.steps, ...rooms.steps, ...feeds.steps, ...duty.steps], robots, staff, rooms }
}

function wantedRoom(kind: 'ops' | 'expert', room: DeclarationContent['rooms']['ops']): Wanted<Group>[] {
  if (!room) return []
  const { chatid: chatId, form, robot, webhook = null, name = roomNames[kind] } = room
  return [{ id: chatId, values: () => ({ chatId, name, kind, form, robot, webhook }) }]
}

function platformRow(createdAt: Instant): Tenant {
  return { ...newTenant, id: PLATFORM, tenantId: PLATFORM, code: PLATFORM, name: '平台', createdAt }
}
