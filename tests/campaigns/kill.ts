// `npm run campaign -- kill [--mode embedded|split] [--kills 20] [--seed 1]`: kill -9 at random moments of many stories; the last line is JSON.
import { parseArgs } from 'node:util'
import { killStories } from '../support/kill-story.js'

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'embedded' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
})
const kills = Number(values.kills)
const mode = values.mode === 'split' ? 'split' : 'embedded'
const result = await killStories({
  mode,
  kills,
  seed: Number(values.seed),
  stories: Math.max(1, Math.ceil(kills * 0.8)),
  storyEvery: 15_000,
  progress: line => process.stderr.write(`${line}\n`),
})
process.stdout.write(`${JSON.stringify({ campaign: 'kill', mode, seed: Number(values.seed), ...result })}\n`)
process.exitCode = result.faults.length === 0 ? 0 : 1
