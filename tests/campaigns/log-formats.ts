// `npm run campaign -- log-formats --data FOLDER [--misses]`: scores recorded lines of other projects by their labels; the last line is JSON.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { figures, scoreLines, type LabelledLine } from '../support/log-scores/score-file.js'

const { values } = parseArgs({
  options: { data: { type: 'string' }, misses: { type: 'boolean', default: false }, only: { type: 'string' } },
})
if (values.data === undefined) {
  process.stderr.write('--data FOLDER: a folder with cn-devices.jsonl.gz, ecs-pairs-apache-2.0.jsonl.gz, …\n')
  process.exit(2)
}
const FILES: readonly (readonly [string, LabelledLine['kind']])[] = [
  ['cn-devices.jsonl.gz', 'cn-devices'],
  ['source-detection.jsonl.gz', 'source-detection'],
  ['ecs-pairs-apache-2.0.jsonl.gz', 'ecs'],
  ['crowdsec-pairs.jsonl.gz', 'crowdsec'],
  ['network-os-pairs.jsonl.gz', 'network-os'],
  ['datadog-pairs.jsonl.gz', 'datadog'],
]
const out: Record<string, unknown> = {}
for (const [name, kind] of FILES) {
  const file = join(values.data, name)
  if (!existsSync(file) || (values.only !== undefined && !name.startsWith(values.only))) continue
  const lines = gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => ({ ...(JSON.parse(line) as object), kind }) as LabelledLine)
  const score = scoreLines(lines)
  out[name] = figures(score)
  process.stderr.write(`${name} ${JSON.stringify(out[name])}\n`)
  if (values.misses) for (const miss of score.misses) process.stderr.write(`  ${miss.replaceAll('\n', '\\n')}\n`)
}
process.stdout.write(`${JSON.stringify({ campaign: 'log-formats', ...out })}\n`)
