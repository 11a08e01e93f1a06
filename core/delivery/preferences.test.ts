import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { defaultPreference } from './attention.js'
import { PreferenceService } from './preferences.js'

let world: World
let preferences: PreferenceService
beforeEach(async () => {
  world = await openWorld()
  preferences = new PreferenceService(world.transactions)
})

describe('what a group wants', () => {
  it('is the default, then the industry’s, then the declaration’s, then its own', async () => {
    expect(await preferences.of(world.uni, 'g-uni')).toEqual(defaultPreference)

    const bank = await world.change(world.uni, { industry: 'finance' })
    expect(await preferences.of(bank, 'g-uni')).toEqual({ ...defaultPreference, wakes: 'P2', perHour: 10, perDay: 50 })

    const declared = await world.change(bank, { settings: { attention: { perHour: 3, quiet: null } } })
    expect(await preferences.of(declared, 'g-uni')).toEqual({ ...defaultPreference, wakes: 'P2', perHour: 3, perDay: 50, quiet: null })

    await preferences.change(world.actor('li'), declared, 'g-uni', () => ({ quiet: '21:00-07:00' }))
    expect(await preferences.of(declared, 'g-uni')).toMatchObject({ wakes: 'P2', perHour: 3, quiet: '21:00-07:00' })
  })

  it('is its own: another group and another customer are as before', async () => {
    await preferences.change(world.actor('li'), world.uni, 'g-uni', () => ({ perHour: 1 }))

    expect((await preferences.of(world.uni, 'g-uni-2')).perHour).toBe(defaultPreference.perHour)
    expect((await preferences.of(world.hos, 'g-uni')).perHour).toBe(defaultPreference.perHour)
  })

  it('grows wish by wish, each seeing the one before', async () => {
    const mute = (topic: string) => preferences.change(world.actor('li'), world.uni, 'g-uni', now => ({ muted: [...now.muted, topic] }))
    await mute('scan_probe')
    await preferences.change(world.actor('zhou'), world.uni, 'g-uni', () => ({ wakes: 'P2' }))

    const now = await mute('phishing')

    expect(now).toEqual({ ...defaultPreference, muted: ['scan_probe', 'phishing'], wakes: 'P2' })
    expect(await preferences.of(world.uni, 'g-uni')).toEqual(now)
  })

  it('is written down with who wished what', async () => {
    await preferences.change(world.actor('li'), world.uni, 'g-uni', () => ({ quiet: null }))

    const trail = await world.transactions.read(t => t.auditRecords.find(world.uni.id, { action: 'preference.changed' }))
    expect(trail).toMatchObject([{ actor: 'li', subject: 'g-uni', details: { quiet: null } }])
  })

  it.each([
    ['xu', 'NOT_ALLOWED'],
    ['qian', 'OTHER_TENANT'],
  ] as const)('is not changed by %s', async (userId, code) => {
    await expect(preferences.change(world.actor(userId), world.uni, 'g-uni', () => ({ quiet: null }))).rejects.toMatchObject({ code })

    expect(await preferences.of(world.uni, 'g-uni')).toEqual(defaultPreference)
  })
})
