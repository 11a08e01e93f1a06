import { describe, expect, it } from 'vitest'
import { attackChain } from './attack-chain.js'

const NOW = '2026-11-24T12:00:00.000Z'
const ago = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString()
const link = (modelId: string, technique: string, hours: number) => ({
  modelId,
  attack: [technique],
  firstAt: ago(hours),
  lastAt: ago(hours),
})

describe('the attack chain', () => {
  it.each([
    [2, 0.4],
    [3, 0.7],
    [4, 1],
  ])('of %i stages has strength %d', (count, strength) => {
    const links = [link('a', 'T1595.002', 9), link('b', 'T1190', 8), link('a', 'T1505.003', 7), link('b', 'T1021', 6)].slice(0, count)

    expect(attackChain(links, NOW)).toMatchObject({ strength, ordered: true })
  })

  it('is worth less when the end comes before the beginning', () => {
    expect(attackChain([link('a', 'T1486', 9), link('b', 'T1190', 2)], NOW)).toMatchObject({ strength: 0.24, ordered: false })
  })

  it('does not blame clocks that differ by minutes', () => {
    expect(attackChain([link('a', 'T1190', 2), link('b', 'T1595', 1.9)], NOW).ordered).toBe(true)
  })

  it('needs two sources and 72 hours', () => {
    expect(attackChain([link('a', 'T1190', 2), link('a', 'T1021', 1)], NOW).strength).toBe(0)
    expect(attackChain([link('a', 'T1190', 80), link('b', 'T1021', 1)], NOW).strength).toBe(0)
  })

  it('leaves out techniques it does not know', () => {
    expect(attackChain([link('a', 'T9999', 2), link('b', 'constructor', 1)], NOW).tactics).toEqual([])
  })
})
