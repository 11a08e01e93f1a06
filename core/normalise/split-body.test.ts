import { describe, expect, it } from 'vitest'
import { splitBody } from './split-body.js'

describe('splitBody', () => {
  it('takes NDJSON and names the lines it refuses', () => {
    const split = splitBody('json', 'application/x-ndjson', '{"a":1}\r\n\nnope\n[1]\n{"b":2}')

    expect(split.records).toEqual(['{"a":1}', '{"b":2}'])
    expect(split.rejected).toEqual([
      { line: 3, error: 'NOT_JSON' },
      { line: 4, error: 'NOT_JSON' },
    ])
  })
  it('takes arrays of objects and of lines', () => {
    expect(splitBody('json', 'application/json; charset=utf-8', ' [{"a":1}, 5, {"b":[1]}]')).toEqual({
      records: ['{"a":1}', '{"b":[1]}'],
      rejected: [{ line: 2, error: 'NOT_JSON' }],
    })
    expect(splitBody('raw', 'application/json', '["<1>a","b"]').records).toEqual(['<1>a', 'b'])
    expect(splitBody('json', '', '[{"a":1}')).toEqual({ records: [], rejected: [{ line: 1, error: 'BAD_ARRAY' }] })
  })
  it('takes one object written over several lines', () => {
    expect(splitBody('wazuh', 'application/json', '{\n "rule": []\n}').records).toEqual(['{"rule":[]}'])
  })
  it('takes raw lines as they are, also when they begin with a bracket', () => {
    expect(splitBody('raw', 'text/plain', '[10/Aug/2018] x\n{"a"\n').records).toEqual(['[10/Aug/2018] x', '{"a"'])
  })
  it('measures in bytes', () => {
    const split = splitBody('raw', '', `${'好'.repeat(22_000)}\nok\n${'x'.repeat(65_536)}`)

    expect(split.records).toHaveLength(2)
    expect(split.rejected).toEqual([{ line: 1, error: 'TOO_LONG' }])
  })
  it('stops after ten thousand', () => {
    const split = splitBody('raw', '', 'x\n'.repeat(10_005))

    expect(split.records).toHaveLength(10_000)
    expect(split.rejected).toEqual([{ line: 10_001, error: 'TOO_MANY' }])
  })
  it('refuses an element nested so deep that it cannot be written, and keeps the others', () => {
    const deep = `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`

    expect(splitBody('json', 'application/json', `[${deep},{"b":1}]`)).toEqual({
      records: ['{"b":1}'],
      rejected: [{ line: 1, error: 'NOT_JSON' }],
    })
  })
  it('makes one record of each alert of a payload of Alertmanager', () => {
    const body = '{"version":"4","alerts":[{"labels":{"a":"1"}},{"labels":{"a":"2"}}]}'

    expect(splitBody('alertmanager', 'application/json', body).records).toHaveLength(2)
    expect(splitBody('json', 'application/json', body).records).toEqual([body])
  })
})
