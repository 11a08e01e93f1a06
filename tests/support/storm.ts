// A storm of alerts of other products against a WeCom that refuses, hangs, breaks and forgets its tokens; afterwards every alert must be found
// in some message of its own customer's group, and the journal must know of every refusal. Every second customer's robot is in callback
// mode, so that half of the messages go by webhook; requests for leave go to the approvers by the application. Run by campaigns/storm.ts and, shortly, by flows/storm.test.ts.
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../../adapters/database/data-source.js'
import { seeded } from './kill-story.js'
import { Group } from './group.js'
import { startProduct, type Product } from './product.js'

export interface StormPlan {
  readonly alerts: number
  readonly tenants: number
  readonly seed: number
  /** Shares of calls and frames: refused with 45009, answered with HTTP 503 (frames know no status), not answered in time. */
  readonly busy: number
  readonly down: number
  readonly hang: number
  /** So often every access token is void of a sudden. */
  readonly tokenLosses: number
  readonly kills: number
  progress?(line: string): void
}

export interface StormResult {
  readonly alerts: number
  readonly found: number
  readonly foreign: number
  readonly refusedBySandbox: Readonly<Record<string, number>>
  readonly refusedInJournal: Readonly<Record<string, number>>
  /** Tries that a killed process left behind: nobody knows how they ended. */
  readonly leftBehind: number
  /** Messages of the road of each kind that were sent. */
  readonly sentBy: Readonly<Record<string, number>>
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
    authorizationMode: collaborate
    settings: { firstReportWaitSeconds: 1, attention: { quiet: null, atOnce: P4, perHour: 100000, perDay: 100000 } }
    people: [{ userid: p${index}, name: 人员${index}, role: approver }]
    groups: [{ chatid: ${chat(index)}, name: 群${index}, form: simulated, robot: ${index % 2 === 0 ? 'main' : 'caller'}, webhook: "{sandbox}/sandbox/wecom/cgi-bin/webhook/send?key=storm-${index}" }]
    sources: [{ name: am, type: alertmanager, token: ${token(index)} }]
    devices: [{ name: fw, kind: simulated, address: "simulated:storm${index}", protects: ["10.0.0.0/8"] }]`
  return `
robots:
  - { name: main, botId: aib-storm, secret: a-robot-secret-1 }
  - { name: caller, botId: aib-caller, mode: callback, token: stormtoken, aesKey: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG }
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
    // The silent looks at groups are refused on purpose, and no deliveries.
    env: {
      REACH_SECONDS: '0',
      LOG_LEVEL: 'error',
      WECOM_CORP_ID: 'wwstorm',
      WECOM_AGENT_ID: '1000007',
      WECOM_SECRET: 'a-secret-of-an-application',
      WECOM_CALLBACK_TOKEN: 'stormtoken',
      WECOM_CALLBACK_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    },
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
      shareStatus: { share: plan.down, status: 503 },
      shareHang: { share: plan.hang, seconds: 30 },
      seed: plan.seed,
    })
    let ended = false
    // While alerts come in, leave is asked for, each time after every token was made void.
    const asking = (async () => {
      for (let turn = 0; turn < plan.tokenLosses; turn++) {
        if (turn > 0) await set('faults', { now: ['invalidate-tokens'] })
        await askForLeave(product, plan, turn)
        await waitForApp(product, plan, turn, () => ended)
        plan.progress?.(`leave asked for ${turn + 1}`)
      }
      await set('faults', { now: ['invalidate-tokens'] })
      if (plan.tokenLosses > 0) await askForLeave(product, plan, plan.tokenLosses)
    })()
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
    ended = true
    await asking
    await settled(product, plan)
    const counted = await figures(product)
    const faults = [...found.faults, ...differences(counted, kills)]
    return { ...found, ...counted, faults, alerts: titles.length, kills, seconds: Math.round((Date.now() - began) / 1000) }
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

/** One request per customer, proposed in the ops room. */
async function askForLeave(product: Product, plan: StormPlan, turn: number): Promise<void> {
  const ops = new Group(product.sandboxUrl, 'ops-1')
  for (let tenant = 0; tenant < plan.tenants; tenant++)
    await ops.says('zhang', `封禁 203.0.113.${tenant + 1 + turn * plan.tenants} 1h 风暴单位${tenant}`)
}

/** Until the application has told the approvers of this turn, as far as it gets: in a storm of faults that takes its time. */
async function waitForApp(product: Product, plan: StormPlan, turn: number, isOver: () => boolean): Promise<void> {
  const database = await openDatabase(product.databaseUrl)
  for (let wait = 0; wait < 240 && !isOver(); wait++) {
    const [row] = await database.source.query<{ n: number }[]>("SELECT COUNT(*) AS n FROM deliveries WHERE road = 'app' AND state = 'sent'")
    if (Number(row?.n) >= (turn + 1) * plan.tenants * 0.5) break
    await sleep(500)
  }
  await database.source.destroy()
}

/** Nothing is on its way any more, and what still waits is not about to leave. */
async function settled(product: Product, plan: StormPlan): Promise<void> {
  const database = await openDatabase(product.databaseUrl)
  for (let calm = 0, wait = 0; calm < 4 && wait < 240; wait++) {
    const [row] = await database.source.query<{ n: number }[]>("SELECT COUNT(*) AS n FROM deliveries WHERE state IN ('claimed', 'queued')")
    calm = Number(row?.n) === 0 ? calm + 1 : 0
    if (wait % 20 === 19) plan.progress?.(`${row?.n ?? '?'} still on their way`)
    await sleep(500)
  }
  await database.source.destroy()
}

type Figures = Pick<StormResult, 'refusedBySandbox' | 'refusedInJournal' | 'leftBehind' | 'sentBy' | 'messages' | 'digests'>

/** Where the journal and the sandbox count differently; after a kill a try may have been refused whose end nobody wrote down. */
function differences({ refusedBySandbox, refusedInJournal, leftBehind }: Figures, kills: number): string[] {
  const kinds = new Set([...Object.keys(refusedBySandbox), ...Object.keys(refusedInJournal)])
  return [...kinds].flatMap(kind => {
    const [theirs, own] = [refusedBySandbox[kind] ?? 0, refusedInJournal[kind] ?? 0]
    return theirs - own >= 0 && theirs - own <= (kills > 0 ? leftBehind : 0)
      ? []
      : [`${kind}: the sandbox counts ${theirs}, the journal ${own}`]
  })
}

/** One word for one kind of refusal, whoever counts it. */
function kindOf(code: string | null, facts: { code?: unknown; reason?: unknown; httpStatus?: unknown }): string {
  const own = facts.code
  if (typeof own === 'number') return String(own)
  if (typeof own === 'string' && own.startsWith('HTTP_')) return own.toLowerCase().replace('_', '-')
  if (code === 'CHAT_OUTCOME_UNKNOWN' || facts.reason === 'TIMEOUT' || facts.reason === 'TOKEN_TIMEOUT') return 'hang'
  return code ?? ''
}

async function figures(product: Product): Promise<Figures> {
  const counted = (await (await fetch(`${product.sandboxUrl}/sandbox/api/refusals`)).json()) as { code: string | number; count: number }[]
  const refusedBySandbox: Record<string, number> = {}
  for (const { code, count } of counted) refusedBySandbox[String(code)] = (refusedBySandbox[String(code)] ?? 0) + count
  const database = await openDatabase(product.databaseUrl)
  try {
    const attempts = await database.source.query<{ code: string | null; outcome: string; facts: string }[]>(
      "SELECT code, outcome, facts FROM delivery_attempts WHERE outcome IN ('failed', 'unknown') OR facts LIKE '%\"code\":%' OR facts LIKE '%renewedAfter%'",
    )
    const refusedInJournal: Record<string, number> = {}
    let leftBehind = 0
    const add = (kind: string) => (refusedInJournal[kind] = (refusedInJournal[kind] ?? 0) + 1)
    for (const { code, outcome, facts } of attempts) {
      const read = JSON.parse(facts) as { code?: unknown; reason?: unknown; why?: unknown; renewedAfter?: unknown }
      if (typeof read.renewedAfter === 'number') add(String(read.renewedAfter))
      if (read.why !== undefined) leftBehind++
      else if (outcome === 'failed' || outcome === 'unknown' || read.code !== undefined) add(kindOf(code, read))
    }
    const rows = await database.source.query<{ road: string; digest: number; n: number }[]>(
      "SELECT road, kind = 'digest' AS digest, COUNT(*) AS n FROM deliveries WHERE state = 'sent' GROUP BY road, digest",
    )
    const sentBy: Record<string, number> = {}
    for (const { road, n } of rows) sentBy[road] = (sentBy[road] ?? 0) + Number(n)
    const sum = (some: typeof rows) => some.reduce((all, row) => all + Number(row.n), 0)
    return {
      refusedBySandbox,
      refusedInJournal,
      leftBehind,
      sentBy,
      messages: sum(rows),
      digests: sum(rows.filter(row => Number(row.digest) === 1)),
    }
  } finally {
    await database.source.destroy()
  }
}
