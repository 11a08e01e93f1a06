// Stories played while processes are killed without warning, and what must hold afterwards. Run by campaigns/kill.ts and, shortly, by flows/kill.test.ts.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeArchive } from '../../adapters/archive/index.js'
import { openDatabase } from '../../adapters/database/data-source.js'
import { makeFirewallDrivers } from '../../adapters/firewall/index.js'
import { openFirewall } from '../../adapters/firewall/open-firewall.js'
import { systemClock } from '../../core/ports/clock.js'
import { silentLogger } from '../../core/ports/logger.js'
import { failures, ingest, syslogLines } from './attack.js'
import { campus, UNI_TOKEN } from './campus.js'
import { Group, type Message } from './group.js'
import { startProduct, type Product } from './product.js'

export interface KillPlan {
  readonly mode: 'embedded' | 'split'
  readonly kills: number
  readonly seed: number
  /** Milliseconds between the beginnings of two stories; WeCom lets a robot say 30 things a minute in one group. */
  readonly storyEvery: number
  readonly stories: number
  progress?(line: string): void
}

export interface KillResult {
  readonly kills: number
  readonly stories: number
  readonly eventsAccepted: number
  readonly eventsLost: number
  readonly messagesSent: number
  readonly messagesTwice: number
  /** Tries whose answer was lost with the process: the only messages that may be there twice. */
  readonly inFlight: number
  readonly blocks: number
  readonly seconds: number
  /** Empty when everything held. */
  readonly faults: readonly string[]
}

/** mulberry32: small, seeded, good enough to choose moments. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A story may need this long: a kill costs a lease, a claim and a reconnection. */
const STORY_LIMIT = 240_000
/** People say it again when nothing happens. */
const PATIENCE = 12_000

export async function killStories(plan: KillPlan): Promise<KillResult> {
  const began = Date.now()
  const random = seeded(plan.seed)
  const product = await startProduct({ mode: plan.mode, declaration: campus(), sandboxApart: true })
  const faults: string[] = []
  const accepted = new Set<string>()
  let killed = 0
  try {
    const stories = Promise.all(
      Array.from({ length: plan.stories }, async (_, index) => {
        await sleep(index * plan.storyEvery)
        await story(product, index, accepted).catch((error: unknown) => faults.push(`story ${index}: ${String(error)}`))
        plan.progress?.(`story ${index} ended`)
      }),
    )
    const victims = product.processes.filter(process => process.name !== 'sandbox')
    const span = plan.stories * plan.storyEvery + 10_000
    for (; killed < plan.kills; killed++) {
      const moment = began + 3000 + ((killed + random()) * span) / plan.kills
      await sleep(Math.max(0, moment - Date.now()))
      const victim = victims[Math.floor(random() * victims.length)]!
      await victim.kill()
      await sleep(random() * 1500)
      await victim.restart()
      plan.progress?.(`kill ${killed + 1}: ${victim.name}`)
    }
    await stories
    return { ...(await inspect(product, accepted, plan, faults)), kills: killed, seconds: Math.round((Date.now() - began) / 1000) }
  } finally {
    await product.stop()
  }
}

/** One attack on a host of its own, claimed, blocked for a minute with leave, and lifted by the clock. */
async function story(product: Product, index: number, accepted: Set<string>): Promise<void> {
  const giveUpAt = Date.now() + STORY_LIMIT
  const butler = new Group(product.sandboxUrl, 'g-uni')
  const ops = new Group(product.sandboxUrl, 'ops-1')
  const host = `host-${index}`
  const ip = `198.51.100.${index + 1}`
  const lines = syslogLines(host, failures(ip, 12))
  for (let at = 0; at < lines.length; at += 3) {
    const batch = lines.slice(at, at + 3)
    await insist(giveUpAt, async () => {
      await ingest(product.intakeUrl, UNI_TOKEN, 'syslog', batch.join('\n'))
      for (const line of batch) accepted.add(line)
      return true
    })
    await sleep(200)
  }
  const triage = await until(giveUpAt, ops, message => message.text.includes(host) && message.buttons.length > 0)
  const incident = /IN-uni-\d+-\d+/.exec(triage.text)?.[0] ?? ''
  await sayUntil(
    giveUpAt,
    ops,
    'zhang',
    `封禁 ${ip} 1m ${incident}`,
    message => /已请|已在等|已经封禁/.test(message.text) && message.text.includes(ip),
  )
  const request = await until(
    giveUpAt,
    butler,
    message => message.text.includes(`【需要授权】封禁 ${ip}`) || message.text.includes(`封禁 ${ip}\u3000DP`),
  )
  const disposal = /DP-uni-\d+-\d+/.exec(request.text)?.[0] ?? ''
  if (request.buttons.some(button => button.text === '同意')) await butler.presses('li', request, '同意').catch(() => undefined)
  await sayUntil(giveUpAt, butler, 'li', `同意 ${disposal}`, message => message.text.includes(`【已封禁】${ip}`), PATIENCE)
  await until(giveUpAt, butler, message => message.text.includes(`${ip} 的封禁已解除`))
}

async function insist(giveUpAt: number, act: () => Promise<boolean>): Promise<void> {
  for (;;) {
    if (await act().catch(() => false)) return
    if (Date.now() > giveUpAt) throw new Error('gave up sending')
    await sleep(300)
  }
}

async function until(giveUpAt: number, group: Group, fits: (message: Message) => boolean, limit = giveUpAt): Promise<Message> {
  for (;;) {
    const found = (await group.messages()).find(message => !message.text.startsWith('@管家') && fits(message))
    if (found) return found
    if (Date.now() > Math.min(giveUpAt, limit)) throw new Error(`waited in vain in ${group.chatid} for ${String(fits)}`)
    await sleep(250)
  }
}

/** Waits a while first when something was already done; then says it, and again, until it shows. */
async function sayUntil(
  giveUpAt: number,
  group: Group,
  userid: string,
  text: string,
  fits: (message: Message) => boolean,
  waitFirst = 0,
): Promise<void> {
  for (let patience = waitFirst; ; patience = PATIENCE) {
    if (patience > 0 && (await until(giveUpAt, group, fits, Date.now() + patience).catch(() => undefined))) return
    if (Date.now() > giveUpAt) throw new Error(`said in vain in ${group.chatid}: ${text}`)
    await group.says(userid, text)
  }
}

async function inspect(
  product: Product,
  accepted: Set<string>,
  plan: KillPlan,
  faults: string[],
): Promise<Omit<KillResult, 'kills' | 'seconds'>> {
  const database = await openDatabase(product.databaseUrl)
  try {
    const all = <T>(sql: string): Promise<T[]> => database.source.query(sql)
    // What is still on its way arrives within the back-off of a delivery.
    for (let wait = 0; wait < 120; wait++) {
      const open = await all<{ n: number }>("SELECT COUNT(*) AS n FROM deliveries WHERE state IN ('queued', 'claimed')")
      if (Number(open[0]?.n) === 0) break
      await sleep(500)
    }
    const tenant = (await all<{ id: string }>("SELECT id FROM tenants WHERE code = 'uni'"))[0]!.id
    const kept = await archived(product, tenant)
    const lost = [...accepted].filter(line => !kept.has(line))
    if (lost.length > 0) faults.push(`${lost.length} accepted events are not in the archive`)

    const incidents = await all<{ victim: string }>('SELECT victim FROM incidents')
    for (let index = 0; index < plan.stories; index++) {
      const count = incidents.filter(row => row.victim.includes(`"host-${index}"`)).length
      if (count !== 1) faults.push(`host-${index} has ${count} incidents`)
    }
    const stuck = await all<{ kind: string; state: string }>("SELECT kind, state FROM announcements WHERE state = 'failed'")
    if (stuck.length > 0) faults.push(`announcements failed: ${stuck.map(row => row.kind).join(', ')}`)
    const unsent = (
      await all<{ message: string; state: string; error: string }>("SELECT message, state, error FROM deliveries WHERE state <> 'sent'")
    ).filter(row => !row.message.includes('"card-update"'))
    if (unsent.length > 0) faults.push(`not sent: ${unsent.map(row => `${row.state} ${row.error}`).join(', ')}`)

    const disposals = await all<{ number: string; state: string; target: string }>('SELECT number, state, target FROM disposals')
    const unfinished = disposals.filter(row => row.state !== 'released')
    if (unfinished.length > 0) faults.push(`disposals not released: ${unfinished.map(row => `${row.number} ${row.state}`).join(', ')}`)
    if (disposals.length !== plan.stories) faults.push(`${disposals.length} disposals for ${plan.stories} stories`)
    const onDevice = await blockedOnDevice(product)
    if (onDevice.length > 0) faults.push(`still blocked after the lease: ${onDevice.join(', ')}`)

    const messages = await counted(product, all)
    faults.push(...messages.faults)
    const audit = product.cli('audit', 'verify')
    if (audit.code !== 0) faults.push(`audit: ${audit.stdout}`)
    return {
      stories: plan.stories,
      eventsAccepted: accepted.size,
      eventsLost: lost.length,
      messagesSent: messages.sent,
      messagesTwice: messages.twice,
      inFlight: messages.inFlight,
      blocks: disposals.length,
      faults,
    }
  } finally {
    await database.source.destroy()
  }
}

async function archived(product: Product, tenant: string): Promise<Set<string>> {
  const archive = makeArchive({ folder: join(product.dataDir, 'archive'), writer: 'inspection', clock: systemClock, logger: silentLogger })
  const kept = new Set<string>()
  let cursors: Readonly<Record<string, number>> = {}
  for (;;) {
    const page = await archive.read(tenant, cursors, 10_000)
    for (const record of page.records) kept.add(record.raw)
    cursors = page.cursors
    if (page.records.length === 0) break
  }
  await archive.close()
  return kept
}

async function blockedOnDevice(product: Product): Promise<string[]> {
  const driver = makeFirewallDrivers({ simulatedFolder: join(product.dataDir, 'simulated-firewalls') }).find(
    item => item.id === 'simulated',
  )!
  const firewall = openFirewall(driver, { address: 'simulated:fw1', timeoutMilliseconds: 5000 })
  return (await firewall.list()).map(item => item.ip)
}

/** Every message that was sent is seen once; twice only where the answer to the first try was lost. */
async function counted(product: Product, all: <T>(sql: string) => Promise<T[]>) {
  const faults: string[] = []
  let [sent, twice, inFlight] = [0, 0, 0]
  for (const chat of ['g-uni', 'ops-1']) {
    const rows = await all<{ message: string; lost: number }>(
      `SELECT d.message AS message, (SELECT COUNT(*) FROM delivery_attempts a WHERE a.deliveryId = d.id AND a.outcome = 'unknown') AS lost
       FROM deliveries d WHERE d.chatId = '${chat}' AND d.state = 'sent'`,
    )
    const told = rows.filter(row => !row.message.includes('"card-update"'))
    const seen = (await new Group(product.sandboxUrl, chat).messages()).filter(message => !/^[a-z]+$/.test(message.from))
    const unknown = told.reduce((sum, row) => sum + Number(row.lost), 0)
    const extra = seen.length - told.length
    if (extra < 0) faults.push(`${chat}: ${told.length} messages count as sent, ${seen.length} arrived`)
    if (extra > unknown) faults.push(`${chat}: ${extra} messages arrived twice, ${unknown} were in flight at a kill`)
    sent += told.length
    twice += Math.max(0, extra)
    inFlight += unknown
  }
  return { sent, twice, inFlight, faults }
}
