// `npm run bench -- delivery`: alerts posted one by one and durably accepted, and messages a second to a WeCom without limits; the last line is JSON.
import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openDatabase } from '../../adapters/database/data-source.js'
import { makeTransactions } from '../../adapters/database/transactions.js'
import { makeSecretBox } from '../../adapters/shared/secret-box.js'
import { makeIds } from '../../adapters/shared/uuid-v7.js'
import { newDelivery } from '../../core/delivery/new-delivery.js'
import { systemClock } from '../../core/ports/clock.js'
import { freePort, needProgram, startProcess, temporaryFolder, waitUntilReady } from '../support/private-process.js'
import { startProduct, type Product } from '../support/product.js'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    messages: { type: 'string', default: '20000' },
    /** `sent`: only the messages to an unlimited WeCom. */
    part: { type: 'string', default: 'all' },
  },
})
const TENANTS = 20
const CORP = 'wwbench'
const AGENT = 1000009
const SECRET = 'a-secret-of-an-application'
const CLIENTS = 24
const chat = (index: number) => `g-bench-${index}`
const token = (index: number) => `bench-token-${String(index).padStart(4, '0')}`
const declaration = `
robots: [{ name: main, botId: aib-bench, secret: a-robot-secret-1 }]
staff: [{ userid: zhang, name: 张工, role: analyst }]
rooms: { ops: { chatid: ops-1, robot: main } }
tenants:
${Array.from(
  { length: TENANTS },
  (_, index) => `  - code: b${index}
    name: 单位${index}
    settings: { firstReportWaitSeconds: 3600 }
    people: [{ userid: p${index}, name: 人员${index}, role: approver }]
    groups: [{ chatid: ${chat(index)}, name: 群${index}, form: simulated, robot: main }]
    sources: [{ name: am, type: alertmanager, token: ${token(index)} }]`,
).join('\n')}
`

const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
let serial = 0

interface Door {
  readonly url: string
  headers(n: number): Record<string, string>
  body(n: number): string
  readonly status: number
}

/** One alert, as Alertmanager's webhook sends it. */
const ours = (product: Product, name: (n: number) => string): Door => ({
  url: `${product.intakeUrl}/api/v1/ingest/alertmanager`,
  headers: n => ({ authorization: `Bearer ${token(n % TENANTS)}` }),
  status: 202,
  body: n =>
    JSON.stringify({ version: '4', status: 'firing', alerts: [{ status: 'firing', ...alert(n, name(n)), fingerprint: `fp${n % 2000}` }] }),
})

/** The same alert, as Prometheus posts it to Alertmanager. */
const theirs = (url: string): Door => ({
  url: `${url}/api/v2/alerts`,
  headers: () => ({}),
  status: 200,
  body: n => JSON.stringify([alert(n, `Bench${n % 50}`)]),
})

function alert(n: number, alertname: string) {
  const labels = { alertname, severity: 'info', instance: `host-${n % 500}`, n: String(n % 2000) }
  return { labels, annotations: { summary: 'bench' }, startsAt: new Date().toISOString() }
}

/** Resolves with the milliseconds until it was accepted. */
function postOne(door: Door): Promise<number> {
  const n = serial++
  const body = door.body(n)
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const headers = { ...door.headers(n), 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const call = request(door.url, { method: 'POST', agent, headers }, response => {
      response.resume()
      response.once('end', () =>
        response.statusCode === door.status ? resolve(performance.now() - began) : reject(new Error(String(response.statusCode))),
      )
    })
    call.once('error', reject)
    call.end(body)
  })
}

async function accepted(door: Door): Promise<{ perSecond: number; p50: number; p99: number }> {
  const times: number[] = []
  const run = async (milliseconds: number, keep: boolean) => {
    const end = performance.now() + milliseconds
    await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        while (performance.now() < end) {
          const took = await postOne(door)
          if (keep) times.push(took)
        }
      }),
    )
  }
  await run(2000, false)
  const began = performance.now()
  await run(Number(values.seconds) * 1000, true)
  const seconds = (performance.now() - began) / 1000
  times.sort((a, b) => a - b)
  const at = (q: number) => Math.round((times[Math.floor(times.length * q)] ?? 0) * 10) / 10
  return { perSecond: Math.round(times.length / seconds), p50: at(0.5), p99: at(0.99) }
}

/** Rows are put into the outbox as the alert lane does; how they got there is not part of the figure. */
async function sent(product: Product): Promise<{ perSecond: number; messages: number; cpuMsEach: number }> {
  const set = (body: object) =>
    fetch(`${product.sandboxUrl}/sandbox/api/limits`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await set({
    perMinute: 1_000_000,
    perHour: 1_000_000,
    messagesPerChat: 10_000,
    appCallsPerMinute: 1_000_000,
    appMemberPerMinute: 1_000_000,
    appMemberPerHour: 1_000_000,
    appDailyPerMember: 1_000_000,
  })
  const database = await openDatabase(product.databaseUrl)
  const transactions = makeTransactions(database, {
    clock: systemClock,
    ids: makeIds(systemClock),
    secrets: makeSecretBox('a key for tests only 0123456789'),
  })
  const messages = Number(values.messages)
  const groups = await transactions.read(t => t.groups.acrossTenantsFind({ kind: 'butler' }))
  for (let from = 0; from < messages; from += 1000) {
    await transactions.run(tx =>
      tx.deliveries.insertMany(
        Array.from({ length: Math.min(1000, messages - from) }, (_, index) => {
          const n = from + index
          const group = groups[n % groups.length]!
          return {
            ...newDelivery(tx, {
              tenantId: group.tenantId,
              robot: 'main',
              chatId: group.chatId,
              chatType: 'group',
              kind: 'answer',
              subject: '',
              message: { kind: 'markdown', text: `第 ${n} 条：一切正常，无需您操作。` },
              key: `bench:${n}`,
            }),
            // Not yet due: the sending begins for all of them at once.
            nextTryAt: '2999-01-01T00:00:00.000Z',
          }
        }),
      ),
    )
  }
  const cpuBefore = await cpuSeconds(product)
  const began = performance.now()
  await transactions.run(tx => tx.deliveries.acrossTenantsUpdate({ state: 'queued', kind: 'answer' }, { nextTryAt: tx.at }))
  for (;;) {
    await sleep(100)
    const [row] = await database.source.query<{ n: number }[]>(
      "SELECT COUNT(*) AS n FROM deliveries WHERE kind = 'answer' AND state <> 'sent'",
    )
    if (Number(row?.n) === 0) break
    if (performance.now() - began > 120_000) throw new Error(`${row?.n ?? '?'} messages were not sent in two minutes`)
  }
  const seconds = (performance.now() - began) / 1000
  await database.source.destroy()
  // On a machine that is shared the wall clock says little; this says what a message costs.
  const cpuMsEach = Math.round((((await cpuSeconds(product)) - cpuBefore) / messages) * 1e5) / 100
  return { perSecond: Math.round(messages / seconds), messages, cpuMsEach }
}

/** Spent by the product, without the sandbox, which is a process of its own. */
async function cpuSeconds(product: Product): Promise<number> {
  return metric(product, 'process_cpu_seconds_total')
}

async function metric(product: Product, name: string): Promise<number> {
  const text = await (await fetch(`${product.intakeUrl}/metrics`)).text()
  const line = text.split('\n').find(one => one.startsWith(`${name} `))
  return Number(line?.slice(name.length + 1) ?? 0)
}

/** Debian's Alertmanager with its WeCom receiver on the same sandbox; every alert a notification of its own, sent without waiting. */
async function alertmanager(
  product: Product,
): Promise<{ version: string; perSecond: number; p50: number; p99: number; posted: number; delivered: number }> {
  const folder = temporaryFolder()
  const receiver = {
    api_url: `${product.sandboxUrl}/sandbox/wecom/cgi-bin/`,
    corp_id: CORP,
    agent_id: String(AGENT),
    api_secret: SECRET,
    to_user: 'p0',
    message: 'bench {{ .CommonLabels.n }} {{ .CommonLabels.alertname }}',
  }
  const file = join(folder.path, 'alertmanager.yml')
  const route = { receiver: 'wecom', group_by: ['...'], group_wait: '0s', group_interval: '1s', repeat_interval: '1h' }
  writeFileSync(file, JSON.stringify({ route, receivers: [{ name: 'wecom', wechat_configs: [receiver] }] }))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const options = ['--cluster.listen-address=', `--web.listen-address=127.0.0.1:${port}`, `--storage.path=${join(folder.path, 'data')}`]
  const running = startProcess(needProgram('prometheus-alertmanager', 'prometheus-alertmanager'), [`--config.file=${file}`, ...options])
  try {
    await waitUntilReady(running, async () => {
      if (!(await fetch(`${url}/-/ready`)).ok) throw new Error('not ready')
    })
    const figures = await accepted(theirs(url))
    const posted = Math.min(serial, 2000)
    const heard = async () =>
      ((await (await fetch(`${product.sandboxUrl}/sandbox/api/groups/single:p0:app:${AGENT}/messages`)).json()) as unknown[]).length
    let delivered = 0
    for (let quiet = 0; quiet < 10; quiet++) {
      await sleep(1000)
      const now = await heard().catch(() => 0)
      if (now > delivered) quiet = 0
      delivered = now
    }
    return { version: '0.25', ...figures, posted, delivered }
  } finally {
    await running.end('SIGTERM')
    folder.remove()
  }
}

const product = await startProduct({
  mode: 'embedded',
  declaration,
  sandboxApart: true,
  env: { LOG_LEVEL: 'error', ROBOT_PER_MINUTE: '1000000', WECOM_CORP_ID: CORP, WECOM_AGENT_ID: String(AGENT), WECOM_SECRET: SECRET },
})
try {
  const delivered = await sent(product)
  process.stderr.write(
    `${delivered.messages} messages to an unlimited WeCom: ${delivered.perSecond} a second, ${delivered.cpuMsEach} ms of CPU each\n`,
  )
  if (values.part === 'sent') process.stdout.write(`${JSON.stringify({ bench: 'delivery', ...delivered })}\n`)
  else await everything(delivered)
} finally {
  agent.destroy()
  await product.stop()
}

async function everything(delivered: Awaited<ReturnType<typeof sent>>): Promise<void> {
  // A heartbeat gives no incident: this is what the intake alone can take.
  const posted = await accepted(ours(product, () => 'Watchdog'))
  process.stderr.write(`alerts posted one by one: ${posted.perSecond} a second, p50 ${posted.p50} ms, p99 ${posted.p99} ms\n`)
  const stormy = await accepted(ours(product, n => `Bench${n % 50}`))
  process.stderr.write(
    `… while 2,000 of them become incidents in the same process: ${stormy.perSecond} a second, p50 ${stormy.p50} ms, p99 ${stormy.p99} ms\n`,
  )
  const [before, rest] = [serial, 0]
  serial = rest
  const other = await alertmanager(product)
  process.stderr.write(
    `prometheus-alertmanager ${other.version}, same driver and sandbox: ${other.perSecond} a second accepted in memory, p50 ${other.p50} ms, p99 ${other.p99} ms; ` +
      `${other.delivered} of ${other.posted} alerts reached WeCom. It expects its senders to repeat, and keeps nothing over a restart; ours were on disk when they were answered.\n`,
  )
  serial = before
  const rss = await metric(product, 'process_resident_memory_bytes')
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GiB, node ${process.version}`
  process.stdout.write(
    `${JSON.stringify({ bench: 'delivery', acceptedPerSecond: posted.perSecond, acceptP50Ms: posted.p50, acceptP99Ms: posted.p99, acceptedInStorm: stormy, messagesPerSecond: delivered.perSecond, cpuMsPerMessage: delivered.cpuMsEach, alertmanager: other, rssMiB: Math.round(rss / 1048576), machine })}\n`,
  )
}
