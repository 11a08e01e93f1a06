import { expect, it } from 'vitest'
import { riskByBusiness, riskOf, threatOf } from './risk.js'
import { assetValue, rawValue } from './value.js'

it.each([
  [{ c: 4, i: 5, a: 5 }, 4.74, 5, 5, 4.67, 4.64],
  [{ c: 3, i: 4, a: 5 }, 4.22, 4, 5, 4, 3.91],
  [{ c: 2, i: 2, a: 4 }, 3, 3, 4, 2.67, 2.52],
  [{ c: 1, i: 1, a: 5 }, 3.58, 4, 5, 2.33, 1.71],
])('values %o as the table of 8.1 does', (cia, logMean, rounded, maximum, mean, geometric) => {
  expect(rawValue(cia)).toBeCloseTo(logMean, 2)
  expect(assetValue(cia)).toBe(rounded)
  expect(rawValue(cia, 'maximum')).toBe(maximum)
  expect(rawValue(cia, 'weighted-mean')).toBeCloseTo(mean, 2)
  expect(rawValue(cia, 'geometric')).toBeCloseTo(geometric, 2)
})

it('corrects by the business, never above 5, and leans where the weights say', () => {
  expect(assetValue({ c: 3, i: 4, a: 5 }, 5)).toBe(5)
  expect(assetValue({ c: 4, i: 5, a: 5 }, 5)).toBe(5)
  expect(assetValue({ c: 3, i: 4, a: 5 }, 4)).toBe(4)
  expect(assetValue(null)).toBe(3)
  expect(assetValue({ c: 5, i: 1, a: 1 }, null, 'weighted-log', { c: 8, i: 1, a: 1 })).toBe(5)
  expect(assetValue({ c: 5, i: 1, a: 1 }, null, 'weighted-log', { c: 1, i: 8, a: 1 })).toBe(2)
})

it('counts the stated check and the worked example of 8.4, before and after repair', () => {
  const check = riskOf({ asset: 4, threat: 1, exploitability: 3, impact: 3, controls: 0 })
  expect([check.likelihood, check.loss]).toEqual([expect.closeTo(1.732, 3), expect.closeTo(3.464, 3)])
  expect(check).toMatchObject({ risk: 6, level: 'low' })

  const database = { asset: assetValue({ c: 4, i: 5, a: 5 }), threat: 4, exploitability: 5, impact: 5, controls: 0.4 }
  expect(riskOf(database)).toMatchObject({ left: 3, risk: 17.32, level: 'high' })
  expect(riskOf({ ...database, controls: 0 })).toMatchObject({ risk: 22.36, level: 'very-high' })
  expect(riskOf({ ...database, controls: 0.7 })).toMatchObject({ risk: 12.25, level: 'medium' })
  expect(riskOf({ ...database, exploitability: 1, impact: 1 })).toMatchObject({ risk: 4.47, level: 'very-low' })
})

it('tells the threat from what was seen, and a customer by business systems', () => {
  const nothing = { seen: 0, succeeded: false, active: false, named: false }
  expect([threatOf(nothing), threatOf({ ...nothing, seen: 1 }), threatOf({ ...nothing, seen: 5 })]).toEqual([1, 2, 3])
  expect([threatOf({ ...nothing, seen: 1200 }), threatOf({ ...nothing, named: true })]).toEqual([4, 4])
  expect([threatOf({ ...nothing, seen: 3000, active: true }), threatOf({ ...nothing, succeeded: true })]).toEqual([5, 5])
  expect(
    riskByBusiness([...Array.from({ length: 10 }, (_, n) => ({ business: 'OA', risk: n + 10 })), { business: '官网', risk: 20.5 }]),
  ).toEqual([
    { business: '官网', p90: 20.5, high: 1 },
    { business: 'OA', p90: 18, high: 4 },
  ])
})
