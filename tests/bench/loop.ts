// `npm run bench -- loop`: how much the main loop takes in, and how long from an event to its card; the last line is one JSON object.
import { cpus, totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startProduct } from '../support/product.js'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    tenants: { type: 'string', default: '50' },
    rate: { type: 'string', default: '1000' },
  },
})
const seconds = Number(values.seconds)
const tenants = Number(values.tenants)
const rate = Number(values.rate)
const BATCH = 1000
const BAD = '198.51.100.23'

const token = (index: number) => `bench-token-${String(index).padStart(4, '0')}`
const chat = (index: number) => `g-bench-${index}`

const declaration = `
robots: [{ name: main, botId: aib-bench, secret: a-robot-secret-1 }]
staff: [{ userid: zhang, name: 张工, role: analyst }]
rooms: { ops: { chatid: ops-1, robot: main } }
tenants:
${Array.from(
  { length: tenants },
  (_, index) => `  - code: b${index}
    name: 单位${index}
    settings: { firstReportWaitSeconds: 0, attention: { quiet: null, perHour: 100000, perDay: 100000 } }
    people: [{ userid: p${index}, name: 人员${index}, role: approver }]
    groups: [{ chatid: ${chat(index)}, name: 群${index}, form: simulated, robot: main }]
    sources: [{ name: app, type: raw, token: ${token(index)} }]`,
).join('\n')}
`

let serial = 0
/** An ordinary request, as nginx writes it. */
function ordinary(): string {
  const n = serial++
  return `198.51.100.${n % 200} - - [${clfTime()}] "GET /course/${n}?page=${n % 9} HTTP/1.1" 200 ${500 + (n % 4000)} "-" "Mozilla/5.0 (X11; Linux x86_64)"`
}
/** A host of its own calls a listed command server: one incident, one card. */
function bad(host: string): string {
  return JSON.stringify({ '@timestamp': new Date().toISOString(), host: { name: host }, destination: { ip: BAD, port: 443 } })
}
function clfTime(): string {
  const [, date, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(new Date().toUTCString()) ?? []
  return `${date ?? ''}/${month ?? ''}/${year ?? ''}:${time ?? ''} +0000`
}

const product = await startProduct({ mode: 'embedded', declaration, sandboxApart: true, env: { LOG_LEVEL: 'error' } })

async function post(index: number, lines: readonly string[]): Promise<void> {
  const response = await fetch(`${product.intakeUrl}/api/v1/ingest/raw`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token(index)}` },
    body: lines.join('\n'),
  })
  if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`)
  await response.arrayBuffer()
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${product.intakeUrl}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0)
}

async function throughput(): Promise<{ accepted: number; judged: number }> {
  const bodies = Array.from({ length: 8 }, () => Array.from({ length: BATCH }, ordinary))
  const end = Date.now() + 10_000
  const judgedBefore = await metric('guanjia_events_judged_total')
  let sent = 0
  const began = performance.now()
  await Promise.all(
    Array.from({ length: 8 }, async (_, client) => {
      for (let round = 0; Date.now() < end; round++) {
        await post((client + round * 8) % tenants, bodies[client]!)
        sent += BATCH
      }
    }),
  )
  const acceptSeconds = (performance.now() - began) / 1000
  while ((await metric('guanjia_events_judged_total')) - judgedBefore < sent) await sleep(100)
  return { accepted: Math.round(sent / acceptSeconds), judged: Math.round(sent / ((performance.now() - began) / 1000)) }
}

async function latency(): Promise<{ p50: number; p99: number; cards: number; missing: number; rss: number }> {
  const sentAt = new Map<string, number>()
  const hitEvery = 100
  const perTick = Math.max(1, Math.round(rate / 20))
  let produced = 0
  let next = performance.now()
  let rss = 0
  const posts: Promise<void>[] = []
  for (let tick = 0; tick < seconds * 20; tick++) {
    const lines: string[] = []
    for (let i = 0; i < perTick; i++) {
      if (++produced % hitEvery === 0) {
        const host = `host-${produced}`
        sentAt.set(host, Date.now())
        lines.push(bad(host))
      } else lines.push(ordinary())
    }
    posts.push(post(tick % tenants, lines))
    if (tick % 100 === 99) rss = Math.max(rss, await metric('process_resident_memory_bytes'))
    next += 50
    await sleep(Math.max(0, next - performance.now()))
  }
  await Promise.all(posts)
  const times: number[] = []
  const deadline = Date.now() + 60_000
  const seen = new Set<string>()
  while (seen.size < sentAt.size && Date.now() < deadline) {
    await sleep(500)
    for (let index = 0; index < tenants; index++) {
      const response = await fetch(`${product.sandboxUrl}/sandbox/api/groups/${chat(index)}/messages`)
      for (const message of (await response.json()) as { at: string; text: string; buttons: unknown[] }[]) {
        const host = /host-\d+/.exec(message.text)?.[0]
        const at = host === undefined ? undefined : sentAt.get(host)
        if (host === undefined || at === undefined || seen.has(host)) continue
        seen.add(host)
        times.push(Date.parse(message.at) - at)
      }
    }
  }
  times.sort((a, b) => a - b)
  const quantile = (q: number) => times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? NaN
  return { p50: quantile(0.5), p99: quantile(0.99), cards: times.length, missing: sentAt.size - times.length, rss }
}

try {
  // Nothing is measured cold: the first batches compile the judging code.
  for (let index = 0; index < tenants; index++) await post(index, Array.from({ length: 200 }, ordinary))
  await sleep(2000)
  const cards = await latency()
  process.stderr.write(
    `event → card at ${rate} events/s, 1 % hits, ${tenants} tenants: p50 ${cards.p50} ms, p99 ${cards.p99} ms, ${cards.cards} cards\n`,
  )
  const flow = await throughput()
  process.stderr.write(`accepted ${flow.accepted} events/s in batches of ${BATCH}, judged ${flow.judged} events/s\n`)
  const rss = Math.max(cards.rss, await metric('process_resident_memory_bytes'))
  const figures = {
    bench: 'loop',
    acceptedPerSecond: flow.accepted,
    judgedPerSecond: flow.judged,
    eventToCardP50Ms: cards.p50,
    eventToCardP99Ms: cards.p99,
    cards: cards.cards,
    cardsMissing: cards.missing,
    rssMiB: Math.round(rss / 1024 / 1024),
    tenants,
    rate,
    seconds,
    machine: `${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GiB, node ${process.version}`,
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
} finally {
  await product.stop()
}
