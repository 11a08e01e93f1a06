import { describe, expect, it } from 'vitest'
import type { Indicator, IndicatorType } from './indicator.js'
import { WarningLists } from './warning-lists.js'

const lists = new WarningLists([
  { name: '解析', effect: 'ignore', networks: ['8.8.8.8', '10.0.0.0/8'], domains: ['big.example', '*.update.example'] },
  { name: '共享', effect: 'shared', networks: ['8.8.0.0/16', 'nonsense'], domains: ['host.example'] },
])
const about = (type: IndicatorType, value: string, observed?: string) =>
  lists.about({ type, value, kind: 'c2', confidence: 1, source: 's' } satisfies Indicator, observed)

describe('warning lists', () => {
  it.each([
    ['ipv4', '8.8.8.8', undefined, 'ignore'],
    ['ipv4', '8.8.4.4', undefined, 'shared'],
    ['ipv4', '9.9.9.9', undefined, undefined],
    ['ipv4:port', '10.1.2.3:443', undefined, 'ignore'],
    ['cidr', '10.1.0.0/16', undefined, 'ignore'],
    ['cidr', '8.0.0.0/8', '8.8.8.8', 'ignore'],
    ['domain', 'big.example', undefined, 'ignore'],
    ['domain', 'evil.big.example', undefined, undefined],
    ['domain', 'a.update.example', undefined, 'ignore'],
    ['domain', 'host.example', 'x.host.example', 'shared'],
    ['url', 'big.example/bad.bin', undefined, undefined],
    ['md5', 'ab'.repeat(16), undefined, undefined],
  ] as const)('%s %s seen as %s: %s', (type, value, observed, effect) => {
    expect(about(type, value, observed)?.effect).toBe(effect)
  })

  it('names what it could not read', () => {
    expect(lists.refused).toEqual([{ list: '共享', value: 'nonsense' }])
  })
})
