// Two processes that could both speak: one holds the robot, the other waits; when the one is killed in the middle of a burst, the other goes on.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase, type OpenDatabase } from '../../adapters/database/data-source.js'
import { ingest } from '../support/attack.js'
import { campus, UNI_TOKEN } from '../support/campus.js'
import { Group, type Message } from '../support/group.js'
import { startProduct, type Process, type Product } from '../support/product.js'

const AM_TOKEN = 'uni-am-token-0001'
const HOSTS = Array.from({ length: 20 }, (_, n) => `Burst${String(n + 1).padStart(2, '0')}x`)

let product: Product
let database: OpenDatabase
let butler: Group

beforeAll(async () => {
  const declaration = campus().replace(
    `token: ${UNI_TOKEN} }`,
    `token: ${UNI_TOKEN} }\n      - { name: am, type: alertmanager, token: ${AM_TOKEN} }`,
  )
  product = await startProduct({ mode: 'split', mains: 2, declaration })
  database = await openDatabase(product.databaseUrl)
  butler = new Group(product.sandboxUrl, 'g-uni')
}, 120_000)
afterAll(async () => {
  await database.source.destroy()
  await product.stop()
})

const all = <T>(sql: string): Promise<T[]> => database.source.query(sql)

/** The process that speaks, and the one that waits; asked of the lease, whose owner names the process. */
async function speaker(): Promise<{ speaks: Process; waits: Process }> {
  const [lease] = await all<{ owner: string }>("SELECT owner FROM leases WHERE id = 'robot:main'")
  const mains = [product.process('main'), product.process('main-2')]
  const speaks = mains.find(item => lease?.owner.includes(`-${item.pid}-`))
  const waits = mains.find(item => item !== speaks)
  if (!speaks || !waits) throw new Error(`nobody speaks: ${lease?.owner ?? ''}`)
  return { speaks, waits }
}

/** High, so that each is a message of its own. */
function burst(): Promise<unknown> {
  const alerts = HOSTS.map((name, n) => ({
    status: 'firing',
    labels: { alertname: name, severity: 'high', instance: `b${n}:9100` },
    annotations: { summary: `${name} 超过阈值` },
    startsAt: '2026-01-01T00:00:00Z',
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: `fp-${name}`,
  }))
  const body = { version: '4', status: 'firing', receiver: 'guanjia', alerts }
  return ingest(product.intakeUrl, AM_TOKEN, 'alertmanager', JSON.stringify(body))
}

const cards = async (): Promise<Message[]> => (await butler.messages()).filter(message => message.buttons.length > 0)
async function until(fits: () => Promise<boolean>, seconds: number): Promise<void> {
  for (const giveUpAt = Date.now() + seconds * 1000; !(await fits()) && Date.now() < giveUpAt;) await sleep(100)
}

it('a burst arrives whole although the process that speaks is killed in the middle of it', async () => {
  // Acknowledged slowly, so that there is a middle.
  await fetch(`${product.sandboxUrl}/sandbox/api/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ delayAcks: { times: 1000, milliseconds: 300 } }),
  })
  const { speaks, waits } = await speaker()
  await burst()
  await until(async () => (await cards()).length >= 4, 30)
  const before = (await cards()).length

  await speaks.kill()

  const killedAt = Date.now()
  await until(async () => (await cards()).length > before + 1, 60)
  await until(
    async () => Number((await all<{ n: number }>("SELECT COUNT(*) AS n FROM deliveries WHERE state IN ('queued', 'claimed')"))[0]?.n) === 0,
    60,
  )
  expect(before).toBeLessThan(HOSTS.length)
  expect((await speaker()).speaks.name).toBe(waits.name)

  const rows = await all<{ kind: string; state: string; error: string | null }>(
    "SELECT kind, state, error FROM deliveries WHERE state <> 'sent'",
  )
  expect(rows.filter(row => row.state !== 'merged')).toEqual([])
  const seen = await cards()
  for (const name of HOSTS) expect(seen.filter(message => message.text.includes(name)).length, name).toBeGreaterThan(0)
  const [unknown] = await all<{ n: number }>(
    "SELECT COUNT(*) AS n FROM delivery_attempts a JOIN deliveries d ON d.id = a.deliveryId WHERE a.outcome = 'unknown' AND d.chatId = 'g-uni' AND d.road = 'robot'",
  )
  const extra = seen.length - HOSTS.length
  expect(extra).toBeLessThanOrEqual(Number(unknown?.n))

  const times = seen.map(message => Date.parse(message.at)).sort((a, b) => a - b)
  const gap = Math.max(...times.slice(1).map((at, i) => at - times[i]!))
  const resumed = (times.find(at => at > killedAt + 500) ?? killedAt) - killedAt
  console.info(
    `longest gap between two messages ${gap} ms, first one ${resumed} ms after the kill, ${extra} twice, ${Number(unknown?.n)} in flight`,
  )
}, 180_000)

it('the one that came back is ready although it does not speak, and speaks when it is needed', async () => {
  const { speaks, waits } = await speaker()

  await waits.restart()
  await speaks.kill()

  // What is said while nobody listens is lost, as with WeCom itself: people say it again.
  let answer: Message | undefined
  await until(async () => {
    const said = await butler.says('li', '状态')
    answer = await butler.waitFor(/示例大学/, said.msgid, 5000).catch(() => undefined)
    return answer !== undefined
  }, 60)
  expect(answer?.from).toBe('管家')
  expect((await speaker()).speaks.name).toBe(waits.name)
}, 120_000)
