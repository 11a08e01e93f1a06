// `npm run campaign -- confirmations [--count 100000] [--seed 1]`: generated confirmations, valid and not; the last line is JSON.
import { parseArgs } from 'node:util'
import { generateConfirmations } from '../support/confirmations.js'

const { values } = parseArgs({ options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } } })
const result = await generateConfirmations(Number(values.count), Number(values.seed), done => {
  if (done % 5000 === 0) process.stderr.write(`${done}\n`)
})
process.stdout.write(
  `${JSON.stringify({ campaign: 'confirmations', seed: Number(values.seed), ...result, faults: result.faults.slice(0, 20) })}\n`,
)
process.exitCode = result.faults.length === 0 ? 0 : 1
