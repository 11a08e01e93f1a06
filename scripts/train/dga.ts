// `npm run train -- dga [--seed 1] [--generated 100000] [--out content/models/dga.json]`: trains the net that knows generated names; same seed, same file.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { trainDga } from '../training/train-dga.js'

const root = new URL('../../', import.meta.url)
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    generated: { type: 'string', default: '100000' },
    epochs: { type: 'string', default: '3' },
    out: { type: 'string', default: fileURLToPath(new URL('content/models/dga.json', root)) },
  },
})
const list = (name: string) =>
  readFileSync(new URL(`scripts/training/lists/${name}`, root), 'utf8')
    .trim()
    .split('\n')
const file = trainDga({
  ordinary: list('ordinary-domains.txt'),
  words: list('words.txt'),
  seed: Number(values.seed),
  generated: Number(values.generated),
  epochs: Number(values.epochs),
  said: line => process.stderr.write(`${line}\n`),
})
writeFileSync(values.out, `${JSON.stringify(file)}\n`)
process.stdout.write(`${JSON.stringify({ model: 'dga', version: file.version, thresholds: file.thresholds, out: values.out })}\n`)
