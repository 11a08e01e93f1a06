// A short slice of the campaign `storm`: every alert of another product is found in some message of its own customer, a kill in between or not.
import { expect, it } from 'vitest'
import { storm } from '../support/storm.js'

it('shows or lists every alert of a storm, through a kill -9', async () => {
  const result = await storm({ alerts: 120, tenants: 3, seed: 20_261_126, busy: 0, down: 0, hang: 0, tokenLosses: 0, kills: 1 })

  expect(result).toMatchObject({ alerts: 120, found: 120, foreign: 0, faults: [], kills: 1 })
}, 300_000)
