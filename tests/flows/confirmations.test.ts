// A short slice of the campaign `confirmations`: what may execute does so once, nothing else ever.
import { expect, it } from 'vitest'
import { generateConfirmations } from '../support/confirmations.js'

it('executes each valid confirmation exactly once and no other', async () => {
  const result = await generateConfirmations(1500, 20_261_126)

  expect(result.faults).toEqual([])
  expect(result.valid).toBeGreaterThan(80)
  expect(result.executed).toBeGreaterThan(50)
  expect(result.refused).toBeGreaterThan(500)
}, 120_000)
