// `npm run bench -- pipeline [--minutes 5] [--split]`: raw syslog over TCP, archived, normalised and judged by all rules and models; the last line is one JSON object.
// `--split` measures the intake and the judging as processes of their own, with MariaDB and Redis, instead of one process.
// The sender and the product share the machine's cores; what the sender used of them is said too.
import { once } from 'node:events'
import { connect } from 'node:net'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startProduct } from '../support/product.js'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '0.5' },
    tenants: { type: 'string', default: '8' },
    split: { type: 'boolean', default: false },
  },
})
const milliseconds = Number(values.minutes) * 60_000
const TENANTS = Number(values.tenants)
const BATCH = 500

const declaration = `
robots: [{ name: main, botId: aib-bench, secret: a-robot-secret-1 }]
staff: [{ userid: zhang, name: 张工, role: analyst }]
rooms: { ops: { chatid: ops-1, robot: main } }
tenants:
${Array.from(
  { length: TENANTS },
  (_, index) => `  - code: bench${index}
    name: 基准单位${index}
    groups: [{ chatid: g-bench${index}, name: 基准群${index}, form: simulated, robot: main }]
    sources: [{ name: edge, type: syslog, token: bench-token-000${index}, from: ["127.0.1.${index + 1}"] }]`,
).join('\n')}
`

let serial = 0
/** What servers write all day: pages, logins that succeed, jobs, lines of programs nobody knows. */
function line(): string {
  const n = (serial += 1)
  const time = new Date().toISOString()
  if (n % 10 < 7)
    return `<190>1 ${time} web${n % 8} nginx 77 - - 198.51.${n % 100}.${n % 200} - - [${clf()}] "GET /course/${n % 5_000}?page=${n % 9} HTTP/1.1" 200 ${500 + (n % 4_000)} "-" "Mozilla/5.0 (X11; Linux x86_64)"`
  if (n % 10 === 7)
    return `<38>1 ${time} srv${n % 20} sshd ${n % 30_000} - - Accepted publickey for deploy from 10.1.${n % 250}.9 port ${20_000 + (n % 30_000)} ssh2`
  if (n % 10 === 8) return `<78>1 ${time} srv${n % 20} CRON ${n % 30_000} - - (root) CMD (run-parts /etc/cron.hourly)`
  return `<134>1 ${time} app${n % 5} orders ${n % 9_000} - - order ${n} accepted in ${n % 80} ms`
}
function clf(): string {
  const [, date, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(new Date().toUTCString()) ?? []
  return `${date ?? ''}/${month ?? ''}/${year ?? ''}:${time ?? ''} +0000`
}

const mode = values.split ? 'split' : 'embedded'
const product = await startProduct({ mode, declaration, sandboxApart: true, env: { LOG_LEVEL: 'error' } })
const measured = product.processes.filter(({ name }) => name !== 'sandbox')

interface Figures {
  accepted: number
  judged: number
  memory: number
  /** Processor seconds of each process. */
  cpu: number[]
}

async function metrics(): Promise<Figures> {
  const texts = await Promise.all(measured.map(async ({ port }) => await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()))
  const read = (text: string, name: string) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0)
  const sum = (name: string) => texts.reduce((total, text) => total + read(text, name), 0)
  return {
    accepted: sum('guanjia_events_accepted_total'),
    judged: sum('guanjia_events_judged_total'),
    memory: sum('process_resident_memory_bytes'),
    cpu: texts.map(text => read(text, 'process_cpu_seconds_total')),
  }
}

/** Each customer's lines come over a connection of its own, from an address of its own. */
async function send(tenant: number, until: number): Promise<number> {
  const socket = connect({ port: product.syslogPort, host: '127.0.0.1', localAddress: `127.0.1.${tenant + 1}` })
  await once(socket, 'connect')
  let sent = 0
  // Lines are made once: what is measured is not the making.
  const bodies = Array.from({ length: 40 }, () => `${Array.from({ length: BATCH }, line).join('\n')}\n`)
  for (let round = 0; Date.now() < until; round += 1) {
    if (!socket.write(bodies[round % bodies.length]!)) await once(socket, 'drain')
    sent += BATCH
  }
  socket.end()
  return sent
}

try {
  const everyTenant = Array.from({ length: TENANTS }, (_, tenant) => tenant)
  // Nothing is measured cold.
  await Promise.all(everyTenant.map(tenant => send(tenant, Date.now() + 3_000)))
  let before = await metrics()
  do {
    await sleep(2_000)
    before = await metrics()
  } while (before.judged < before.accepted)
  const began = performance.now()
  const senderBefore = process.cpuUsage()
  const sending = Promise.all(everyTenant.map(tenant => send(tenant, Date.now() + milliseconds)))
  const memory: number[] = []
  let isSending = true
  const watching = (async () => {
    while (isSending) {
      await sleep(Math.min(5_000, milliseconds / 6))
      memory.push((await metrics()).memory)
    }
  })()
  const sent = (await sending).reduce((sum, one) => sum + one, 0)
  isSending = false
  const { user, system } = process.cpuUsage(senderBefore)
  await watching
  const deadline = Date.now() + 120_000
  let now = await metrics()
  while (now.judged - before.judged < sent && Date.now() < deadline) {
    await sleep(200)
    now = await metrics()
  }
  const seconds = (performance.now() - began) / 1000
  const judged = now.judged - before.judged
  const perLine = now.cpu.map((used, at) => Math.round(((used - before.cpu[at]!) * 1e7) / judged) / 10)
  const figures = {
    bench: 'pipeline',
    mode,
    tenants: TENANTS,
    cores: cpus().length,
    linesSent: sent,
    linesJudged: judged,
    lost: sent - judged,
    linesPerSecond: Math.round(judged / seconds),
    seconds: Math.round(seconds),
    // What the busiest process needs of one core for a line is what an idle machine is bound by.
    cpuMicrosecondsPerLine: Object.fromEntries(measured.map(({ name }, at) => [name, perLine[at]!])),
    linesPerSecondOfBusiestCore: Math.round(1e6 / Math.max(...perLine)),
    memoryFirstMegabytes: Math.round((memory[0] ?? now.memory) / 1e6),
    memoryLastMegabytes: Math.round((memory.at(-1) ?? now.memory) / 1e6),
    senderCpuSeconds: Math.round((user + system) / 1e6),
  }
  process.stderr.write(`${figures.linesPerSecond} lines/s from the socket to the verdict\n`)
  process.stdout.write(`${JSON.stringify(figures)}\n`)
} finally {
  await product.stop()
}
