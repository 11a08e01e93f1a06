import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { severityOfWord } from './severity-words.js'
import { severities } from './terms.js'

describe('severityOfWord', () => {
  it.each([
    [
      'critical',
      [
        'critical',
        'CRITICAL',
        ' Critical ',
        'disaster',
        'emerg',
        '严重',
        '【严重】',
        '紧急',
        '致命',
        'P1',
        'p0',
        'Ｐ１',
        'SEV-1',
        '1',
        1,
        0,
        '一级',
        '严重级别',
      ],
    ],
    ['high', ['high', 'error', 'major', '高', '高危', '高风险', '高级', 'P2', 'S2', 2, '２', '重要']],
    ['medium', ['medium', 'warning', 'WARN', 'ｗａｒｎｉｎｇ', 'average', '中', '中危', '警告', 'P3', 3]],
    ['low', ['low', 'minor', 'notice', '低', '低危', '次要', 'P4', 4]],
    ['info', ['info', 'Information', 'debug', 'none', 'not classified', 'Not_Classified', '提示', '信息', 'P5', 5, '7']],
  ] as const)('%s: %j', (severity, words) => {
    expect(words.map(word => [word, severityOfWord(word)])).toEqual(words.map(word => [word, severity]))
  })

  it('counts the numbers of Zabbix upwards, and its 严重 as the second gravest', () => {
    expect(['0', '1', '2', '3', '4', '5', 'Disaster', '严重', '灾难'].map(word => severityOfWord(word, 'zabbix'))).toEqual([
      'info',
      'info',
      'medium',
      'medium',
      'high',
      'critical',
      'critical',
      'high',
      'critical',
    ])
  })

  it('knows the three levels of Nightingale', () => {
    expect(['1', '2', '3'].map(word => severityOfWord(word, 'nightingale'))).toEqual(['critical', 'medium', 'low'])
  })

  it.each(['', '???', 'team-blue', '9.8', 99, -1, NaN, null, undefined, {}, ['critical'], '__proto__', 'constructor'])(
    'takes %j for medium',
    word => {
      expect(severityOfWord(word)).toBe('medium')
    },
  )

  it('always gives a severity', () => {
    fc.assert(
      fc.property(fc.anything(), word => {
        expect(severities).toContain(severityOfWord(word))
      }),
      { numRuns: 500, seed: 3 },
    )
  })
})
