// A storm of alerts of other products against a WeCom that refuses, hangs and breaks; afterwards every alert must be found in some message
// of its own customer's group. Run by campaigns/storm.ts and, shortly, by flows/storm.test.ts.
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../../adapters/database/data-source.js'
import { seeded } from './kill-story.js'
import { Group } from './group.js'
import { startProduct, type Product } from './product.js'

export interface StormPlan {
  readonly alerts: number
  readonly tenants: number
  readonly seed: number
  /** Share of frames refused with 45009, and share that is never answered in time. */
  readonly busy: number
  readonly hang: number
  readonly kills: number
  progress?(line: string): void
}

export interface StormResult {
  readonly alerts: number
  readonly found: number
  readonly foreign: number
  readonly refusedBySandbox: Readonly<Record<string, number>>
  readonly refusedInJournal: Readonly<Record<string, number>>
  readonly messages: number
  readonly digests: number
  readonly kills: number
  readonly seconds: number
  readonly faults: readonly string[]
}

const token = (index: number) => `storm-token-${String(index).padStart(4, '0')}`
const chat = (index: number) => `g-storm-${index}`

function declaration(tenants: number): string {
  const one = (index: number) => `  - code: s${index}
    name: 风暴单位${index}
    settings: { firstReportWaitSeconds: 1, attention: { quiet: null, atOnce: P4, perHour: 100000, perDay: 100000 } }
    people: [{ userid: p${index}, name: 人员${index}, role: approver }]
    groups: [{ chatid: ${chat(index)}, name: 群${index}, form: simulated, robot: main }]
    sources: [{ name: am, type: alertmanager, token: ${token(index)} }]`
  return `
robots: [{ name: main, botId: aib-storm, secret: a-robot-secret-1 }]
staff: [{ userid: zhang, name: 张工, role: analyst }]
rooms: { ops: { chatid: ops-1, robot: main } }
tenants:
${Array.from({ length: tenants }, (_, index) => one(index)).join('\n')}
`
}

export async function storm(plan: StormPlan): Promise<StormResult> {
  const began = Date.now()
  const random = seeded(plan.seed)
  const product = await startProduct({
    mode: 'embedded',
    declaration: declaration(plan.tenants),
    sandboxApart: true,
    env: { LOG_LEVEL: 'error' },
  })
  try {
    const set = async (path: string, body: object): Promise<void> => {
      const response = await fetch(`${product.sandboxUrl}/sandbox/api/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    }
    await set('limits', { messagesPerChat: 20_000 })
    await set('faults', {
      shareAnswer: { share: plan.busy, errcode: 45009 },
      shareHang: { share: plan.hang, seconds: 30 },
    })
    let kills = 0
    const killing = (async () => {
      for (; kills < plan.kills; kills++) {
        await sleep(2000 + random() * 6000)
        const process = product.process('all')
        await process.kill()
        await process.restart()
        plan.progress?.(`kill ${kills + 1}`)
      }
    })()
    const titles = await post(product, plan, random)
    await killing
    plan.progress?.(`posted ${titles.length} alerts`)
    const found = await findAll(product, plan, titles)
    await set('faults', {})
    await settled(product)
    return { ...found, ...(await figures(product)), alerts: titles.length, kills, seconds: Math.round((Date.now() - began) / 1000) }
  } finally {
    await product.stop()
  }
}

/** Each alert is posted once; only a post that was not acknowledged is repeated, as Alertmanager does. */
async function post(product: Product, plan: StormPlan, random: () => number): Promise<{ title: string; tenant: number }[]> {
  const titles: { title: string; tenant: number }[] = []
  const one = async (n: number): Promise<void> => {
    const tenant = n % plan.tenants
    const title = `Storm${plan.seed}n${n}x`
    titles.push({ title, tenant })
    const severity = random() < 0.01 ? 'critical' : 'warning'
    const body = {
      version: '4',
      status: 'firing',
      receiver: 'guanjia',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: title, severity, instance: `host-${n}` },
          annotations: { summary: `${title} 超过阈值` },
          startsAt: new Date().toISOString(),
          endsAt: '0001-01-01T00:00:00Z',
          fingerprint: `fp-${plan.seed}-${n}`,
        },
      ],
    }
    for (;;) {
      try {
        const response = await fetch(`${product.intakeUrl}/api/v1/ingest/alertmanager`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token(tenant)}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(10_000),
        })
        const answer = await response.text()
        if (response.status === 202) return
        if (response.status < 500 && response.status !== 429) throw new Error(`refused for good: ${response.status} ${answer}`)
      } catch (error) {
        if (error instanceof Error && error.message.startsWith('refused for good')) throw error
      }
      await sleep(200)
    }
  }
  let next = 0
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (next < plan.alerts) await one(next++)
    }),
  )
  return titles
}

async function findAll(
  product: Product,
  plan: StormPlan,
  titles: readonly { title: string; tenant: number }[],
): Promise<Pick<StormResult, 'found' | 'foreign' | 'faults'>> {
  const missing = new Map(titles.map(item => [item.title, item.tenant]))
  let foreign = 0
  const deadline = Date.now() + 240_000 + plan.alerts * 60
  for (;;) {
    foreign = 0
    for (let tenant = 0; tenant < plan.tenants; tenant++) {
      const group = new Group(product.sandboxUrl, chat(tenant))
      for (const message of await group.messages()) {
        const text = message.files.length > 0 ? `${message.text}\n${await group.file(message)}` : message.text
        for (const title of text.match(/Storm\d+n\d+x/g) ?? []) {
          const owner = titles.find(item => item.title === title)?.tenant
          if (owner !== tenant) foreign++
          else missing.delete(title)
        }
      }
    }
    if (missing.size === 0 || Date.now() > deadline) break
    await sleep(3000)
    plan.progress?.(`${missing.size} not yet seen`)
  }
  const faults = [
    ...(missing.size > 0 ? [`never seen: ${[...missing.keys()].slice(0, 10).join(', ')}`] : []),
    ...(foreign > 0 ? [`${foreign} in a foreign group`] : []),
  ]
  return { found: titles.length - missing.size, foreign, faults }
}

async function settled(product: Product): Promise<void> {
  const database = await openDatabase(product.databaseUrl)
  for (let wait = 0; wait < 60; wait++) {
    const [row] = await database.source.query<{ n: number }[]>("SELECT COUNT(*) AS n FROM deliveries WHERE state = 'claimed'")
    if (Number(row?.n) === 0) break
    await sleep(500)
  }
  await database.source.destroy()
}

async function figures(product: Product): Promise<Pick<StormResult, 'refusedBySandbox' | 'refusedInJournal' | 'messages' | 'digests'>> {
  const counted = (await (await fetch(`${product.sandboxUrl}/sandbox/api/refusals`)).json()) as { code: string | number; count: number }[]
  const refusedBySandbox: Record<string, number> = {}
  for (const { code, count } of counted) refusedBySandbox[String(code)] = (refusedBySandbox[String(code)] ?? 0) + count
  const database = await openDatabase(product.databaseUrl)
  try {
    const attempts = await database.source.query<{ code: string | null; facts: string }[]>(
      "SELECT code, facts FROM delivery_attempts WHERE outcome IN ('failed', 'unknown') OR facts LIKE '%\"code\":%'",
    )
    const refusedInJournal: Record<string, number> = {}
    for (const { code, facts } of attempts) {
      const own = (JSON.parse(facts) as { code?: unknown }).code
      const key = typeof own === 'number' ? String(own) : (code ?? '')
      refusedInJournal[key] = (refusedInJournal[key] ?? 0) + 1
    }
    const count = async (sql: string) => Number((await database.source.query<{ n: number }[]>(sql))[0]?.n)
    return {
      refusedBySandbox,
      refusedInJournal,
      messages: await count("SELECT COUNT(*) AS n FROM deliveries WHERE state = 'sent'"),
      digests: await count("SELECT COUNT(*) AS n FROM deliveries WHERE state = 'sent' AND kind = 'digest'"),
    }
  } finally {
    await database.source.destroy()
  }
}
