// `npm run campaign -- storm [--alerts 10000] [--tenants 20] [--kills 0] [--seed 1]`: a storm against a WeCom that refuses; the last line is JSON.
import { parseArgs } from 'node:util'
import { storm } from '../support/storm.js'

const { values } = parseArgs({
  options: {
    alerts: { type: 'string', default: '10000' },
    tenants: { type: 'string', default: '20' },
    kills: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
})
const result = await storm({
  alerts: Number(values.alerts),
  tenants: Number(values.tenants),
  kills: Number(values.kills),
  seed: Number(values.seed),
  busy: 0.1,
  down: 0.05,
  hang: 0.01,
  tokenLosses: 3,
  progress: line => process.stderr.write(`${line}\n`),
})
process.stdout.write(`${JSON.stringify({ campaign: 'storm', seed: Number(values.seed), ...result })}\n`)
process.exitCode = result.faults.length === 0 ? 0 : 1
