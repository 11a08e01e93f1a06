import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkSamples } from '../../core/normalise/formats/check-samples.js'
import { FormatSet } from '../../core/normalise/formats/format-set.js'
import { readFormats } from '../../core/normalise/formats/read-format.js'
import type { ContentFault } from './content-files.js'
import { loadFormats } from './load-content.js'

const faults: ContentFault[] = []
const read = readFormats(loadFormats([join(import.meta.dirname, '..', '..', 'content')], faults))
const { formats } = read
const set = new FormatSet(formats)

describe('shipped formats', () => {
  it('load without faults', () => {
    expect([...faults, ...read.faults]).toEqual([])
    expect(formats.length).toBeGreaterThan(0)
  })
  it('are looked for by a text, a program, a key or a header, never tried on every line', () => {
    expect(set.costly).toEqual([])
  })
  it.each(formats.map(format => [format.id, format] as const))('%s does what its samples say, beside all others', (_, format) => {
    expect(checkSamples(format, set)).toEqual([])
  })
})
