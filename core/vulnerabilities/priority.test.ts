import { expect, it } from 'vitest'
import { priorityOf } from './priority.js'

// The worked example of domain.md 8.4: a hospital's core database.
const database = {
  assetValue: 5,
  cvss: 9.8,
  exploited: true,
  publicExploit: true,
  epssPercentile: 0.99,
  exposure: 'inside',
  threat: 4,
  controls: 0.4,
} as const

it('counts as the worked example does, and shows its terms', () => {
  expect(priorityOf(database)).toMatchObject({ risk: 17.32, level: 'high' })
  expect(priorityOf({ ...database, controls: 0 })).toMatchObject({ risk: 22.36, level: 'very-high' })
  expect(priorityOf({ ...database, controls: 0.7 })).toMatchObject({ risk: 12.25, level: 'medium' })
  expect(priorityOf(database).terms.map(term => term.name)).toEqual(['A', 'T', 'Va', 'Vi', 'K', "Va'", 'L', 'F'])
})
