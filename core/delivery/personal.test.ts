import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import type { PersonalPreference } from './attention.js'
import { defaultPersonal, personScope, wantsPersonally, willing } from './personal.js'

const night = Date.parse('2026-11-24T15:30:00Z')
const day = Date.parse('2026-11-24T02:00:00Z')
const wants = (wish: Partial<PersonalPreference>, level: 'P1' | 'P2' | 'P3' | null, now = day) =>
  wantsPersonally({ level, topic: 'scan_probe', now, zone: 'Asia/Shanghai' }, { ...defaultPersonal, ...wish })

describe('one person', () => {
  it('hears only the levels and kinds asked for, the gravest always', () => {
    expect([wants({ atLeast: 'P2' }, 'P2'), wants({ atLeast: 'P2' }, 'P3'), wants({ atLeast: 'P2' }, 'P1')]).toEqual([true, false, true])
    expect([wants({ muted: ['scan_probe'] }, 'P2'), wants({ muted: ['scan_probe'] }, null)]).toEqual([false, true])
  })

  it('is left alone at night, except for what wakes', () => {
    const quiet = { quiet: '22:00-08:00' }

    expect([wants(quiet, 'P2', night), wants(quiet, 'P2', day), wants(quiet, 'P1', night)]).toEqual([false, true, true])
  })
})

describe('of several people', () => {
  let world: World
  beforeEach(async () => {
    world = await openWorld()
  })
  const quiet = (userId: string) =>
    world.transactions.run(tx =>
      tx.preferences.insert({
        id: tx.id(),
        tenantId: world.uni.id,
        scope: personScope(userId),
        settings: { quiet: '22:00-08:00' },
        updatedAt: tx.at,
      }),
    )
  const left = (level: 'P2' | null) =>
    world.transactions.read(async t => {
      const people = ['chen', 'li'].map(userId => ({ tenantId: world.uni.id, userId }))
      return (await willing(t, world.uni, people, { level, topic: '', now: night })).map(person => person.userId)
    })

  it('a request for leave goes to whoever is awake', async () => {
    await quiet('chen')

    expect(await left(null)).toEqual(['li'])
  })

  it('and to everybody when all sleep: somebody has to decide', async () => {
    await quiet('chen')
    await quiet('li')

    expect(await left(null)).toEqual(['chen', 'li'])
    expect(await left('P2')).toEqual([])
  })
})
