// `guanjia parse`: raw log lines in, one normalised event per line out.
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { evtxCounts, type EvtxCounts } from '../../adapters/log-source/evtx/index.js'
import { looksLikeEvtx, readEvtxRecords } from '../../adapters/log-source/evtx/read-evtx.js'
import { loadFormats } from '../../adapters/content/load-content.js'
import { FormatSet } from '../../core/normalise/formats/format-set.js'
import { readFormats as compileFormats } from '../../core/normalise/formats/read-format.js'
import { normalise, type Explanation } from '../../core/normalise/normalise.js'
import { contentFolder } from '../folders.js'
import { readLines } from './read-input.js'
import { UsageError, type Verb } from './verb.js'

export const parse: Verb = {
  usage: 'parse [--source TYPE] [--formats DIR] [--explain] FILE|-',
  summary: 'Turns raw log lines, or a binary Windows event log (.evtx), into normalised events (nested ECS), one JSON per line',
  details:
    'Formats are those shipped and those in DATA_DIR/content/formats; --formats adds a content folder of your own.\n' +
    '--explain writes one JSON per line to stderr: the envelope found, what won, and which formats came near and why they did not win.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { source: { type: 'string', default: 'raw' }, formats: { type: 'string' }, explain: { type: 'boolean', default: false } },
    })
    const [file] = positionals
    if (file === undefined || positionals.length > 1) throw new UsageError('one file, or - for stdin, is needed')
    const counts = evtxCounts()
    const isBinary = file !== '-' && (await looksLikeEvtx(file))
    const { formats } = readFormats(values.formats)
    let line = 0
    for await (const raw of isBinary ? evtxLines(file, counts) : readLines(file)) {
      line += 1
      const explanation: Explanation | undefined = values.explain ? { envelope: 'none', won: 'unknown', near: [] } : undefined
      const event = normalise({ raw, type: values.source, receivedAt: new Date().toISOString() }, { formats }, explanation)
      if (explanation !== undefined) process.stderr.write(`${JSON.stringify({ line, ...explanation })}\n`)
      if (!process.stdout.write(`${JSON.stringify(event)}\n`)) await once(process.stdout, 'drain')
    }
    if (isBinary) process.stderr.write(`${JSON.stringify(counts)}\n`)
    return 0
  },
}

async function* evtxLines(file: string, counts: EvtxCounts): AsyncGenerator<string> {
  for await (const record of readEvtxRecords(file, counts)) yield record.xml
}

/** Shipped formats with the operator's laid over them; faulty ones are named on stderr and left out. */
export function readFormats(folder: string | undefined): { formats: FormatSet; faults: number } {
  const faults: { file: string; line?: number; problem: string }[] = []
  const data = join(process.env['DATA_DIR'] ?? './data', 'content')
  const files = loadFormats([contentFolder, data, ...(folder === undefined ? [] : [folder])], faults)
  const { formats, faults: own } = compileFormats(files)
  faults.push(...own)
  for (const fault of faults) process.stderr.write(`${fault.file}:${fault.line ?? 1}: ${fault.problem}\n`)
  return { formats: new FormatSet(formats), faults: faults.length }
}
