// `npm run campaign -- leases [--leases 1000] [--devices 20] [--kills 5] [--window 60] [--seed 1]`: blocks end on time; the last line is JSON.
import { parseArgs } from 'node:util'
import { leaseStory } from '../support/lease-story.js'

const { values } = parseArgs({
  options: {
    leases: { type: 'string', default: '1000' },
    devices: { type: 'string', default: '20' },
    kills: { type: 'string', default: '5' },
    window: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
})
const seed = Number(values.seed)
const result = await leaseStory({
  leases: Number(values.leases),
  devices: Number(values.devices),
  kills: Number(values.kills),
  window: Number(values.window),
  seed,
  progress: line => process.stderr.write(`${line}\n`),
})
process.stdout.write(`${JSON.stringify({ campaign: 'leases', seed, ...result })}\n`)
process.exitCode = result.faults.length === 0 ? 0 : 1
