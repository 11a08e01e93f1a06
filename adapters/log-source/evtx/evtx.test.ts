import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evtxChunk, type EvtxEvent } from '../../../tests/support/evtx-chunk.js'
import { sigmaView } from '../../../core/threats/sigma/field-mapping.js'
import { normalise } from '../../../core/normalise/normalise.js'
import { evtxCounts, evtxRecords, type EvtxCounts } from './index.js'

const at = Date.parse('2026-03-04T05:06:07.089Z')
const event = (set: Partial<EvtxEvent> = {}): EvtxEvent => ({
  id: 1,
  channel: 'Microsoft-Windows-Sysmon/Operational',
  computer: '财务-PC1',
  at,
  commandLine: 'cmd.exe /c "echo <a> & b"\r\nsecond',
  items: ['one', 'two'],
  ...set,
})
function read(chunk: Buffer): { xml: string[]; counts: EvtxCounts } {
  const counts = evtxCounts()
  return { xml: [...evtxRecords(chunk, counts)].map(record => record.xml), counts }
}
const parsed = (xml: string) => normalise({ raw: xml, type: 'raw', receivedAt: '2026-11-24T00:00:00.000Z' })

describe('a chunk of a binary event log', () => {
  it('gives its records as XML, which are understood as Windows events', () => {
    const { xml, counts } = read(evtxChunk([event(), event({ id: 11, commandLine: null, items: [] })]))

    expect(counts).toEqual({ chunks: 1, records: 2, damagedChunks: 0, damagedRecords: 0, badChecksums: 0 })
    expect(parsed(xml[0] ?? '')).toMatchObject({
      '@timestamp': '2026-03-04T05:06:07.089Z',
      event: { dataset: 'windows.sysmon', code: '1', action: 'process-created' },
      host: { name: '财务-PC1' },
      process: { command_line: 'cmd.exe /c "echo <a> & b"  second' },
      winlog: {
        user: { identifier: 'S-1-5-18' },
        time_created: '2026-03-04T05:06:07.0890000Z',
        event_data: { Data: 'without a name', Item: ['one', 'two'] },
      },
    })
    expect(parsed(xml[1] ?? '')).not.toHaveProperty('process.command_line')
  })

  it('gives rules the names of the log and its source', () => {
    const view = sigmaView(parsed(read(evtxChunk([event()])).xml[0] ?? ''))

    expect(view.logsource).toEqual({ product: 'windows', service: 'sysmon', category: ['process_creation'] })
    expect(view.fields).toMatchObject({
      EventID: '1',
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      Provider_Name: 'Microsoft-Windows-Sysmon/Operational',
      Security_UserID: 'S-1-5-18',
    })
  })

  it('reads over a damaged record and says so', () => {
    const chunk = evtxChunk([event(), event({ computer: 'broken' }), event({ computer: 'last' })])
    const second = chunk.indexOf(Buffer.from([0x2a, 0x2a, 0, 0]), 600)
    chunk.writeUInt8(0x3f, second + 24)

    const { xml, counts } = read(chunk)

    expect(xml.map(text => /<Computer>(.*?)</.exec(text)?.[1])).toEqual(['财务-PC1', 'last'])
    expect(counts).toMatchObject({ records: 2, damagedRecords: 1, badChecksums: 1 })
  })

  it('finds the next record when a length is wrong', () => {
    const chunk = evtxChunk([event(), event({ computer: 'broken' }), event({ computer: 'last' })])
    chunk.writeUInt32LE(0x7fffffff, chunk.indexOf(Buffer.from([0x2a, 0x2a, 0, 0]), 600) + 4)

    const { xml, counts } = read(chunk)

    expect(xml).toHaveLength(2)
    expect(counts.damagedRecords).toBeGreaterThan(0)
  })

  it('that is none is counted; an empty one is not', () => {
    const other = evtxChunk([event()])
    other.write('XXXX', 0)

    expect(read(other).counts).toMatchObject({ damagedChunks: 1, records: 0 })
    expect(read(Buffer.alloc(65_536)).counts).toMatchObject({ chunks: 0, damagedChunks: 0 })
    expect(read(evtxChunk([event()]).subarray(0, 100)).counts).toMatchObject({ damagedChunks: 1 })
  })

  it('that refers to itself ends', () => {
    const chunk = evtxChunk([event(), event()])
    // The second record's template is the record itself.
    const second = chunk.indexOf(Buffer.from([0x2a, 0x2a, 0, 0]), 600)
    chunk.writeUInt32LE(second + 4, second + 34)

    expect(read(chunk).xml.length).toBeLessThanOrEqual(2)
  })

  it('never throws and never yields what cannot be stored, whatever bytes are changed', () => {
    const clean = evtxChunk([event(), event({ id: 3 }), event({ items: [] })])
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2_500), fc.nat(255)), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 65_536 }),
        (changes, length) => {
          const chunk = Buffer.from(clean)
          for (const [place, byte] of changes) chunk[place] = byte
          const { xml, counts } = read(chunk.subarray(0, length))
          expect(xml.length).toBe(counts.records)
          for (const text of xml) expect(text).not.toMatch(/\n/)
        },
      ),
      { numRuns: 400, seed: 7 },
    )
  })
})
