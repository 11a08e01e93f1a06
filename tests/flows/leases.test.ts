// A short slice of the campaign `leases`: no block outlives its lease, none is lifted twice, the devices hold what the ledger says.
import { expect, it } from 'vitest'
import { leaseStory } from '../support/lease-story.js'

it('blocks end on time though their worker is killed and their devices refuse or are away', async () => {
  const result = await leaseStory({ leases: 80, devices: 4, kills: 1, window: 6, seed: 20_261_126 })

  expect(result).toMatchObject({ faults: [], leases: 80, kills: 1, refusals: 120 })
}, 120_000)
