// By which road something is said to a group that nobody asked for there: a robot in callback mode can only answer. Asked by whoever queues for a group.
import type { RoadId } from '../ports/road.js'
import type { Tables } from '../ports/transaction.js'
import { PLATFORM, type Group } from '../tenants/tenant.js'

/** The group's webhook where its robot cannot begin to speak, else the robot. */
export async function unaskedRoad(tables: Tables, group: Pick<Group, 'robot' | 'webhook'>): Promise<Extract<RoadId, 'robot' | 'webhook'>> {
  if (group.webhook === null) return 'robot'
  const robot = await tables.robots.first(PLATFORM, { name: group.robot })
  return robot?.mode === 'callback' ? 'webhook' : 'robot'
}
