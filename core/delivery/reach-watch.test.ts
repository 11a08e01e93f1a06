import { beforeEach, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { silentLogger } from '../ports/logger.js'
import type { Reachability, ReachTarget } from '../ports/reach.js'
import { ReachWatch } from './reach-watch.js'

let world: World
let asked: ReachTarget[]
let answer: (target: ReachTarget) => Reachability
let robot: { name: string; isUp: boolean; downSince?: number; refused?: boolean }
let watch: ReachWatch

beforeEach(async () => {
  world = await openWorld()
  asked = []
  answer = () => ({ state: 'unsure' })
  robot = { name: 'main', isUp: true }
  await world.transactions.run(async tx => {
    await tx.robots.insert({
      id: 'r',
      tenantId: 'platform',
      name: 'main',
      botId: 'b',
      mode: 'connection',
      secret: '',
      wsUrl: null,
    })
  })
  watch = new ReachWatch({
    ...world,
    logger: silentLogger,
    everySeconds: 180,
    probe: { probe: target => (asked.push(target), Promise.resolve(answer(target))) },
    robots: () => [robot],
  })
})

const told = async (kind: string) => (await world.announcements(kind)).map(item => item.refs)

/** As the bot's loop does it, for so many minutes. */
async function pass(minutes: number): Promise<void> {
  for (let third = 0; third < minutes * 3; third++) {
    await watch.runDue()
    world.clock.turn(20)
  }
}

it.each(['93006', '93008'])('a group that says %s is told to staff within five minutes, and once an hour', async code => {
  await pass(2)
  answer = target => (target.road === 'robot' ? { state: 'dead', code } : { state: 'reached' })
  expect(await told('group-unreachable')).toEqual([])

  await pass(5)

  expect(await told('group-unreachable')).toMatchObject([{ road: 'robot', code }])
  await pass(20)
  expect(await told('group-unreachable')).toHaveLength(1)
})

it('a revoked webhook is told even while the robot works', async () => {
  answer = target => (target.road === 'webhook' ? { state: 'dead', code: '93000' } : { state: 'unsure' })

  await pass(5)

  expect(await told('group-unreachable')).toMatchObject([{ road: 'webhook', code: '93000' }])
})

it('what proves nothing is told to nobody, and a group is not asked more often than said', async () => {
  await pass(9)

  expect(await told('group-unreachable')).toEqual([])
  expect(asked.filter(target => target.road === 'robot')).toHaveLength(3)
})

it('a robot whose secret is refused is told at once, one that is away within five minutes', async () => {
  robot = { name: 'main', isUp: false, refused: true, downSince: world.clock.now() }
  await pass(1)
  expect(await told('robot-unreachable')).toEqual([{ robot: 'main', why: 'refused' }])

  robot = { name: 'main', isUp: false, downSince: world.clock.now() }
  await pass(5)
  expect(await told('robot-unreachable')).toContainEqual({ robot: 'main', why: 'down' })
})

it('a robot that is down is not asked through', async () => {
  robot = { name: 'main', isUp: false, downSince: world.clock.now() }

  await pass(1)

  expect(asked.filter(target => target.road === 'robot')).toEqual([])
})
