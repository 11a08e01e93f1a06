// `npm run bench -- models`: what each detection model costs per event that is none of its business, and per event of its kind; the last line is one JSON object.
import { loadContent } from '../../adapters/content/load-content.js'
import { loadModels } from '../../adapters/content/load-models.js'
import { contentFolder } from '../../app/folders.js'
import { normalise } from '../../core/normalise/normalise.js'
import type { JudgedEvent } from '../../core/threats/hit.js'
import { makeMaterials } from '../../core/threats/materials.js'
import { models } from '../../core/threats/models/index.js'

const COUNT = 200_000
const receivedAt = '2026-11-24T08:30:00.000Z'
const judged = (raw: string): JudgedEvent => ({ event: normalise({ raw, type: 'raw', receivedAt }), receivedAt })
const lanes: Readonly<Record<string, (n: number) => string>> = {
  web: n =>
    `198.51.100.${n % 200} - - [24/Nov/2026:08:00:${String(n % 60).padStart(2, '0')} +0800] "GET /course/${n}?page=${n % 9} HTTP/1.1" 200 ${500 + (n % 4000)} "-" "Mozilla/5.0"`,
  flow: n =>
    `{"@timestamp":"2026-11-24T0${n % 8}:00:${String(n % 60).padStart(2, '0')}Z","event":{"category":["network"]},"source":{"ip":"10.20.${n % 8}.${n % 200}","bytes":${n % 5000}},"destination":{"ip":"203.0.113.${n % 250}","port":443,"bytes":900}}`,
  dns: n =>
    `{"@timestamp":"2026-11-24T08:00:00Z","source":{"ip":"10.20.1.${n % 200}"},"dns":{"question":{"name":"www.site${n % 5000}.example.com","type":"A"},"response_code":"NOERROR"}}`,
}
const { materials } = makeMaterials({ ...loadContent([contentFolder]), dga: loadModels([contentFolder]).dga })
const figures: Record<string, Record<string, number>> = {}
for (const [lane, line] of Object.entries(lanes)) {
  const events = Array.from({ length: 20_000 }, (_, n) => judged(line(n)))
  figures[lane] = {}
  for (const model of models) {
    const run = model.create(model.params.parse({}), materials)
    // Warm, so that compiling is not counted.
    for (const event of events) run.push(event)
    const began = performance.now()
    for (let n = 0; n < COUNT; n++) run.push(events[n % events.length]!)
    figures[lane][model.id] = Math.round(((performance.now() - began) * 1e6) / COUNT)
  }
  process.stderr.write(`${lane}: ns per event ${JSON.stringify(figures[lane])}\n`)
}
process.stdout.write(`${JSON.stringify({ bench: 'models', nanosecondsPerEvent: figures })}\n`)
