// `npm run campaign -- parse-fuzz [--inputs 1000000] [--seed 1]`: damaged log lines through the normalisation; the last line is JSON.
import { parseArgs } from 'node:util'
import { parseFuzz } from '../support/parse-fuzz.js'

const { values } = parseArgs({ options: { inputs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } } })
const result = parseFuzz({
  inputs: Number(values.inputs),
  seed: Number(values.seed),
  progress: done => process.stderr.write(`${done} inputs\n`),
})
process.stdout.write(`${JSON.stringify({ campaign: 'parse-fuzz', seed: Number(values.seed), ...result })}\n`)
process.exitCode = result.crashes.length === 0 && result.overTenMilliseconds === 0 ? 0 : 1
