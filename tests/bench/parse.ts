// `npm run bench -- parse [--seconds 2]`: lines a second through the whole normalisation, for each transport; the last line is one JSON object.
import { parseArgs } from 'node:util'
import { FormatSet } from '../../core/normalise/formats/format-set.js'
import { normalise } from '../../core/normalise/normalise.js'
import { shippedFormats } from '../support/log-lines.js'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '2' } } })
const formats = new FormatSet(shippedFormats())
const samples = formats.formats.flatMap(format => format.samples.map(sample => sample.line))
const head = '<134>Oct 10 12:34:56 gw '
const lanes: Record<string, readonly string[]> = {
  'syslog text': [
    `${head}: %ASA-6-302013: Built outbound TCP connection 9 for outside:198.51.100.6/443 (198.51.100.6/443) to inside:192.0.2.7/54230 (203.0.113.2/54230)`,
  ],
  pairs: samples.filter(line => line.includes('devid=FG')),
  cef: samples.filter(line => line.includes('CEF:0|')),
  leef: samples.filter(line => line.includes('LEEF:')),
  json: samples.filter(line => /\{"/.test(line)),
  csv: samples.filter(line => /,TRAFFIC,|filterlog/.test(line)),
  xml: samples.filter(line => line.includes('</')),
  sshd: [`<86>Oct 10 12:34:56 gw sshd[1234]: Failed password for invalid user bob from 192.0.2.4 port 51234 ssh2`],
  unknown: [`${head}backup[12]: copied 17 volumes in 3 minutes, nothing else to say about it`],
  'all samples': samples,
}
const figures: Record<string, number> = {}
for (const [name, lines] of Object.entries(lanes)) {
  if (lines.length === 0) continue
  const records = lines.map(raw => ({ raw, type: 'raw', receivedAt: '2026-01-01T00:00:00.000Z' }))
  let known = 0
  for (let i = 0; i < 3_000; i += 1) if (normalise(records[i % records.length]!, { formats }).event.dataset !== 'unknown') known += 1
  if (name !== 'unknown' && known === 0) throw new Error(`${name}: no line was understood`)
  const end = performance.now() + Number(values.seconds) * 1000
  const began = performance.now()
  let count = 0
  while (performance.now() < end) for (let i = 0; i < 500; i += 1) normalise(records[count++ % records.length]!, { formats })
  figures[name] = Math.round((count / (performance.now() - began)) * 1000)
  process.stderr.write(`${name}: ${figures[name]} lines/s\n`)
}
process.stdout.write(`${JSON.stringify({ bench: 'parse', formats: formats.formats.length, linesPerSecond: figures })}\n`)
