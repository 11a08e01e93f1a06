// `guanjia parse`: raw log lines in, one normalised event per line out.
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { normalise } from '../../core/normalise/normalise.js'
import { evtxCounts, type EvtxCounts } from '../../adapters/log-source/evtx/index.js'
import { looksLikeEvtx, readEvtxRecords } from '../../adapters/log-source/evtx/read-evtx.js'
import { readLines } from './read-input.js'
import { UsageError, type Verb } from './verb.js'

export const parse: Verb = {
  usage: 'parse [--source TYPE] FILE|-',
  summary: 'Turns raw log lines, or a binary Windows event log (.evtx), into normalised events (nested ECS), one JSON per line',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { source: { type: 'string', default: 'raw' } },
    })
    const [file] = positionals
    if (file === undefined || positionals.length > 1) throw new UsageError('one file, or - for stdin, is needed')
    const counts = evtxCounts()
    const isBinary = file !== '-' && (await looksLikeEvtx(file))
    for await (const raw of isBinary ? evtxLines(file, counts) : readLines(file)) {
      const event = normalise({ raw, type: values.source, receivedAt: new Date().toISOString() })
      if (!process.stdout.write(`${JSON.stringify(event)}\n`)) await once(process.stdout, 'drain')
    }
    if (isBinary) process.stderr.write(`${JSON.stringify(counts)}\n`)
    return 0
  },
}

async function* evtxLines(file: string, counts: EvtxCounts): AsyncGenerator<string> {
  for await (const record of readEvtxRecords(file, counts)) yield record.xml
}
