import { beforeEach, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import type { Delivery } from './delivery.js'
import { makeTargets } from './targets.js'

let world: World
let target: ReturnType<typeof makeTargets>
beforeEach(async () => {
  world = await openWorld()
  target = makeTargets(world.transactions, world.secrets)
})
const of = (given: Partial<Pick<Delivery, 'road' | 'robot' | 'chatId' | 'chatType' | 'tenantId'>>) =>
  target({ road: 'robot', robot: 'main', chatId: 'g-uni', chatType: 'group', tenantId: world.uni.id, ...given } as Delivery)

it('robot and application reach a chat by its id', async () => {
  expect(await of({})).toEqual({ address: 'g-uni', sender: 'main', chatType: 'group' })
  expect(await of({ road: 'app', robot: 'app', chatId: 'li', chatType: 'single' })).toEqual({
    address: 'li',
    sender: 'app',
    chatType: 'single',
  })
})

it('the webhook’s address is opened for the sending, and nowhere stored', async () => {
  expect(await of({ road: 'webhook' })).toEqual({ address: 'http://127.0.0.1/webhook?key=k1', sender: 'main', chatType: 'group' })
  expect(JSON.stringify(await world.transactions.read(t => t.groups.acrossTenantsFind({})))).not.toContain('key=k1')
})

it('a webhook sealed for another group does not open', async () => {
  const sealed = world.secrets.seal('http://127.0.0.1/webhook?key=other', 'group:group-hos')
  await world.transactions.run(tx => tx.groups.update(world.uni.id, { id: world.group.id }, { webhook: sealed }))

  await expect(of({ road: 'webhook' })).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
})

it('mail goes to the person of that customer only', async () => {
  await world.transactions.run(tx => tx.people.update(world.uni.id, { userId: 'li' }, { mail: 'li@example.edu' }))

  expect(await of({ road: 'mail', robot: 'mail', chatId: 'li', chatType: 'single' })).toEqual({
    address: 'li@example.edu',
    sender: 'mail',
    chatType: 'single',
  })
  expect(await of({ road: 'mail', chatId: 'li', tenantId: world.hos.id })).toBeUndefined()
})

it.each([
  ['a group that is gone', { road: 'webhook', chatId: 'g-gone' }],
  ['a person that is gone', { road: 'mail', chatId: 'gone' }],
  ['a person without an address', { road: 'mail', chatId: 'chen' }],
] as const)('%s has no target', async (_, given) => {
  expect(await of(given)).toBeUndefined()
})

it('a group without a webhook has no target there', async () => {
  await world.transactions.run(tx => tx.groups.update(world.uni.id, { id: world.group.id }, { webhook: null }))

  expect(await of({ road: 'webhook' })).toBeUndefined()
})
