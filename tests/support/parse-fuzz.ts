// Feeds damaged lines to the normalisation and notes what fails and what is slow; run by the campaign of the name and, shortly, by a test.
import { FormatSet } from '../../core/normalise/formats/format-set.js'
import { normalise } from '../../core/normalise/normalise.js'
import { damaged, seeded, shippedFormats } from './log-lines.js'

export interface FuzzResult {
  readonly inputs: number
  readonly crashes: readonly string[]
  readonly slowest: { readonly milliseconds: number; readonly line: string }
  readonly overTenMilliseconds: number
  readonly heapGrowthMegabytes: number
}

export function parseFuzz(options: { inputs: number; seed: number; progress?: (done: number) => void }): FuzzResult {
  const formats = new FormatSet(shippedFormats())
  const lines = formats.formats.flatMap(format => [...format.samples.map(sample => sample.line), ...format.ignores])
  const random = seeded(options.seed)
  const pick = (): string => lines[Math.floor(random() * lines.length)]!
  const crashes: string[] = []
  let slowest = { milliseconds: 0, line: '' }
  let over = 0
  const heap = process.memoryUsage().heapUsed
  for (let done = 0; done < options.inputs; done += 1) {
    let raw = damaged(pick(), pick(), random)
    while (random() < 0.3) raw = damaged(raw, pick(), random)
    const run = (): number => {
      const began = performance.now()
      try {
        JSON.stringify(normalise({ raw, type: 'raw', receivedAt: '2026-01-01T00:00:00.000Z' }, { formats }))
      } catch (error) {
        if (crashes.length < 20) crashes.push(`${error instanceof Error ? error.message : String(error)}: ${raw.slice(0, 300)}`)
      }
      return performance.now() - began
    }
    let milliseconds = run()
    // A pause of the collector or of the machine is not the line's: the best of three counts.
    if (milliseconds > 5) milliseconds = Math.min(milliseconds, run(), run())
    if (milliseconds > 10) over += 1
    if (milliseconds > slowest.milliseconds) slowest = { milliseconds, line: `${raw.length} characters: ${raw.slice(0, 300)}` }
    if (done % 100_000 === 99_999) options.progress?.(done + 1)
  }
  global.gc?.()
  const heapGrowthMegabytes = Math.round((process.memoryUsage().heapUsed - heap) / 1_048_576)
  return { inputs: options.inputs, crashes, slowest, overTenMilliseconds: over, heapGrowthMegabytes }
}
