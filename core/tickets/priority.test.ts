import { expect, it } from 'vitest'
import { priorityOf } from './priority.js'

it.each([
  ['critical', 3, undefined, 'P1'],
  ['high', 3, undefined, 'P2'],
  ['medium', 3, undefined, 'P3'],
  ['low', 3, undefined, 'P4'],
  ['info', 3, undefined, 'P4'],
  ['high', 4, undefined, 'P1'],
  ['medium', 5, undefined, 'P2'],
  ['low', 5, undefined, 'P4'],
  ['high', 3, 'compromised', 'P1'],
  ['medium', 4, 'compromised', 'P1'],
  ['critical', 5, 'compromised', 'P1'],
  ['high', 3, 'attempted', 'P3'],
  ['low', 1, 'attempted', 'P4'],
  ['low', 5, 'compromised', 'P3'],
] as const)('%s on an asset of value %s, verdict %s, is %s (domain.md 4.2)', (severity, value, verdict, priority) => {
  expect(priorityOf(severity, value, verdict)).toBe(priority)
})
