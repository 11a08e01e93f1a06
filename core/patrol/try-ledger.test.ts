import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { openWorld } from '../../tests/support/memory-world.js'
import { accountOf, TryLedger } from './try-ledger.js'

const by = { engine: 'a', run: 'PT-1' }

describe('the ledger of tries', () => {
  it('one account has one budget over engines, services and runs', async () => {
    const { transactions, uni, hos, clock } = await openWorld()
    const ledger = new TryLedger({ transactions })
    const account = { tenantId: uni.id, address: '10.20.1.1', login: 'root' }

    expect(await ledger.reserve(account, 2, by)).toBe(2)
    expect(await ledger.reserve(account, 2, { engine: 'b', run: 'PT-2' })).toBe(1)
    expect(await ledger.reserve({ ...account, login: 'ROOT ' }, 2, by)).toBe(0)
    expect(await ledger.reserve({ ...account, login: 'admin' }, 2, by)).toBe(2)
    expect(await ledger.reserve({ ...account, tenantId: hos.id }, 9, by)).toBe(3)
    clock.turn(1799)
    expect(await ledger.reserve(account, 1, by)).toBe(0)
    clock.turn(1)
    expect(await ledger.reserve(account, 9, by)).toBe(3)
  })

  it('an account of a domain is the same on every machine', () => {
    expect(accountOf({ address: '10.0.0.1', login: 'CORP\\li' })).toBe(accountOf({ address: '10.0.0.2', login: 'corp\\LI' }))
    expect(accountOf({ address: '10.0.0.1', login: 'li' })).not.toBe(accountOf({ address: '10.0.0.2', login: 'li' }))
  })

  it('whatever is asked in whatever order at once, no window holds more than its limit', async () => {
    const { transactions, uni, clock } = await openWorld()
    const limits = [
      { windowSeconds: 60, tries: 3 },
      { windowSeconds: 600, tries: 7 },
    ]
    const asked = fc.array(
      fc.record({ wait: fc.integer({ min: 0, max: 90 }), tries: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }) }),
      { maxLength: 12 },
    )
    let n = 0
    await fc.assert(
      fc.asyncProperty(asked, async steps => {
        const ledger = new TryLedger({ transactions, limits })
        const account = { tenantId: uni.id, address: `10.20.1.${++n}`, login: 'root' }
        const made: { at: number; tries: number }[] = []
        for (const { wait, tries } of steps) {
          clock.turn(wait)
          for (const granted of await Promise.all(tries.map(wanted => ledger.reserve(account, wanted, by))))
            made.push({ at: clock.now(), tries: granted })
        }
        for (const { windowSeconds, tries } of limits)
          for (const { at } of made) {
            const within = made
              .filter(item => item.at <= at && item.at > at - windowSeconds * 1000)
              .reduce((sum, item) => sum + item.tries, 0)
            expect(within).toBeLessThanOrEqual(tries)
          }
      }),
      { numRuns: 25 },
    )
  })
})
