import { expect, it } from 'vitest'
import { makeMaterials } from './materials.js'

it('names what cannot be used and makes materials of the rest', () => {
  const good = 'title: Good\nid: good\nlogsource: {}\ndetection: { k: [x], condition: k }\n'
  const bad = 'title: Bad\nid: bad\nlogsource: {}\ndetection: { k: [x], condition: other }\n'
  const indicator = { type: 'ipv4', kind: 'c2', confidence: 1, source: 'feed' } as const

  const { materials, faults } = makeMaterials({
    rules: [
      { file: 'rules/good.yml', text: good },
      { file: 'rules/bad.yml', text: bad },
    ],
    indicators: [
      { ...indicator, value: '192.0.2.1' },
      { ...indicator, value: '192.0.2' },
    ],
  })

  expect(materials.rules.rules.map(rule => rule.id)).toEqual(['good'])
  expect(materials.indicators.size).toBe(1)
  expect(faults.map(({ file, what }) => [file, what])).toEqual([
    ['rules/bad.yml', 'bad'],
    ['feed', '192.0.2'],
  ])
})
