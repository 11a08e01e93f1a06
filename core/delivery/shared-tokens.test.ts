import { expect, it } from 'vitest'
import { openWorld } from '../../tests/support/memory-world.js'
import { SharedTokens } from './shared-tokens.js'

it('fetches a token once for many who ask at the same time, and again only when it was refused or has run out', async () => {
  const world = await openWorld()
  const [here, there] = [new SharedTokens(world), new SharedTokens(world)]
  let calls = 0
  const fetch = async () => {
    calls++
    await new Promise(resolve => setTimeout(resolve, 50))
    return { value: `token-${calls}`, expiresAt: new Date(world.clock.now() + 7_200_000).toISOString() }
  }

  const first = await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? here : there).token('wecom-app:c:1', fetch)))
  expect(new Set(first)).toEqual(new Set(['token-1']))
  expect(await here.token('wecom-app:c:1', fetch)).toBe('token-1')

  const second = await Promise.all([here.token('wecom-app:c:1', fetch, 'token-1'), there.token('wecom-app:c:1', fetch, 'token-1')])
  expect(second).toEqual(['token-2', 'token-2'])

  world.clock.turn(7_200 - 59)
  expect(await there.token('wecom-app:c:1', fetch)).toBe('token-3')
  expect(calls).toBe(3)
})

it('lets the next one try when fetching failed, and keeps nothing readable in the database', async () => {
  const world = await openWorld()
  const tokens = new SharedTokens(world)

  await expect(tokens.token('k', () => Promise.reject(new Error('refused')))).rejects.toThrow('refused')
  const value = await tokens.token('k', () => Promise.resolve({ value: 'a-secret-token', expiresAt: '2999-01-01T00:00:00.000Z' }))

  expect(value).toBe('a-secret-token')
  const row = await world.transactions.read(t => t.tokens.get('platform', 'k'))
  expect(JSON.stringify(row)).not.toContain('a-secret-token')
})
