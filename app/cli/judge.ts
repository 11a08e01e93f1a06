// `guanjia judge`: raw log lines in, what the detection models say about them out; in process, without a database.
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { loadContent } from '../../adapters/content/load-content.js'
import { loadModels } from '../../adapters/content/load-models.js'
import { FormatSet } from '../../core/normalise/formats/format-set.js'
import { readFormats } from '../../core/normalise/formats/read-format.js'
import { normalise } from '../../core/normalise/normalise.js'
import { createDetector } from '../../core/threats/detector.js'
import type { Hit } from '../../core/threats/hit.js'
import { makeMaterials } from '../../core/threats/materials.js'
import { models } from '../../core/threats/models/index.js'
import { attackResultLabel, severityLabel } from '../../core/threats/terms.js'
import { contentFolder } from '../folders.js'
import { readLines } from './read-input.js'
import { UsageError, type Verb } from './verb.js'

export const judge: Verb = {
  usage: 'judge [--source TYPE] [--content DIR] [--json] FILE|-',
  summary: 'Runs all rules and models over raw log lines; one line, or one JSON object, per hit',
  details: 'Lines are judged in their order and by their own times. `line` in a hit is the 0-based number of the line that completed it.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { source: { type: 'string', default: 'raw' }, content: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    const [file] = positionals
    if (file === undefined || positionals.length > 1) throw new UsageError('one file, or - for stdin, is needed')
    const folders = [contentFolder, ...(values.content === undefined ? [] : [values.content])]
    const content = loadContent(folders)
    const trained = loadModels(folders)
    const { materials, faults } = makeMaterials({ ...content, dga: trained.dga })
    const read = readFormats(content.formats)
    const formats = new FormatSet(read.formats)
    for (const fault of [...content.faults, ...trained.faults, ...read.faults, ...faults])
      process.stderr.write(`left out ${JSON.stringify(fault)}\n`)
    const detector = createDetector(models, materials, {}, (modelId, error) =>
      process.stderr.write(`${modelId} failed: ${String(error)}\n`),
    )
    const receivedAt = new Date().toISOString()
    let line = 0
    let hits = 0
    for await (const raw of readLines(file)) {
      const event = normalise({ raw, type: values.source, receivedAt }, { formats })
      for (const hit of detector.judge([{ event, receivedAt }])) {
        hits += 1
        if (!process.stdout.write(`${values.json ? json(line, hit) : words(line, hit)}\n`)) await once(process.stdout, 'drain')
      }
      line += 1
    }
    process.stderr.write(`${line} lines, ${hits} hits\n`)
    return 0
  },
}

function json(line: number, hit: Hit): string {
  const { modelId, ruleId, title, eventType, severity, attackResult, at, victim, attacker, userName, count, attack, reason, author } = hit
  const source = attacker?.ip ?? null
  return JSON.stringify({
    line,
    model: modelId,
    rule: ruleId,
    title,
    eventType,
    severity,
    result: attackResult,
    at,
    source,
    victim,
    user: userName ?? null,
    count,
    attack,
    reason,
    author,
  })
}

function words(line: number, hit: Hit): string {
  return `${line}\t${severityLabel[hit.severity]}\t${hit.attacker?.ip ?? '-'}\t${hit.title}\t${attackResultLabel[hit.attackResult]}\t${hit.reason}`
}
