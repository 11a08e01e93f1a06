// Runs the samples of one format through the whole road of a line; called by `guanjia formats test` and by the tests of the shipped formats.
import { normalise, type Explanation } from '../normalise.js'
import { isObject } from '../merge-draft.js'
import type { Format } from './format.js'
import type { FormatSet } from './format-set.js'

const RECEIVED_AT = '2026-01-01T00:00:00.000Z'

/** What does not come out as the format says; one text each, empty when all is well. */
export function checkSamples(format: Format, formats: FormatSet): string[] {
  const problems: string[] = []
  for (const [index, sample] of format.samples.entries()) {
    const explanation: Explanation = { envelope: 'none', won: 'unknown', near: [] }
    const event = normalise({ raw: sample.line, type: 'raw', receivedAt: RECEIVED_AT }, { formats }, explanation)
    const where = `samples.${index}`
    if (owner(explanation.won) !== format.id) {
      const own = explanation.near.find(miss => owner(miss.id) === format.id)
      problems.push(`${where}: ${explanation.won} won${own === undefined ? '' : ` (${own.id}: ${own.why})`}: ${sample.line.slice(0, 120)}`)
      continue
    }
    if (sample.product !== undefined && event.observer?.product !== sample.product)
      problems.push(`${where}: product is ${String(event.observer?.product)}, not ${sample.product}`)
    for (const [path, wanted] of Object.entries(sample.expect)) {
      const got = at(event, path)
      if (JSON.stringify(got) !== JSON.stringify(wanted))
        problems.push(`${where}: ${path} is ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`)
    }
  }
  for (const [index, line] of format.ignores.entries()) {
    const explanation: Explanation = { envelope: 'none', won: 'unknown', near: [] }
    normalise({ raw: line, type: 'raw', receivedAt: RECEIVED_AT }, { formats }, explanation)
    if (owner(explanation.won) === format.id) problems.push(`ignores.${index}: is taken for ${format.id}: ${line.slice(0, 120)}`)
  }
  return problems
}

function owner(won: string): string {
  return won.split('#', 1)[0] ?? won
}

function at(event: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), event)
}
