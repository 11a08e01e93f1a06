// `npm run bench -- pipeline [--minutes 5]`: raw syslog over TCP, archived, normalised and judged by all rules and models; the last line is one JSON object.
// The sender and the product share the machine's cores; what the sender used of them is said too.
import { once } from 'node:events'
import { connect } from 'node:net'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startProduct } from '../support/product.js'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '0.5' }, connections: { type: 'string', default: '2' } } })
const milliseconds = Number(values.minutes) * 60_000
const CONNECTIONS = Number(values.connections)
const BATCH = 500

const declaration = `
robots: [{ name: main, botId: aib-bench, secret: a-robot-secret-1 }]
staff: [{ userid: zhang, name: 张工, role: analyst }]
rooms: { ops: { chatid: ops-1, robot: main } }
tenants:
  - code: bench
    name: 基准单位
    groups: [{ chatid: g-bench, name: 基准群, form: simulated, robot: main }]
    sources: [{ name: edge, type: syslog, token: bench-token-0001, from: ["127.0.0.0/8"] }]
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

const product = await startProduct({ mode: 'embedded', declaration, sandboxApart: true, env: { LOG_LEVEL: 'error' } })

async function metrics(): Promise<{ accepted: number; judged: number; memory: number }> {
  const text = await (await fetch(`${product.intakeUrl}/metrics`)).text()
  const read = (name: string) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0)
  return {
    accepted: read('guanjia_events_accepted_total'),
    judged: read('guanjia_events_judged_total'),
    memory: read('process_resident_memory_bytes'),
  }
}

async function send(until: number): Promise<number> {
  const socket = connect(product.syslogPort, '127.0.0.1')
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
  await Promise.all([send(Date.now() + 2_000)])
  await sleep(4_000)
  const before = await metrics()
  const began = performance.now()
  const senderBefore = process.cpuUsage()
  const sending = Promise.all(Array.from({ length: CONNECTIONS }, () => send(Date.now() + milliseconds)))
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
  const figures = {
    bench: 'pipeline',
    cores: cpus().length,
    linesSent: sent,
    linesJudged: judged,
    lost: sent - judged,
    linesPerSecond: Math.round(judged / seconds),
    seconds: Math.round(seconds),
    memoryFirstMegabytes: Math.round((memory[0] ?? now.memory) / 1e6),
    memoryLastMegabytes: Math.round((memory.at(-1) ?? now.memory) / 1e6),
    senderCpuSeconds: Math.round((user + system) / 1e6),
  }
  process.stderr.write(`${figures.linesPerSecond} lines/s from the socket to the verdict\n`)
  process.stdout.write(`${JSON.stringify(figures)}\n`)
} finally {
  await product.stop()
}
