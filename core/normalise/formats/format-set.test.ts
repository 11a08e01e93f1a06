import { describe, expect, it } from 'vitest'
import { normalise, type Explanation } from '../normalise.js'
import { FormatSet } from './format-set.js'
import { Format } from './format.js'

const format = (set: Record<string, unknown>) =>
  Format.parse({
    id: 'acme-fw',
    vendor: 'ACME',
    product: 'FW',
    dataset: 'acme.fw',
    when: { contains: ['ACME'] },
    read: 'kv',
    set,
    samples: ['ACME a=1'],
  })
const read = (formats: FormatSet, raw: string) => normalise({ raw, type: 'raw', receivedAt: '2026-01-01T00:00:00.000Z' }, { formats }).event

describe('what a format sets', () => {
  it('is the same for every line, whatever an earlier line said beside it', () => {
    const formats = new FormatSet([format({ 'event.category': ['network'], 'event.type': ['connection'] })])

    expect(read(formats, 'ACME src=192.0.2.1 action=deny').type).toEqual(['connection', 'denied'])
    expect(read(formats, 'ACME src=192.0.2.1 action=allow').type).toEqual(['connection', 'allowed'])
    expect(read(formats, 'ACME src=192.0.2.1').type).toEqual(['connection'])
  })
})

describe('a line full of marks', () => {
  it('is tried against each format once', () => {
    const narrow = { ...format({}), id: 'acme-other', when: { contains: ['ACME'], starts: ['never'] } }
    const explanation: Explanation = { envelope: '', won: '', near: [] }

    const record = { raw: `${'ACME '.repeat(500)}src=192.0.2.1`, type: 'raw', receivedAt: '2026-01-01T00:00:00.000Z' }
    normalise(record, { formats: new FormatSet([format({}), narrow]) }, explanation)

    expect(explanation).toMatchObject({ won: 'acme-fw', near: [{ id: 'acme-other' }] })
  })
})
