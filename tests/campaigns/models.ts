// `npm run campaign -- models --data FOLDER`: the learning models on labelled data in the folders dga, beaconing, behaviour, alert-triage; the last line is JSON.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { loadModels } from '../../adapters/content/load-models.js'
import { DgaNet } from '../../core/threats/learned/dga-net.js'
import { contentFolder } from '../../app/folders.js'
import { beaconFigures, behaviourFigures, dgaFigures, triageFigures, type ConnectionRow, type LogonRow } from '../support/model-figures.js'

const { values } = parseArgs({ options: { data: { type: 'string' }, from: { type: 'string', default: '6000' } } })
if (values.data === undefined) {
  process.stderr.write('Name the folder of the data: npm run campaign -- models --data FOLDER\n')
  process.exit(2)
}
const folder = values.data
const text = (name: string) =>
  gunzipSync(readFileSync(join(folder, name)), { maxOutputLength: 2 ** 30 })
    .toString('utf8')
    .trim()
    .split('\n')
const rows = <T>(name: string) => text(name).map(line => JSON.parse(line) as T)
const figures: Record<string, unknown> = {}

function measure(name: string, work: () => object): void {
  if (!existsSync(join(folder, name))) return
  const result = work()
  figures[name] = result
  process.stderr.write(`${name}: ${JSON.stringify(result)}\n`)
}

measure('dga', () => {
  const dga = DgaNet.load(loadModels([contentFolder]).dga)
  const trained = new Set(
    readFileSync(new URL('../../scripts/training/lists/ordinary-domains.txt', import.meta.url), 'utf8')
      .trim()
      .split('\n'),
  )
  const names = text('dga/domains.csv.gz').slice(1)
  return dgaFigures(
    dga,
    names.map(line => line.split(',')).map(([domain = '', label, family = '']) => ({ domain, generated: label === 'dga', family })),
    trained,
  )
})
measure('beaconing', () => {
  const truth = rows<{ label: string; src: string; dst: string }>('beaconing/truth.jsonl.gz')
  const beacons = new Set(truth.filter(one => one.label === 'beacon').map(one => `${one.src} ${one.dst}`))
  return beaconFigures(rows<ConnectionRow>('beaconing/connections.jsonl.gz'), beacons)
})
measure('behaviour', () => behaviourFigures(rows<LogonRow>('behaviour/logons.jsonl.gz'), rows('behaviour/truth.jsonl.gz'), 28))
measure('alert-triage', () => {
  const alerts = rows<Record<string, unknown>>('alert-triage/alerts.jsonl.gz')
  return triageFigures(
    alerts.map(alert => ({ features: featuresOf(alert), positive: alert['verdict'] === 'true-positive' })),
    Number(values.from),
  )
})
process.stdout.write(`${JSON.stringify({ campaign: 'models', ...figures })}\n`)

/** Words become features of their own, numbers one each, counts by their logarithm, the hour by day and night. */
function featuresOf(alert: Readonly<Record<string, unknown>>): Map<string, number> {
  const features = new Map([['bias', 1]])
  for (const [key, value] of Object.entries(alert)) {
    if (key === 'id' || key === 'ts' || key === 'asset' || key === 'verdict') continue
    if (typeof value === 'string') features.set(`${key}=${value}`, 1)
    else if (typeof value === 'boolean') features.set(key, value ? 1 : 0)
    else if (typeof value !== 'number') continue
    else if (key === 'hour') features.set('night', value >= 22 || value < 7 ? 1 : 0)
    else if (/count/.test(key)) features.set(key, Math.log2(1 + value) / 4 - 0.5)
    else features.set(key, (value - 3) / 2)
  }
  return features
}
