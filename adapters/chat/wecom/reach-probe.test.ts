// The silent looks at a group, on the sandbox: dead groups are known, and nobody in a group sees anything.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { eventually } from '../../../tests/contracts/chat.js'
import type { ReachTarget } from '../../../core/ports/reach.js'
import { reachProbe } from './reach-probe.js'
import { chatRig, main, type ChatRig } from './wecom-rig.js'

let world: ChatRig
beforeEach(async () => {
  world = await chatRig()
  world.chat.connect(main)
  await eventually(() => expect(world.chat.isConnected('main')).toBe(true))
})
afterEach(() => world.close())

const robot: ReachTarget = { road: 'robot', robot: 'main', chatId: 'ops-1', address: 'ops-1' }
const webhook = (): ReachTarget => ({ ...robot, road: 'webhook', address: `${world.http}/cgi-bin/webhook/send?key=k-ops` })
const look = (target: ReachTarget) => reachProbe(world.chat).probe(target)

it('a healthy group is looked at without a word', async () => {
  expect(await look(robot)).toEqual({ state: 'unsure' })
  expect(await look(webhook())).toEqual({ state: 'reached' })
  expect(world.sandbox.messages('ops-1')).toEqual([])
})

it('a robot that was removed or muted is known', async () => {
  world.sandbox.faults({ removedRobots: ['ops-1'] })
  expect(await look(robot)).toEqual({ state: 'dead', code: '93006' })

  world.sandbox.faults({ removedRobots: [], mutedGroups: ['ops-1'] })
  expect(await look(robot)).toEqual({ state: 'dead', code: '93008' })
})

it('a revoked webhook is known', async () => {
  world.sandbox.faults({ revokedWebhooks: ['ops-1'] })

  expect(await look(webhook())).toEqual({ state: 'dead', code: '93000' })
})

it('a service that does not answer proves nothing', async () => {
  world.chat.disconnect('main')
  await world.front.goesAway()

  expect(await look(robot)).toEqual({ state: 'unsure' })
  expect(await look(webhook())).toEqual({ state: 'unsure' })
})
